import type { Caller } from '../access/caller.ts';
import type { OwnRecords } from '../actions/own-records.ts';
import { asGatewayError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { StoreFailure } from '../store/failure.ts';
import { tenantOf } from './action.ts';
import type { ApprovalRequest } from './record.ts';

/** One step of an approval. */
export interface AuditedStep {
  readonly caller: Caller;
  /** What it is written to the audit as. */
  readonly step: 'requestApproval' | 'approveAction' | 'rejectAction';
  readonly request: ApprovalRequest;
  readonly comment: string | null;
}

/** Who asked, in words that no masking of secrets takes for one: `apiKey:NAME` has the form of a key's value. A key is known by its name. */
const requesterTold = ({ id, name, kind }: ApprovalRequest['requester']): Readonly<Record<string, string>> =>
  kind === 'apiKey' ? { kind, name } : { kind, name, id };

/**
 * Writes one line before a step and one after it, as every action has. Throws what `work` throws. What the store did not answer may have
 * been done.
 */
export const createRecorded =
  (records: Pick<OwnRecords, 'begin'>) =>
  async <T>({ caller, step, request, comment }: AuditedStep, scope: CallScope, work: () => Promise<T>): Promise<T> => {
    const { approvalId, action, tenantId, guardrails, requester } = request;
    const { name, input } = action;
    const asked = { comment, mutation: name, asked: input, guardrails, requester: requesterTold(requester) };
    const of = { tenant: tenantOf(action), ...(tenantId !== undefined && { tenantId }) };
    const audited = { caller, mutation: step, ...of, input: asked };
    const ended = await records.begin(audited, [{ target: approvalId }], scope);
    try {
      const done = await work();
      await ended(() => ({ outcome: 'DONE' }));
      return done;
    } catch (thrown) {
      const outcome = thrown instanceof StoreFailure ? 'UNKNOWN' : 'FAILED';
      await ended(() => ({ outcome, error: asGatewayError(thrown) }));
      throw thrown;
    }
  };
