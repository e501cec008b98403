import type { ApiEndpoint } from '../../clouds/endpoints.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { AccessToken } from '../../identity/access-token.ts';
import { isDelegated } from '../../identity/permissions.ts';
import type { Made } from '../../made.ts';
import type { CallScope } from '../../scope.ts';
import type { CallPlace } from './failure.ts';
import type { Operation } from './operation.ts';

/** One call on its way through the policies. */
export interface Call {
  readonly tenant: Tenant;
  readonly endpoint: ApiEndpoint;
  readonly operation: Operation<unknown>;
  readonly url: string;
  readonly scope: CallScope;
  /** What makes it the same read as another one; absent: nobody shares what it brings. */
  readonly readKey?: string;
  /** Taken once, by `authorized`, and handed on. */
  readonly token?: AccessToken;
  /** Told of bytes of its answer as they come; absent: its request is. */
  readonly onBytes?: (bytes: number) => void;
  /** Milliseconds that it waited for a quota. */
  readonly waitedMs?: number;
}

/** An answer that is one: its status is below 400, or it is Microsoft's own "there is none". */
export interface Answer {
  readonly status: number;
  /** The JSON body, or its text where the operation reads that; `undefined` when it is empty. Several callers may share it: nobody changes it in place. */
  readonly json: unknown;
  /** What `json` was read from, in UTF-8; absent: it was not read from a text. */
  readonly bytes?: Uint8Array;
  /** Microsoft says that there is no such thing. */
  readonly none: boolean;
  /** Microsoft's id of the call. */
  readonly requestId: string | undefined;
  /** What the token of the call carries; `null`: it does not say. */
  readonly permissions: readonly string[] | null;
  /** When it was read, if it was read for all who asked meanwhile. */
  readonly read?: ReadMark;
  /** What was made of it, for all who share it. */
  readonly made?: Made;
}

/** When an answer was read, and how large it was. */
export interface ReadMark {
  /** Before it was asked for, epoch milliseconds. */
  readonly begunMs: number;
  readonly bytes: number;
  /** Of the tenant, as it was known before; undefined: it was not. */
  readonly generation: string | undefined;
}

/** What a policy hands a call on to. */
export type Next = (call: Call) => Promise<Answer>;

/** One rule that a call has to pass; errors are `GatewayError`s. */
export type Policy = (call: Call, next: Next) => Promise<Answer>;

/** `exchange` behind the policies, the first of them outermost. */
export const through = (policies: readonly Policy[], exchange: Next): Next =>
  policies.reduceRight<Next>((next, policy) => (call) => policy(call, next), exchange);

/** The collection that a path is about, without ids: `/api/machines`, `/v1.0/security/incidents`. */
const pathKind = ({ api, path }: Pick<Operation<unknown>, 'api' | 'path'>): string =>
  path
    .split('/')
    .slice(0, api === 'graph' ? 4 : 3)
    .join('/');

/** Where a call goes, for its errors. */
export const placeOf = ({ tenant, endpoint, operation, token }: Omit<Call, 'url' | 'scope'>): CallPlace => ({
  tenant: tenant.name,
  operation,
  // Only failures name it.
  address: () => `${new URL(endpoint.baseUrl).host}${pathKind(operation)}`,
  delegated: isDelegated(tenant),
  carried: token?.permissions ?? null,
});
