import { GatewayError, NotFoundError } from '../errors.ts';
import type { RejectActionInput } from '../generated/inputs.ts';
import type { ActionRow } from './action.ts';
import type { Approval } from './record.ts';

/** Answer of the mutations about approvals. */
export interface ApprovalPayload {
  readonly clientMutationId: string | null;
  /** Null on a dry run. */
  readonly approval: Approval | null;
  /** What would become of each target, or what became of it. */
  readonly results: readonly ActionRow[];
}

export const payloadOf = (
  { clientMutationId }: Pick<RejectActionInput, 'clientMutationId'>,
  approval: Approval | null,
  results: readonly ActionRow[],
): ApprovalPayload => ({ clientMutationId: clientMutationId ?? null, approval, results });

export const unknown = (approvalId: string): NotFoundError => new NotFoundError(`There is no approval ${approvalId}`);

/** Of one that was decided, or whose time is over. */
export const decidedOtherwise = ({ state, decision }: Pick<Approval, 'state' | 'decision'>): GatewayError => {
  const what = state === 'EXPIRED' ? 'has expired' : `was ${state.toLowerCase()} by ${decision?.by.name ?? 'another'}`;
  return new GatewayError('CONFLICT', `This approval ${what}`);
};
