import type { Caller } from '../../access/caller.ts';
import type { Clock } from '../../clock.ts';
import { type ActionSwitches, type GuardedAction, type Guardrail, guardedActions } from '../../config/guardrails.ts';
import type { Machine } from '../../domain/machine.ts';
import { GatewayError } from '../../errors.ts';
import { allHold, type Facts, mayHold, needsMachine } from './conditions.ts';

/** One act of one caller in one tenant, with all its targets. */
export interface GuardedAct {
  readonly caller: Caller;
  readonly action: GuardedAction;
  /** The tenant's configured name. */
  readonly tenant: string;
  /** Distinct targets. */
  readonly targets: number;
  readonly comment: string | null;
}

/** Why a target is not to be touched. */
export interface Refusal {
  /** `GUARDRAIL`, naming the first rule that spoke. */
  readonly error: GatewayError;
  /** Every rule that spoke. */
  readonly spoken: readonly string[];
}

/** The rules as they apply to one act. */
export interface Guard {
  /** Whether a rule asks about the machines, so that they have to be read. */
  readonly needsMachines: boolean;
  /** Null: no rule objects. */
  refusal(machine: Machine | null): Refusal | null;
}

/** The operator's rules and switches. Pure but for the time of day. */
export type Guardrails = (act: GuardedAct) => Guard;

interface Objection {
  readonly name: string;
  readonly message: string;
}

const switchedOff = ({ readOnly, categories }: ActionSwitches, action: GuardedAction): Objection | null => {
  if (readOnly) return { name: 'actions.readOnly', message: 'The gateway is read-only' };
  const category = guardedActions[action];
  if (categories[category] === 'on') return null;
  return { name: `actions.categories.${category}`, message: `Acts of the category ${category} are switched off` };
};

const isExcepted = ({ roles }: Caller, { unlessRole }: Guardrail): boolean =>
  roles.some((role) => unlessRole.includes(role));

const isSatisfied = ({ comment: pattern }: Guardrail, comment: string | null): boolean =>
  pattern?.test(comment ?? '') === true;

const objectionOf = ({ name, comment, message }: Guardrail, action: GuardedAction): Objection => ({
  name,
  message:
    message ?? (comment === null ? `${action} is forbidden here` : `${action} needs a comment like ${comment.source}`),
});

export const createGuardrails =
  ({
    rules,
    switches,
    clock,
  }: {
    readonly rules: readonly Guardrail[];
    readonly switches: ActionSwitches;
    readonly clock: Clock;
  }): Guardrails =>
  ({ caller, action, tenant, targets, comment }) => {
    const factsOf = (machine: Machine | null): Facts => ({ tenant, machine, targets, now: clock.now() });
    const off = switchedOff(switches, action);
    const possible = rules.filter(
      (rule) =>
        rule.actions.includes(action) &&
        !isExcepted(caller, rule) &&
        !isSatisfied(rule, comment) &&
        mayHold(rule.when, factsOf(null)),
    );
    return {
      needsMachines: off === null && possible.some(({ when }) => needsMachine(when)),
      refusal: (machine) => {
        const facts = factsOf(machine);
        const spoken = possible.filter(({ when }) => allHold(when, facts)).map((rule) => objectionOf(rule, action));
        const [first, ...others] = off === null ? spoken : [off, ...spoken];
        if (first === undefined) return null;
        return {
          error: new GatewayError('GUARDRAIL', `${first.message} (guardrail "${first.name}")`, { tenant }),
          spoken: [first, ...others].map(({ name }) => name),
        };
      },
    };
  };
