import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';
import { type Capability, capabilityNames } from './capabilities.ts';
import type { Routing, SourceState } from './route.ts';

/** A capability of a tenant, with the state of every API that could serve it. */
export interface CapabilityState {
  readonly name: Capability;
  readonly sources: readonly SourceState[];
}

/** Every capability of a tenant. At most one token request an API, and none when the tokens are at hand. */
export const capabilityStates = (
  routing: Routing,
  tenant: Tenant,
  scope: CallScope,
): Promise<readonly CapabilityState[]> =>
  Promise.all(capabilityNames.map(async (name) => ({ name, sources: await routing.survey(tenant, name, scope) })));
