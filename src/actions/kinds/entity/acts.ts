import type { Access } from '../../../access/access.ts';
import type { AlertPermission } from '../../../access/roles.ts';
import { createVisibility, type JudgeOf, type Visibility } from '../../../access/visibility.ts';
import type { GuardedAction } from '../../../config/guardrails.ts';
import type { Tenant } from '../../../config/tenants.ts';
import type { Alert } from '../../../domain/alert.ts';
import { machineIdsOf } from '../../../domain/alert-machines.ts';
import { alertsNotBrought, type Incident } from '../../../domain/incident.ts';
import type { GatewayError } from '../../../errors.ts';
import type { Done } from '../../../routing/act-on-each.ts';
import type { AlertChange, IncidentChange } from '../../../routing/triage.ts';
import type { CallScope } from '../../../scope.ts';
import type { Act, ActParts } from '../../act.ts';
import { checkTargets } from '../../check-input.ts';
import type { TenantMutationInput, UpdateAlertsInput, UpdateIncidentsInput } from '../../inputs.ts';
import type { JournalSubject } from '../../once/journal.ts';
import type { AlertResult, FieldChange, IncidentResult, TargetResult } from '../../payloads.ts';
import type { FindOutcomes } from '../../recovery/sought.ts';
import { errorRow, payloadOf } from '../../results.ts';
import { alertChangeOf, incidentChangeOf } from './input.ts';
import { entityKind } from './kind.ts';
import { machinesOf } from './machines-of.ts';
import { isCommented } from './shown.ts';

type SubjectOf<Kind extends JournalSubject['kind']> = Extract<JournalSubject, { kind: Kind }>;

/** What every result of a change has, beside the entity and its id. */
type Common = TargetResult & {
  readonly changes: readonly FieldChange[] | null;
  /** Microsoft's id of what came of it, where that is another thing than its target. */
  readonly became: string | null;
};

/** One row of the table: an act that changes incidents or alerts. */
interface EntityActRow<
  Input extends TenantMutationInput,
  Entity extends Incident | Alert,
  Change extends AlertChange | IncidentChange,
  Subject extends JournalSubject,
  Result extends TargetResult,
> extends ChangedEntities<Entity, Change, Subject> {
  readonly guardrail: GuardedAction;
  readonly targetsOf: (input: Input) => readonly string[];
  /** Throws when the input asks for no change, or for one that Microsoft would not take. */
  readonly changeOf: (input: Input) => Change;
  /** What is asked besides the targets, where the change alone does not say it. */
  readonly particularsOf?: (change: Change) => unknown;
  /** What has to be so before it is sent; read anew for each mutation. Throws what concerns the whole of it. */
  readonly checkOf?: (question: CheckQuestion<Change>) => Promise<EntityCheck<Entity>>;
  readonly result: (id: string, entity: Entity | null, common: Common) => Result;
}

/** Why an entity is not changed, given all that are; null: nothing speaks against it. */
type EntityCheck<Entity> = (entity: Entity, all: ReadonlyMap<string, Entity | null>) => GatewayError | null;

/** What a check is made of. */
export interface CheckQuestion<Change> {
  readonly parts: ActParts;
  readonly access: Access;
  readonly tenant: Tenant;
  readonly change: Change;
  readonly visibility: Visibility;
  readonly isDryRun: boolean;
  readonly scope: CallScope;
}

/** How entities of one kind are read, judged and changed. */
interface ChangedEntities<
  Entity extends Incident | Alert,
  Change extends AlertChange | IncidentChange,
  Subject extends JournalSubject,
> {
  readonly noun: 'incident' | 'alert';
  readonly idsField: string;
  readonly permissions: { readonly read: AlertPermission; readonly write: AlertPermission };
  readonly subjectOf: (id: string, change: Change) => Subject;
  readonly findOf: (parts: ActParts) => FindOutcomes<Subject, Entity>;
  readonly readsOf: (
    parts: ActParts,
  ) => (tenant: Tenant, ids: readonly string[], scope: CallScope) => Promise<ReadonlyMap<string, Entity | Error>>;
  readonly update: (
    parts: ActParts,
    tenant: Tenant,
    ids: readonly string[],
    change: Change,
    scope: CallScope,
  ) => Promise<readonly Done<Entity>[]>;
  readonly judgeOf: (visibility: Visibility) => JudgeOf<Entity, AlertPermission>;
  readonly machineIdsOf: (entity: Entity) => readonly string[];
  /** The change as it is sent to one entity, where it hangs on what that has; null: it is the same for all. */
  readonly resolverOf: (change: Change) => ((change: Change, entity: Entity) => Change) | null;
  /** What is left when all but the last call of a change was made; null: it is one call. */
  readonly restOf: (change: Change) => Change | null;
}

/** Graph takes a comment by a call of its own, after all else. */
const commentOf = ({ comment }: Pick<AlertChange, 'comment'>): Pick<AlertChange, 'comment'> | null =>
  comment === undefined ? null : { comment };

/** What a change makes of an entity, field by field. */
const changesOf = (change: AlertChange | IncidentChange, entity: Incident | Alert): readonly FieldChange[] => {
  const now = new Map<string, unknown>(Object.entries(entity));
  return Object.entries(change).map(([field, to]) => ({
    field,
    from: field === 'comment' ? null : (now.get(field) ?? null),
    to,
  }));
};

/** An act of the table. */
export const entityAct = <
  Input extends TenantMutationInput,
  Entity extends Incident | Alert,
  Change extends AlertChange | IncidentChange,
  Subject extends JournalSubject,
  Result extends TargetResult,
>(
  row: EntityActRow<Input, Entity, Change, Subject, Result>,
): Act<Input, Result> => ({
  guardrail: row.guardrail,
  permission: row.permissions.write,
  targetsOf: row.targetsOf,
  perform: async (parts, mutation, acting, input, scope) => {
    const { clock, log, reads } = parts;
    const { access } = acting;
    const change = row.changeOf(input);
    const tenant = access.tenantFor(input.tenant, row.permissions.write);
    const asked = checkTargets(row.idsField, row.targetsOf(input), parts.targetsPerMutation);
    const resolve = row.resolverOf(change);
    const readByIds = row.readsOf(parts);
    const visibility = createVisibility(access, {
      machines: (where, ids) => reads.machines.byIds(where, ids, scope),
      alerts: (where, ids) => reads.alerts.byIds(where, ids, scope),
      incidents: (where, ids) => reads.incidents.byIds(where, ids, scope),
    });
    const judgeOf = row.judgeOf(visibility);
    const kind = entityKind<Entity, Change, Subject, Result>(
      {
        ...{ tenant, ids: asked, change, noun: row.noun, clock, log, scope, readByIds, resolve },
        subjectOf: (id) => row.subjectOf(id, change),
        isDone: (entity, sentAt) => isCommented(change, entity, sentAt),
        rest: row.restOf(change),
        find: row.findOf(parts),
        update: (ids, part, callScope) => row.update(parts, tenant, ids, part, callScope),
        judge: judgeOf(row.permissions.write, tenant),
        mayRead: access.mayInPart(row.permissions.read, tenant),
        readable: judgeOf(row.permissions.read, tenant),
        check:
          (await row.checkOf?.({
            ...{ parts, access, tenant, change, visibility, scope },
            isDryRun: input.dryRun === true && acting.isProposal !== true,
          })) ?? null,
        machinesOf: (ids) => machinesOf(readByIds, row.machineIdsOf, reads.machines)(tenant, ids, scope),
      },
      ({ asked: id, target: { entity: before } }, { outcome, error, shown, actionId }, isReadable) => {
        const isDryRun = input.dryRun === true;
        const entity = isReadable ? (shown ?? (isDryRun ? before : null)) : null;
        const would = isDryRun && entity !== null ? changesOf(resolve?.(change, entity) ?? change, entity) : null;
        return row.result(id, entity, { outcome, error: errorRow(error, log), changes: would, became: actionId });
      },
    );
    const order = {
      ...{ acting, mutation, tenant, input, asked, kind, comment: change.comment ?? null },
      particulars: row.particularsOf?.(change) ?? change,
      guardrail: row.guardrail,
      read: row.permissions.read,
    };
    // What is written whole, and hangs on what is there, is read and written by one at a time.
    const results =
      resolve === null || input.dryRun === true
        ? await parts.pipeline(order, scope)
        : await parts.exclusive(
            asked.map((id) => JSON.stringify([tenant.name, row.noun, id])),
            scope,
            () => parts.pipeline(order, scope),
          );
    return payloadOf(input, results);
  },
});

/** The tags that an incident is to have. */
const withTags = (
  { addTags = [], removeTags = [], ...change }: IncidentChange,
  { tags }: Incident,
): IncidentChange => ({
  ...change,
  tags: [...new Set([...tags, ...addTags])].filter((tag) => !removeTags.includes(tag)),
});

/** Incidents, and how they are changed. */
export const changedIncidents = {
  noun: 'incident',
  idsField: 'incidentIds',
  permissions: { read: 'incident:read', write: 'incident:write' },
  subjectOf: (id: string, change: IncidentChange) => ({ kind: 'incident', id, change }) as const,
  findOf: ({ finders }) => finders.incident,
  readsOf: ({ reads }) => reads.incidents.byIds,
  update: ({ triageActs }, ...sent) => triageActs.updateIncidents(...sent),
  judgeOf: ({ incidents }) => incidents,
  machineIdsOf: (incident: Incident) => {
    if (incident.alerts === null) throw alertsNotBrought(incident);
    return incident.alerts.flatMap(machineIdsOf);
  },
  resolverOf: ({ addTags, removeTags }) => (addTags === undefined && removeTags === undefined ? null : withTags),
  restOf: (change: IncidentChange): IncidentChange | null => commentOf(change),
} as const satisfies ChangedEntities<Incident, IncidentChange, SubjectOf<'incident'>>;

/** Alerts, and how they are changed. */
export const changedAlerts = {
  noun: 'alert',
  idsField: 'alertIds',
  permissions: { read: 'alert:read', write: 'alert:write' },
  subjectOf: (id: string, change: AlertChange) => ({ kind: 'alert', id, change }) as const,
  findOf: ({ finders }) => finders.alert,
  readsOf: ({ reads }) => reads.alerts.byIds,
  update: ({ triageActs }, ...sent) => triageActs.updateAlerts(...sent),
  judgeOf: ({ alerts }) => alerts,
  machineIdsOf,
  resolverOf: () => null,
  restOf: (change: AlertChange): AlertChange | null => commentOf(change),
} as const satisfies ChangedEntities<Alert, AlertChange, SubjectOf<'alert'>>;

export const updateIncidents = entityAct({
  ...changedIncidents,
  guardrail: 'updateIncidents',
  targetsOf: ({ incidentIds }: UpdateIncidentsInput) => incidentIds,
  changeOf: incidentChangeOf,
  result: (incidentId, incident, { became, ...common }): IncidentResult => ({ incidentId, incident, ...common }),
});

export const updateAlerts = entityAct({
  ...changedAlerts,
  guardrail: 'updateAlerts',
  targetsOf: ({ alertIds }: UpdateAlertsInput) => alertIds,
  changeOf: alertChangeOf,
  result: (alertId, alert, { became, ...common }): AlertResult => ({ alertId, alert, ...common }),
});
