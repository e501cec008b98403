import type { Refusal } from '../../guardrails/guardrails.ts';
import type { ActionTarget, Ended, Planned } from './kind.ts';

/** Each target that was found once: a machine that is named twice, as by id and by name, is one. */
export const distinct = <Target extends ActionTarget>(plans: readonly Planned<Target>[]): readonly Target[] => [
  ...new Map(plans.flatMap(({ target, error }) => (error === null ? [[target.id, target] as const] : []))).values(),
];

/** A target on its way: why it is not sent, or where it stands already; neither: it is sent. */
export interface Judged<Target extends ActionTarget, Shown> {
  readonly target: Target;
  readonly refusal: Refusal | null;
  /** What is there of one that is refused for it; null: nothing, or a rule refused it. */
  readonly shown: Shown | null;
  readonly stands: Ended<Shown> | null;
}

/** A target by where it stands: refused, though no guardrail spoke, or there already. */
export const judgedBy = <Target extends ActionTarget, Shown>(
  target: Target,
  ended: Ended<Shown>,
): Judged<Target, Shown> =>
  ended.outcome === 'REFUSED' && ended.error !== null
    ? { target, refusal: { error: ended.error, spoken: [] }, shown: ended.shown, stands: null }
    : { target, refusal: null, shown: null, stands: ended };

/** The target, where it is refused for being so already. */
export const soAlready = <Target extends ActionTarget>({ target, refusal }: Judged<Target, unknown>): Target[] =>
  refusal?.error.code === 'ALREADY_IN_STATE' ? [target] : [];
