import { type ActionOutcome, actionOutcomes } from '../../domain/outcome.ts';
import type { ErrorCode } from '../../errors.ts';
import { hasFields } from '../../store/forms.ts';

/** What is kept of one target under an idempotency key, once something was done to it: small, and never what a caller reads. */
export interface TargetEnd {
  readonly outcome: Extract<ActionOutcome, 'DONE' | 'PARTLY_DONE' | 'UNDER_WAY'>;
  /** Microsoft's id of the action that it became, or of the entity that came of it. */
  readonly actionId: string | null;
  /**
   * Of a part that was not done: why, and when it may have been sent (by the store's clock) if nobody knows. A repeat looks
   * for it, and does it if it is not there.
   */
  readonly left: { readonly code: ErrorCode; readonly message: string; readonly maybeSentAt: number | null } | null;
}

/** The form of a kept end. */
export const isTargetEnd = hasFields({
  outcome: (outcome) => actionOutcomes.some((one) => one === outcome),
  actionId: 'textOrNull',
  left: 'recordOrNull',
});
