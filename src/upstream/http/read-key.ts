import type { Tenant } from '../../config/tenants.ts';
import { identityKey } from '../../scope.ts';
import type { Call } from './call.ts';

const standings = new WeakMap<Tenant, string>();

/** The tenant as it is set: its cloud, its directory, and as whom it is read. JSON leaves out what gives a secret, as that is a function. */
const standingOf = (tenant: Tenant): string => {
  const known = standings.get(tenant);
  if (known !== undefined) return known;
  const { cloud, name, tenantId, authority, auth } = tenant;
  const made = JSON.stringify([cloud, name, tenantId, authority, auth]);
  standings.set(tenant, made);
  return made;
};

/** What makes two reads the same: who is asked, as whom, and for what to the last parameter. Of it calls are joined and answers kept. */
export const readKey = ({
  tenant,
  operation,
  url,
  scope,
}: Pick<Call, 'tenant' | 'operation' | 'url' | 'scope'>): string =>
  [
    standingOf(tenant),
    identityKey(tenant, scope.callerToken),
    operation.api,
    url,
    operation.headers === undefined ? '' : JSON.stringify(operation.headers),
  ].join('\n');
