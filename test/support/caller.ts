import { type Caller, callerWith, type Identity } from '../../src/access/caller.ts';

/** A caller who may do the same everywhere they are, whichever of their roles it comes from. */
export const createCaller = ({
  roles,
  permissions,
  tenants,
  ...identity
}: Identity & Pick<Caller, 'roles' | 'permissions' | 'tenants'>): Caller =>
  callerWith(
    identity,
    roles.map((role) => ({ role, permissions, tenants, machines: null })),
  );
