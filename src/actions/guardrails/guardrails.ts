import type { Access } from '../../access/authorize.ts';
import type { Clock } from '../../clock.ts';
import {
  type ActionSwitches,
  type GuardedAction,
  type Guardrail,
  type GuardrailDemand,
  guardedActions,
} from '../../config/guardrails.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { Machine } from '../../domain/machine.ts';
import { type ApprovalNeed, GatewayError } from '../../errors.ts';
import type { Acting } from '../acting.ts';
import { allHold, type Facts, mayHold, needsMachine } from './conditions.ts';

/** One act of one caller in one tenant, with all its targets. */
export interface GuardedAct extends Acting {
  readonly action: GuardedAction;
  readonly tenant: Tenant;
  /** Distinct targets. */
  readonly targets: number;
  readonly comment: string | null;
}

/** Why a target is not to be touched. */
export interface Refusal {
  /** `GUARDRAIL`, naming the first rule that spoke; with the approval that would lift it, where one would. */
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
  readonly demand: GuardrailDemand;
}

const never: GuardrailDemand = { kind: 'never' };

const switchedOff = ({ readOnly, categories }: ActionSwitches, action: GuardedAction): Objection | null => {
  if (readOnly) return { name: 'actions.readOnly', message: 'The gateway is read-only', demand: never };
  const category = guardedActions[action];
  if (categories[category] === 'on') return null;
  const message = `Acts of the category ${category} are switched off`;
  return { name: `actions.categories.${category}`, message, demand: never };
};

const hasOneOf = (roles: readonly string[], wanted: readonly string[]): boolean =>
  roles.some((role) => wanted.includes(role));

/** Whether the act brings what the rule demands. */
const isMet = (demand: GuardrailDemand, { comment, approved }: GuardedAct, now: number): boolean => {
  switch (demand.kind) {
    case 'never':
      return false;
    case 'comment':
      return demand.pattern.test(comment ?? '');
    case 'approval':
      if (approved === null || now >= approved.until) return false;
      return demand.approverRoles.length === 0 || hasOneOf(approved.roles, demand.approverRoles);
  }
};

/** On behalf of its callers an approved act would run with the approver's own token: nobody can be asked there. */
const isAskable = ({ auth }: Tenant): boolean => auth.kind !== 'onBehalfOf';

/** What callers read when the rule has no words of its own. */
const wordsOf = (demand: GuardrailDemand, action: GuardedAction, tenant: Tenant): string => {
  switch (demand.kind) {
    case 'never':
      return `${action} is forbidden here`;
    case 'comment':
      return `${action} needs a comment like ${demand.pattern.source}`;
    case 'approval':
      return isAskable(tenant)
        ? `${action} needs the approval of a second person: ask for it with requestApproval`
        : `${action} needs the approval of a second person, and ${tenant.name} is used on behalf of its callers, where nobody can be asked`;
  }
};

const objectionOf = ({ name, demand, message }: Guardrail, { action, tenant }: GuardedAct): Objection => ({
  name,
  message: message ?? wordsOf(demand, action, tenant),
  demand,
});

/** What approval would lift all objections; null: none would. */
const approvalFor = (objections: readonly Objection[]): ApprovalNeed | null => {
  const demands = objections.flatMap(({ demand }) => (demand.kind === 'approval' ? [demand] : []));
  if (demands.length < objections.length) return null;
  return {
    validMs: Math.min(...demands.map(({ validMs }) => validMs)),
    approverRoles: demands.map(({ approverRoles }) => approverRoles).filter((roles) => roles.length > 0),
  };
};

export const createGuardrails =
  ({
    rules,
    switches,
    rolesIn,
    clock,
  }: {
    readonly rules: readonly Guardrail[];
    readonly switches: ActionSwitches;
    readonly rolesIn: Access['rolesIn'];
    readonly clock: Clock;
  }): Guardrails =>
  (act) => {
    const { caller, action, tenant, targets } = act;
    const roles = rolesIn(caller, tenant);
    const factsOf = (machine: Machine | null): Facts => ({ tenant: tenant.name, machine, targets, now: clock.now() });
    const off = switchedOff(switches, action);
    const possible = rules.filter(
      (rule) =>
        rule.actions.includes(action) &&
        !hasOneOf(roles, rule.unlessRole) &&
        !isMet(rule.demand, act, clock.now()) &&
        mayHold(rule.when, factsOf(null)),
    );
    return {
      needsMachines: off === null && possible.some(({ when }) => needsMachine(when)),
      refusal: (machine) => {
        const facts = factsOf(machine);
        const spoken = possible.filter(({ when }) => allHold(when, facts)).map((rule) => objectionOf(rule, act));
        const objections = off === null ? spoken : [off, ...spoken];
        // What nobody can lift is told before what an approval would.
        const first = objections.find(({ demand }) => demand.kind !== 'approval') ?? objections[0];
        if (first === undefined) return null;
        const names = objections.map(({ name }) => name);
        const approval = isAskable(tenant) ? approvalFor(objections) : null;
        const details = { tenant: tenant.name, guardrails: names, ...(approval && { approval }) };
        const message = `${first.message} (guardrail "${first.name}")`;
        return { error: new GatewayError('GUARDRAIL', message, details), spoken: names };
      },
    };
  };
