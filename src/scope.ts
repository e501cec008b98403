import type { ApiName } from './clouds/endpoints.ts';
import type { Tenant } from './config/tenants.ts';
import type { ErrorCode, GatewayError } from './errors.ts';
import { type ByteBudget, createByteBudget } from './scope/byte-budget.ts';
import { createCallBudget } from './scope/call-budget.ts';
import type { Freshness } from './scope/freshness.ts';
import { createLateness, type Lateness } from './scope/lateness.ts';

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
  /** Given from the short cache: how old it was, in whole seconds. Absent: it was not. */
  readonly ageSeconds?: number;
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

/** How long a caller waits for a quota of Microsoft's, milliseconds; beyond it they are told the time instead. */
export interface Patience {
  readonly readMs: number;
  readonly actionMs: number;
}

/** What all upstream calls of one request share. */
export interface CallScope {
  /** A GUID; goes upstream as `client-request-id`. */
  readonly requestId: string;
  /** Fires when the caller leaves or the request's deadline passes. */
  readonly signal: AbortSignal;
  /** Epoch milliseconds; no wait goes beyond it. */
  readonly deadline: number;
  /** Milliseconds before the deadline at which reads have ended, so that there is time to answer; absent: none. */
  readonly answerMs?: number | undefined;
  /** Address that the request came from, for the audit. */
  readonly remoteAddress?: string | undefined;
  readonly callerToken?: CallerToken | undefined;
  /** Who takes turns with others that wait for a quota; absent: the gateway's own, which lets others pass. */
  readonly caller?: string | undefined;
  /** Nobody sits before it: it lets others pass as well. */
  readonly inBackground?: boolean | undefined;
  /** Absent: as long as the gateway waits at all. */
  readonly patience?: Patience | undefined;
  /** Absent: nobody counts what late tenants cost. */
  readonly lateness?: Lateness | undefined;
  /** Absent: all is read now, and nothing is kept. */
  readonly freshness?: Freshness | undefined;
  /** Of a look that must not show what was there before it began: its reads are joined by those of the same look alone. */
  readonly look?: string | undefined;
  /** Of answers; absent: no budget. */
  readonly bytes?: ByteBudget | undefined;
  /** Tenants that the budget of calls is shared out to; absent: there is none. */
  shareAmong?(tenants: readonly string[]): void;
  /** Takes one call from the request's budget, for a tenant if it is named, or throws `QUERY_TOO_EXPENSIVE`. */
  spend(tenant?: string): void;
  /** Calls that the request has left; absent: without end. */
  left?(): number;
  record(call: CallRecord): void;
  /** Told before a call waits so long, milliseconds, for a quota: who shares the call and has less patience is told `refusal`. */
  waits?(ms: number, refusal: GatewayError): void;
  /** A part of the answer is a failure that stands beside the others': the request did not end well. */
  noteFailure(code: ErrorCode): void;
}

/** What the explain extension shows. */
export interface Explain {
  readonly calls: readonly CallRecord[];
  /** Codes of the parts that failed. */
  readonly failures: readonly ErrorCode[];
}

/** A scope with a budget of `maxCalls` upstream calls and `maxBytes` of answers, by default without end. */
export const createScope = (options: {
  readonly requestId: string;
  readonly signal: AbortSignal;
  readonly deadline: number;
  readonly maxCalls: number;
  readonly maxBytes?: number;
  readonly answerMs?: number | undefined;
  readonly patience?: Patience | undefined;
  readonly remoteAddress?: string | undefined;
  readonly callerToken?: CallerToken | undefined;
  readonly caller?: string | undefined;
  readonly inBackground?: boolean | undefined;
  readonly freshness?: Freshness | undefined;
}): CallScope & Explain => {
  const calls: CallRecord[] = [];
  const failures: ErrorCode[] = [];
  const budget = createCallBudget(options.maxCalls);
  return {
    requestId: options.requestId,
    signal: options.signal,
    deadline: options.deadline,
    answerMs: options.answerMs,
    remoteAddress: options.remoteAddress,
    callerToken: options.callerToken,
    caller: options.caller,
    inBackground: options.inBackground,
    patience: options.patience,
    freshness: options.freshness,
    lateness: createLateness(),
    bytes: createByteBudget(options.maxBytes ?? Number.POSITIVE_INFINITY),
    calls,
    failures,
    noteFailure: (code) => {
      failures.push(code);
    },
    record: (call) => {
      calls.push(call);
    },
    shareAmong: budget.shareAmong,
    spend: budget.spend,
    left: budget.left,
  };
};
