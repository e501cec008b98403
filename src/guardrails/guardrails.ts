import type { Access } from '../access/access.ts';
import type { Acting } from '../access/acting.ts';
import type { JudgedMachine } from '../access/machine-visibility.ts';
import type { Clock } from '../clock.ts';
import {
  type ActionSwitches,
  type GuardedAction,
  type Guardrail,
  type GuardrailDemand,
  guardedActions,
} from '../config/guardrails.ts';
import type { Tenant } from '../config/tenants.ts';
import type { Machine } from '../domain/machine.ts';
import { type ApprovalNeed, GatewayError } from '../errors.ts';
import type { CommandOrder } from '../routing/actions.ts';
import { allHold, type Facts, mayHold, needsMachine } from './conditions.ts';

/** One mutation of one caller in one tenant, with all its targets. */
export interface GuardedMutation extends Acting {
  readonly action: GuardedAction;
  readonly tenant: Tenant;
  /** Distinct targets. */
  readonly targets: number;
  readonly comment: string | null;
  /** The commands of a live response session. */
  readonly commands?: readonly CommandOrder[] | undefined;
}

/** Why a target is not to be touched. */
export interface Refusal {
  /** `GUARDRAIL`, naming the first rule that spoke; with the approval that would lift it, where one would. */
  readonly error: GatewayError;
  /** Every rule that spoke. */
  readonly spoken: readonly string[];
}

interface Objection {
  readonly name: string;
  readonly message: string;
  readonly demand: GuardrailDemand;
}

const never: GuardrailDemand = { kind: 'never' };

const switchedOff = ({ readOnly, categories }: ActionSwitches, action: GuardedAction): Objection | null => {
  if (readOnly) return { name: 'actions.readOnly', message: 'The gateway is read-only', demand: never };
  const { category } = guardedActions[action];
  if (categories[category] === 'on') return null;
  const message = `Actions of the category ${category} are switched off`;
  return { name: `actions.categories.${category}`, message, demand: never };
};

const hasOneOf = (roles: readonly string[], wanted: readonly string[]): boolean =>
  roles.some((role) => wanted.includes(role));

type RolesOf = (access: Pick<Access, 'rolesIn' | 'rolesInPart'>) => readonly string[];

/** Whether the mutation brings what the rule demands. `rolesOf`: the roles that an approver has there; none after the approval's end. */
const isMet = (
  demand: GuardrailDemand,
  { comment, approved }: GuardedMutation,
  rolesOf: RolesOf,
  now: number,
): boolean => {
  switch (demand.kind) {
    case 'never':
      return false;
    case 'comment':
      return demand.pattern.test(comment ?? '');
    case 'approval':
      if (approved === null || now >= approved.until) return false;
      return demand.approverRoles.length === 0 || hasOneOf(rolesOf(approved.access), demand.approverRoles);
  }
};

/** On behalf of its callers an approved action would run with the approver's own token: nobody can be asked there. */
const isAskable = ({ auth }: Tenant): boolean => auth.kind !== 'onBehalfOf';

/** What callers read when the rule has no words of its own. */
const wordsOf = ({ demand, when }: Pick<Guardrail, 'demand' | 'when'>, { action, tenant }: GuardedMutation): string => {
  switch (demand.kind) {
    case 'never':
      return when.unlessCommands === undefined
        ? `${action} is forbidden here`
        : `${action} is forbidden here but for the scripts, files and paths that the rule names`;
    case 'comment':
      return `${action} needs a comment like ${demand.pattern.source}`;
    case 'approval':
      return isAskable(tenant)
        ? `${action} needs the approval of a second person: ask for it with requestApproval`
        : `${action} needs the approval of a second person, and ${tenant.name} is used on behalf of its callers, where nobody can be asked`;
  }
};

const objectionOf = (rule: Guardrail, mutation: GuardedMutation): Objection => ({
  name: rule.name,
  message: rule.message ?? wordsOf(rule, mutation),
  demand: rule.demand,
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

/**
 * The operator's rules and switches. Pure but for the time of day.
 *
 * An action is judged by one set of rules from its dry run to its send: those that go with the tenants of the request that it is of
 * (`Access`). What was judged is not judged again while it waits in a queue. An approval is performed with the rights, the tenants and
 * so the rules of the moment at which it is given.
 */
export const createGuardrails =
  (settings: { readonly switches: ActionSwitches; readonly clock: Clock }) =>
  /** The rules as they apply to one mutation. */
  (mutation: GuardedMutation) => {
    const { switches, clock } = settings;
    const { access, action, tenant, targets, commands = [] } = mutation;
    const factsOf = (machine: Machine | null): Facts => ({
      tenant: tenant.name,
      machine,
      targets,
      now: clock.now(),
      commands,
    });
    /** Whether a role or what the mutation brings lifts the rule, by the roles that count there. */
    const isLifted = ({ unlessRole, demand }: Guardrail, rolesOf: RolesOf): boolean =>
      hasOneOf(rolesOf(access), unlessRole) || isMet(demand, mutation, rolesOf, clock.now());
    const anywhere: RolesOf = ({ rolesIn }) => rolesIn(tenant, []);
    const somewhere: RolesOf = ({ rolesInPart }) => rolesInPart(tenant);
    const off = switchedOff(switches, action);
    const possible = access.guardrails.filter(
      (rule) => rule.actions.includes(action) && !isLifted(rule, anywhere) && mayHold(rule.when, factsOf(null)),
    );
    const asksCoverage = off === null && possible.some((rule) => isLifted(rule, somewhere));
    return {
      /** Whether a role that is limited to machines may lift a rule. */
      asksCoverage,
      /** Whether a rule asks about the machines, or a role that is limited to machines may lift one: they have to be read then. */
      needsMachines: asksCoverage || (off === null && possible.some(({ when }) => needsMachine(when))),
      /**
       * Null: no rule objects. `machine`: what conditions are asked of. `covered`: the machines that a role has to cover to except
       * from a rule or to approve, where they are others than that one: those of an alert.
       */
      refusal: (
        machine: Machine | null,
        covered: readonly JudgedMachine[] = machine === null ? [] : [machine],
      ): Refusal | null => {
        const facts = factsOf(machine);
        const here: RolesOf = ({ rolesIn }) => rolesIn(tenant, covered);
        const spoken = possible
          .filter((rule) => allHold(rule.when, facts) && !isLifted(rule, here))
          .map((rule) => objectionOf(rule, mutation));
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

export type Guardrails = ReturnType<typeof createGuardrails>;
export type Guard = ReturnType<Guardrails>;
