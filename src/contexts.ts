import type { AccessOf } from './access/access.ts';
import type { Caller } from './access/caller.ts';
import { shareKeyOf } from './access/limits/share-key.ts';
import type { Clock } from './clock.ts';
import type { Limits } from './config/limits.ts';
import type { Context } from './context.ts';
import { createLoaders, type LoaderReads } from './loaders/loaders.ts';
import type { Freshness } from './scope/freshness.ts';
import { actionPatienceMs } from './scope/patience.ts';
import { createScope } from './scope.ts';

/** Whom a context is for, and within which bounds: a request's, or an event's that is told to a subscriber. */
export interface ContextOf {
  readonly caller: Caller;
  /** A GUID; goes upstream as `client-request-id`. */
  readonly requestId: string;
  /** Fires when the caller leaves. */
  readonly signal: AbortSignal;
  readonly remoteAddress?: string | undefined;
  /** Whether the caller asks for `extensions.gateway`. */
  readonly explain?: boolean;
  /** Whether they ask for the price alone. */
  readonly plan?: boolean;
  /** Seconds that the caller waits for a quota of Microsoft's; absent: as the settings say. */
  readonly maxWaitSeconds?: number | undefined;
  /** How old what they are shown may be; absent: all of it is read now. */
  readonly freshness?: Freshness | undefined;
  /** Whether it is an export: longer, of more calls, and of as many bytes as they bring. */
  readonly isExport?: boolean | undefined;
  /** Puts the text of a list into the answer as it is; absent: it is made of values. */
  readonly verbatim?: Context['verbatim'];
}

/** What of a context is the gateway's own and the same for all. */
export type Services = Pick<
  Context,
  | 'lists'
  | 'counts'
  | 'changes'
  | 'auditLog'
  | 'auditInput'
  | 'gatewayCallerOf'
  | 'pageOf'
  | 'membersOf'
  | 'hunting'
  | 'actions'
  | 'approvals'
  | 'files'
  | 'tenants'
>;

/** What contexts are made with. */
export interface ContextParts {
  readonly accessOf: AccessOf;
  readonly reads: LoaderReads;
  readonly services: Services;
  readonly clock: Clock;
  readonly limits: Pick<
    Limits,
    'requestTimeoutMs' | 'upstreamCalls' | 'upstreamBytes' | 'maxWaitSeconds' | 'exportTimeoutMs' | 'exportCalls'
  >;
}

/** Time that is kept for making an answer, at most. */
const longestAnswerMs = 1000;

/** Makes the context of a request or an event: nothing in it that is a caller's is ever another's. */
export const createContexts =
  ({ accessOf, reads, services, clock, limits }: ContextParts) =>
  (asked: ContextOf): Context => {
    const { caller, requestId, signal, remoteAddress, explain = false, plan = false, maxWaitSeconds } = asked;
    const { isExport = false, verbatim, freshness } = asked;
    const access = accessOf(caller);
    const timeoutMs = isExport ? limits.exportTimeoutMs : limits.requestTimeoutMs;
    const waitSeconds = maxWaitSeconds ?? limits.maxWaitSeconds;
    const made = createScope({
      requestId,
      signal,
      deadline: clock.now() + timeoutMs,
      answerMs: Math.min(longestAnswerMs, timeoutMs / 10),
      maxCalls: isExport ? limits.exportCalls : limits.upstreamCalls,
      maxBytes: limits.upstreamBytes,
      patience: {
        // Whoever takes a whole list has time.
        readMs: isExport ? timeoutMs : waitSeconds * 1000,
        // An action is not turned away for a wait that others would not take, unless its caller says so.
        actionMs: maxWaitSeconds === undefined ? actionPatienceMs : maxWaitSeconds * 1000,
      },
      remoteAddress,
      callerToken: caller.token,
      caller: shareKeyOf(caller, remoteAddress ?? ''),
      inBackground: isExport,
      // An export is of now.
      freshness: isExport ? undefined : freshness,
    });
    // An answer of an export is done with before the next one comes: its room is not kept until the end.
    const scope = isExport ? { ...made, bytes: undefined } : made;
    return {
      ...services,
      access,
      scope,
      ...createLoaders(reads, access, scope),
      explain: explain && access.mayInPart('explain'),
      plan,
      verbatim,
    };
  };
