import type { Caller } from '../../access/caller.ts';
import { asGatewayError } from '../../errors.ts';
import type { CallScope } from '../../scope.ts';
import { type AuditTrail, beginOne } from '../audit-trail.ts';
import { tenantOf } from './act.ts';
import type { ApprovalRequest } from './record.ts';

/** What an approval is written to the audit as. */
export type Step = 'requestApproval' | 'approveAction' | 'rejectAction';

/** One step of an approval. */
export interface AuditedStep {
  readonly caller: Caller;
  readonly step: Step;
  readonly request: ApprovalRequest;
  readonly comment: string | null;
}

/** Writes one line before a step and one after it, as every act has. Throws what `work` throws. */
export type Recorded = <T>(step: AuditedStep, scope: CallScope, work: () => Promise<T>) => Promise<T>;

export const createRecorded =
  (auditTrail: AuditTrail): Recorded =>
  async ({ caller, step, request, comment }, scope, work) => {
    const { approvalId, act, guardrails, requester } = request;
    const { name, input } = act;
    const asked = { comment, mutation: name, asked: input, guardrails, requester: requester.id };
    const audited = { caller, approved: null, mutation: step, tenant: tenantOf(act), input: asked };
    const line = await beginOne(auditTrail, audited, approvalId, scope);
    try {
      const done = await work();
      await line.end({ outcome: 'DONE' });
      return done;
    } catch (thrown) {
      await line.end({ outcome: 'FAILED', error: asGatewayError(thrown) });
      throw thrown;
    }
  };
