import type { JudgedMachine } from '../../access/machine-visibility.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { Machine } from '../../domain/machine.ts';
import type { MachineAction } from '../../domain/machine-action.ts';
import type { ActionOutcome } from '../../domain/outcome.ts';
import { type GatewayError, isSurelyNotSent, type ResultError, retold } from '../../errors.ts';
import type { Capability } from '../../routing/actions.ts';
import type { CallScope } from '../../scope.ts';
import type { JournalSubject } from '../once/journal.ts';
import type { TargetEnd } from '../once/target-ends.ts';
import type { Queued } from '../payloads.ts';
import type { FindOutcomes, Found, Sought } from '../recovery/sought.ts';

/** What an action is done to. */
export interface ActionTarget {
  /** As the audit has it, and as a key remembers it: Microsoft's own id, or a name where there is none. */
  readonly id: string;
  /**
   * What cannot be, and could not be when it was first asked for: no earlier run did it, whatever Microsoft's side shows. Absent or
   * null: it can be.
   */
  readonly fault?: GatewayError | null;
}

/** What a caller named, as it was found. */
export interface Planned<Target extends ActionTarget> {
  /** The caller's name for it, in the form in which equal names are equal. */
  readonly asked: string;
  readonly target: Target;
  /** Why there is nothing to do it to; null: it exists, as far as is known, and the caller sees it. */
  readonly error: GatewayError | null;
}

/** How an action on one target ended, or where it stands without having been sent. */
export interface Ended<Shown> {
  /** Null on a dry run that found nothing against it. */
  readonly outcome: ActionOutcome | null;
  readonly error: GatewayError | null;
  /** The action that it became, or the entity after it. */
  readonly shown: Shown | null;
  /** Microsoft's id of the action that it became or was about, or of the entity that came of it. */
  readonly actionId: string | null;
  /** What it had to wait for. */
  readonly queued?: Queued | null;
  /** Why what it became has ended already without having been done: sent once all the same, and kept as that. */
  readonly failure?: GatewayError | null;
}

/** The same as it is told: the error as a row, and shown what the caller may read. */
export interface Told<Shown> extends Omit<Ended<Shown>, 'error'> {
  readonly error: ResultError | null;
}

/** One target that is sent now. */
export interface Sending<Target extends ActionTarget> {
  readonly target: Target;
  /** The scope of its calls. */
  readonly scope: CallScope;
  /** To be called each time before it is sent: writes to the journal that it is sent now. Throws when it must not be. */
  readonly renew: () => Promise<void>;
  /** What an earlier run did of it; null: nothing. */
  readonly earlier: TargetEnd | null;
  /** An earlier run may have sent it all the same: what is in its way may be that. */
  readonly isRepeat: boolean;
}

/**
 * Looks where targets stand at Microsoft's side: not there, refused for their state, or under way; null: nothing speaks against it.
 * Rejects when that cannot be read.
 */
export type Look<Target extends ActionTarget, Shown> = (
  targets: readonly Target[],
  isDryRun: boolean,
  scope: CallScope,
) => Promise<readonly (Ended<Shown> | null)[]>;

/**
 * What is particular to actions on targets of one kind; the pipeline does the rest. Made for one mutation of one caller, whose
 * input is checked.
 */
export interface ActionKind<Target extends ActionTarget, Shown, Result> {
  /**
   * The targets as the caller sees them, one for each distinct name. `reading`: with all that a check needs. Throws what
   * concerns all of them.
   */
  plan(reading: boolean, scope: CallScope): Promise<readonly Planned<Target>[]>;
  /** The machine that guardrails ask about; null: it has none, or it was not read. Without it none has. */
  machineOf?(target: Target): Machine | null;
  /**
   * The machines that a role has to cover to except from a guardrail or to approve, by the target's id, where they are others
   * than `machineOf`. Asked for only when such a role may lift a rule.
   */
  coveredOf?(targets: readonly Target[], scope: CallScope): Promise<ReadonlyMap<string, readonly JudgedMachine[]>>;
  /** Which of what would be shown the caller may read; without it all. */
  readable?(shown: readonly Shown[]): Promise<ReadonlySet<Shown>>;
  /** How the action is found again at Microsoft's side. */
  subjectOf(target: Target): JournalSubject;
  /** Given: the action can be told from any other by its subject, so that it is looked for even when nothing is remembered. */
  readonly isUnmistakable?: true;
  /** What became of actions that were sent, or may have been. */
  find(
    sought: readonly (Omit<Sought, 'subject'> & { readonly target: Target })[],
    scope: CallScope,
  ): Promise<readonly (Found<Shown> | Error | null)[]>;
  /** What is now to be shown of targets that are done. What cannot be read is null; never rejects. */
  recall(
    done: readonly { readonly target: Target; readonly end: TargetEnd }[],
    scope: CallScope,
  ): Promise<readonly (Shown | null)[]>;
  /** Where a target stands without anything being sent, by what was read on the way: refused, or done already. */
  check?(target: Target): Ended<Shown> | null;
  /** What the tenant has to be able to do; null: the plan throws where it is not. */
  readonly capability: Capability | null;
  /** What a dry run shows of a target that nothing speaks against: what is there now. Without it nothing. */
  before?(target: Target): Shown | null;
  /** Looks before it is sent, all at once; what an earlier one of them tells counts before a later one. None by default. */
  readonly looks?: readonly Look<Target, Shown>[];
  /** Sends each once, a few at a time. No promise rejects. */
  send(sendings: readonly Sending<Target>[]): readonly Promise<Ended<Shown>>[];
  result(planned: Planned<Target>, told: Told<Shown>): Result;
}

/** How actions of a kind are found again: by what each of them is about, and a finder of such subjects. */
export const foundBy = <Target extends ActionTarget, Subject extends JournalSubject, Shown>(
  tenant: Tenant,
  subjectOf: (target: Target) => Subject,
  find: FindOutcomes<Subject, Shown>,
): Pick<ActionKind<Target, Shown, unknown>, 'find'> & { readonly subjectOf: (target: Target) => Subject } => ({
  subjectOf,
  find: (sought, scope) =>
    find(
      tenant,
      sought.map(({ target, ...one }) => ({ ...one, subject: subjectOf(target) })),
      scope,
    ),
});

/** An action that is done. */
export const done = <Shown>(shown: Shown | null, actionId: string | null = null): Ended<Shown> => ({
  outcome: 'DONE',
  error: null,
  shown,
  actionId,
});

/** An action that is not done, for a reason. */
export const stopped = <Shown>(
  outcome: ActionOutcome,
  error: GatewayError,
  shown: Shown | null = null,
  actionId: string | null = null,
): Ended<Shown> => ({ outcome, error, shown, actionId });

/** A target that is refused for what speaks against it; null: nothing does. */
export const refusedFor = <Shown>(error: GatewayError | null, shown: Shown | null = null): Ended<Shown> | null =>
  error === null ? null : stopped('REFUSED', error, shown);

/** How it ended, as the audit has it. */
export const endInAudit = ({ outcome, error, actionId, failure = null }: Ended<unknown>) => {
  const told: ActionOutcome = failure === null ? (outcome ?? 'UNKNOWN') : 'FAILED';
  return { outcome: told, error: failure ?? error, actionId };
};

/** An action that was begun, or is. */
export const begun = (action: MachineAction | null, outcome: 'DONE' | 'UNDER_WAY' = 'DONE'): Ended<MachineAction> => ({
  ...done(action, action?.actionId ?? null),
  outcome,
});

/** An action that was answered with an error: it surely was not done, or nobody knows, which `doubt` says in its own words. */
export const endedBy = <Shown>(
  error: GatewayError,
  doubt: (error: GatewayError) => GatewayError,
  shown: Shown | null = null,
  actionId: string | null = null,
): Ended<Shown> =>
  isSurelyNotSent(error)
    ? stopped('FAILED', error, shown, actionId)
    : stopped('UNKNOWN', doubt(error), shown, actionId);

/** Of what was sent and not answered: that it may be `done`, e.g. `started`, that it is not sent again, and what to look at. */
export const unanswered = (error: GatewayError, done: string, advice: string, sent = 'sent'): GatewayError =>
  retold(error, `${error.message}. It may or may not have been ${done}, and was not ${sent} again: ${advice}`);
