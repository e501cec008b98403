import type { ApiName } from './clouds/endpoints.ts';
import type { Tenant } from './config/tenants.ts';
import { type ErrorCode, GatewayError } from './errors.ts';

/** One exchange with Microsoft, for the explain extension. */
export interface CallRecord {
  readonly tenant: string;
  readonly api: ApiName;
  readonly operation: string;
  /** HTTP status, or the error code where there was no answer. */
  readonly outcome: string;
  readonly elapsedMs: number;
  /** Milliseconds waited for a quota or a `Retry-After` before it. */
  readonly waitedMs: number;
  /** Served by a call that another question had in flight. */
  readonly coalesced: boolean;
  /** Microsoft's own id of the call, where its answer had one. */
  readonly upstreamRequestId?: string;
}

/** The user token that the caller showed, for tenants that are used on behalf of their callers. */
export interface CallerToken {
  /** A hash of it: what was had with one token is never given for another. */
  readonly key: string;
  /** The token itself; a function, so that nothing prints it by accident. */
  readonly reveal: () => string;
}

/**
 * Whose eyes a tenant is seen through: what two callers are shown may be shared only when this is the same. A tenant has one
 * identity for all, unless it is used on behalf of its callers.
 */
export const identityKey = ({ auth }: Pick<Tenant, 'auth'>, callerToken: CallerToken | undefined): string =>
  auth.kind === 'onBehalfOf' ? (callerToken?.key ?? 'nobody') : 'own';

/** What all upstream calls of one request share. */
export interface CallScope {
  /** A GUID; goes upstream as `client-request-id`. */
  readonly requestId: string;
  /** Fires when the caller leaves or the request's deadline passes. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds; no wait goes beyond it. */
  readonly deadline: number;
  /** Address that the request came from, for the audit. */
  readonly remoteAddress?: string | undefined;
  readonly callerToken?: CallerToken | undefined;
  /** Takes one call from the request's budget, or throws `QUERY_TOO_EXPENSIVE`. */
  spend(): void;
  record(call: CallRecord): void;
  /** A part of the answer is a failure that stands beside the others': the request did not end well. */
  noteFailure(code: ErrorCode): void;
}

/** What the explain extension shows. */
export interface Explain {
  readonly calls: readonly CallRecord[];
  /** Codes of the parts that failed. */
  readonly failures: readonly ErrorCode[];
}

/** A scope with a budget of `maxCalls` upstream calls. */
export const createScope = (options: {
  readonly requestId: string;
  readonly signal: AbortSignal;
  readonly deadline: number;
  readonly maxCalls: number;
  readonly remoteAddress?: string | undefined;
  readonly callerToken?: CallerToken | undefined;
}): CallScope & Explain => {
  const calls: CallRecord[] = [];
  const failures: ErrorCode[] = [];
  let left = options.maxCalls;
  return {
    requestId: options.requestId,
    signal: options.signal,
    deadline: options.deadline,
    remoteAddress: options.remoteAddress,
    callerToken: options.callerToken,
    calls,
    failures,
    noteFailure: (code) => {
      failures.push(code);
    },
    record: (call) => {
      calls.push(call);
    },
    spend: () => {
      if (left === 0) {
        throw new GatewayError(
          'QUERY_TOO_EXPENSIVE',
          `The question needs more than ${options.maxCalls} upstream calls (limits.upstreamCalls): ask for fewer things at once`,
          { sent: 'no' },
        );
      }
      left -= 1;
    },
  };
};
