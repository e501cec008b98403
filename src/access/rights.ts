import type { Clock } from '../clock.ts';
import type { AccessConfig } from '../config/access.ts';
import { type Caller, callerWith, type Identity } from './caller.ts';
import { type Grant, grantsOf } from './grants.ts';

/** A caller of earlier, as it can be stored. */
export interface EarlierCaller extends Pick<Identity, 'id' | 'name' | 'kind' | 'person'> {
  /** Names of the roles that they had. */
  readonly roles: readonly string[];
}

/** The caller with today's rights, or why there is none any more. */
export type CallerToday = { readonly caller: Caller } | { readonly gone: string };

/** What a caller of earlier may do now, when they are not there to show a credential. */
export interface Rights {
  /**
   * An API key: by its name, its end, its roles and tenants in today's settings. A user or app with a token: by the roles that
   * the token gave, as they are today; whether they would still be given, only a new token could tell.
   */
  today(earlier: EarlierCaller): CallerToday;
}

/** Whether the caller's rights are read anew, so that their age does not matter: a token's roles are not. */
export const isReadAnew = ({ kind }: Pick<Identity, 'kind'>): boolean => kind === 'apiKey' || kind === 'anonymous';

/** Rights by the settings of this process: roles, API keys and tenants of Entra as they are today. */
export const createRights = (
  { apiKeys, anonymous, entra, roles: table }: AccessConfig,
  clock: Pick<Clock, 'now'>,
): Rights => {
  const keyOf = ({ id }: EarlierCaller) => apiKeys.find((each) => `apiKey:${each.name}` === id);
  const grantsToday = (earlier: EarlierCaller): readonly Grant[] | string => {
    const { id, kind, name, roles } = earlier;
    switch (kind) {
      case 'apiKey': {
        const key = keyOf(earlier);
        if (key === undefined) return `the API key "${name}" is not in the settings any more`;
        if (key.expiresAtMs !== null && key.expiresAtMs <= clock.now()) return `the API key "${name}" has expired`;
        return grantsOf(key.roles, table, key.tenants);
      }
      case 'anonymous':
        return anonymous === null
          ? 'callers without a credential are not let in any more'
          : grantsOf([anonymous], table);
      case 'user':
      case 'app':
        return entra.some(({ tenantId }) => id.startsWith(`${kind}:${tenantId}:`))
          ? grantsOf(roles, table)
          : 'tokens of their tenant are not taken any more';
    }
  };
  /** Whom a key belongs to may have been said since. */
  const personToday = (earlier: EarlierCaller): Identity['person'] =>
    (earlier.kind === 'apiKey' ? keyOf(earlier)?.owner : null) ?? earlier.person;
  return {
    today: (earlier) => {
      const grants = grantsToday(earlier);
      if (typeof grants === 'string') return { gone: grants };
      const { id, name, kind } = earlier;
      const person = personToday(earlier);
      return { caller: callerWith({ id, name, kind, ...(person === undefined ? {} : { person }) }, grants) };
    },
  };
};
