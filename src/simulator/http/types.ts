import type { Quota } from '../../microsoft/operation.ts';
import type { TenantOddities } from '../oddities/state.ts';
import type { TenantWorld } from '../world/types.ts';

/** The products behind one host. `entra` is the login host. */
export type ProductName = 'entra' | 'mde' | 'm365d' | 'graph';

/** Who a verified access token speaks for. */
export interface Principal {
  readonly kind: 'app' | 'user';
  readonly tenantId: string;
  readonly clientId: string;
  /** `roles` of an app-only token, `scp` (split) of a user token. */
  readonly permissions: readonly string[];
  /** User principal name, for user tokens. */
  readonly userName: string | null;
}

/** A request that has passed the token, audience, permission and quota checks. */
export interface SimRequest {
  readonly method: string;
  /** Decoded path without the query, e.g. `/api/machines/1e5b/isolate`. */
  readonly path: string;
  /** Values of the `{placeholders}` in the route's path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON body; a `Buffer` for any other content type (file uploads); `undefined` when there is none. */
  readonly body: unknown;
  /** Origin under which this host is reached, e.g. `https://localhost:41234`: for nextLinks and contexts. */
  readonly origin: string;
  readonly tenant: TenantWorld;
  readonly principal: Principal;
  readonly now: Date;
  /** How Microsoft's oddities stand for this tenant. */
  readonly oddities: TenantOddities;
  /**
   * Runs another request of the same caller through this host's checks (permission, quota, faults) and answers it: the
   * parts of a Graph `$batch`. Always there on a running simulator.
   */
  readonly dispatch?: (part: RequestPart) => Promise<SimResponse>;
}

/** A request inside a request: one part of a `$batch`. */
export interface RequestPart {
  readonly method: string;
  /** Path and query under the host's origin, e.g. `/v1.0/security/incidents?$top=5`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Already parsed JSON. */
  readonly body: unknown;
}

export interface SimResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a `Buffer`, string or `Streamed` is sent as it is; absent: no body. */
  readonly body?: unknown;
  /** Nothing of this is sent: the connection is cut. */
  readonly reset?: true;
}

/** One documented operation. */
export interface Route {
  /** The operation's id in the reference, e.g. `listMachines` or `graph.incidents.list`. */
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** e.g. `/api/machines/{id}/isolate`; matched without regard to case (Microsoft's hosts do not care). */
  readonly path: string;
  /** Application permissions of which one must be in the token of an app. */
  readonly anyOf: readonly string[];
  /** Delegated permissions of which one must be in the token of a user. */
  readonly delegated: readonly string[];
  /** Documented calls per minute and hour and tenant; `null` is unlimited. */
  readonly quota: Quota;
  /** What its calls are counted by, together with others of this name. Absent: by themselves. */
  readonly quotaClass?: string;
  /** It changes something, so that a second sending may do it twice. Absent: it only reads. */
  readonly changes?: boolean;
  handle(request: SimRequest): SimResponse | Promise<SimResponse>;
}

/** One product: its operations and the shape of its errors. */
export interface Product {
  readonly name: Exclude<ProductName, 'entra'>;
  readonly routes: readonly Route[];
  /** An error in this product's own body shape. `code` is the upstream's, e.g. `ODataError`, `itemNotFound`. */
  error(status: number, code: string, message: string, headers?: Readonly<Record<string, string>>): SimResponse;
}
