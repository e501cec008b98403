import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';
import { type Capability, capabilityNames } from './capabilities.ts';
import type { Routing, SourceState } from './route.ts';

/** A capability of a tenant, with the state of every API that could serve it. */
export interface CapabilityState {
  readonly name: Capability;
  readonly sources: readonly SourceState[];
  /** Why it does not work, the same reason of several APIs once; `null`: it works, or no API could have it. */
  readonly reason: string | null;
}

/** Every capability of a tenant. At most one token request an API; none where the tokens at hand permit all of it, or were had a moment ago. */
export const capabilityStates = (
  routing: Routing,
  tenant: Tenant,
  scope: CallScope,
): Promise<readonly CapabilityState[]> =>
  Promise.all(
    capabilityNames.map(async (name) => {
      const sources = await routing.surveyAnew(tenant, name, scope);
      return { name, sources, reason: whyUnavailable(sources) };
    }),
  );

const whyUnavailable = (sources: readonly SourceState[]): string | null => {
  if (sources.some(({ usable }) => usable)) return null;
  const same = new Map<string, string[]>();
  for (const { api, reason } of sources) {
    const words = reason?.replace(`No token for ${api} in`, 'No token in');
    if (words !== undefined) same.set(words, [...(same.get(words) ?? []), api.toUpperCase()]);
  }
  return [...same].map(([words, apis]) => `${apis.join(', ')}: ${words}`).join('; ') || null;
};
