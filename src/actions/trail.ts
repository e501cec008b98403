import { randomUUID } from 'node:crypto';
import type { Caller } from '../access/caller.ts';
import type { AuditEntry, AuditLog, AuditOutcome } from '../audit/record.ts';
import { GatewayError, type ResultError } from '../errors.ts';
import { redactValue } from '../log/redact.ts';
import type { Log } from '../log.ts';
import type { CallScope } from '../scope.ts';
import type { Refusal } from './guardrails/guardrails.ts';

/** A mutation as the audit sees it. */
export interface Audited {
  readonly caller: Caller;
  readonly mutation: string;
  /** The tenant's configured name. */
  readonly tenant: string;
  /** What is asked besides the targets. */
  readonly input: unknown;
}

/** One target, and why it is refused if it is. */
export interface AuditedTarget {
  readonly target: string;
  readonly refusal: Refusal | null;
}

/** What became of an act. */
export interface ActEnd {
  readonly outcome: AuditOutcome;
  readonly error?: Pick<ResultError, 'code' | 'upstreamRequestId'> | null;
  readonly actionId?: string | null;
}

/** The record of one act: begun before it, ended after it. */
export interface AuditedAct {
  /** What was written before it. */
  readonly entry: AuditEntry;
  /** The request's scope, which notes Microsoft's ids of the calls that the act makes. */
  scope(scope: CallScope): CallScope;
  /** Never rejects: the act stands, and that its end could not be written goes to the log. */
  end(end: ActEnd): Promise<void>;
}

/** Writes before and after every act. */
export interface Trail {
  /**
   * Writes all targets at once, refused ones with their guardrails. Throws `INTERNAL` when it cannot be written: then
   * nothing may be done. Answers in the order of the targets.
   */
  begin(audited: Audited, targets: readonly AuditedTarget[], scope: CallScope): Promise<readonly AuditedAct[]>;
}

export const createTrail = ({ audit, log }: { readonly audit: AuditLog; readonly log: Log }): Trail => ({
  begin: async ({ caller, mutation, tenant, input }, targets, scope) => {
    const entries = targets.map(
      ({ target, refusal }): AuditEntry => ({
        actId: randomUUID(),
        callerId: caller.id,
        callerName: caller.name,
        callerKind: caller.kind,
        remoteAddress: scope.remoteAddress ?? null,
        requestId: scope.requestId,
        mutation,
        tenant,
        target,
        input: redactValue(input),
        guardrails: refusal?.spoken ?? [],
        outcome: refusal === null ? 'INTENDED' : 'REFUSED',
        errorCode: refusal?.error.code ?? null,
        actionId: null,
        upstreamRequestId: null,
      }),
    );
    try {
      await audit.append(entries);
    } catch (error) {
      throw new GatewayError('INTERNAL', 'The audit log cannot be written, so nothing was done', {}, error);
    }
    return entries.map((entry): AuditedAct => {
      let upstreamRequestId: string | null = null;
      return {
        entry,
        scope: (outer) => ({
          ...outer,
          record: (call) => {
            upstreamRequestId = call.upstreamRequestId ?? upstreamRequestId;
            outer.record(call);
          },
        }),
        end: async ({ outcome, error = null, actionId = null }) => {
          const end = {
            outcome,
            errorCode: error?.code ?? null,
            actionId,
            upstreamRequestId: error?.upstreamRequestId ?? upstreamRequestId,
          };
          try {
            await audit.append([{ ...entry, ...end }]);
          } catch (err) {
            log.error('The end of an act could not be written to the audit log', {
              mutation,
              actId: entry.actId,
              ...end,
              err,
            });
          }
        },
      };
    });
  },
});
