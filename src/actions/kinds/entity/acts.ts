import type { AlertPermission } from '../../../access/roles.ts';
import { createVisibility, type JudgeOf, type Visibility } from '../../../access/visibility.ts';
import type { Tenant } from '../../../config/tenants.ts';
import type { Alert } from '../../../domain/alert.ts';
import { machineIdsOf } from '../../../domain/alert-machines.ts';
import { alertsNotBrought, type Incident } from '../../../domain/incident.ts';
import type { Done } from '../../../routing/act-on-each.ts';
import type { AlertChange, IncidentChange } from '../../../routing/triage.ts';
import type { CallScope } from '../../../scope.ts';
import type { Act, ActParts } from '../../act.ts';
import { checkTargets } from '../../check-input.ts';
import type { MutationInput, UpdateAlertsInput, UpdateIncidentsInput } from '../../inputs.ts';
import type { JournalSubject } from '../../once/journal.ts';
import type { AlertResult, FieldChange, IncidentResult, TargetResult } from '../../payloads.ts';
import type { FindOutcomes } from '../../recovery/outcomes.ts';
import { errorRow, payloadOf } from '../../results.ts';
import { alertChangeOf, incidentChangeOf } from './input.ts';
import { entityKind } from './kind.ts';
import { machinesOf } from './machines-of.ts';
import { isDone } from './shown.ts';

/** What every result of a change has, beside the entity and its id. */
type Common = TargetResult & { readonly changes: readonly FieldChange[] | null };

/** One row of the table: an act that changes incidents or alerts. */
interface EntityActRow<
  Input extends MutationInput,
  Entity extends Incident | Alert,
  Change extends AlertChange | IncidentChange,
  Subject extends JournalSubject,
  Result extends TargetResult,
> {
  readonly guardrail: 'updateIncidents' | 'updateAlerts';
  readonly noun: 'incident' | 'alert';
  readonly idsField: string;
  readonly permissions: { readonly read: AlertPermission; readonly write: AlertPermission };
  readonly targetsOf: (input: Input) => readonly string[];
  /** Throws when the input asks for no change, or for one that Microsoft would not take. */
  readonly changeOf: (input: Input) => Change;
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
  readonly result: (id: string, entity: Entity | null, common: Common) => Result;
}

/** Graph takes a comment by a call of its own, after the rest. */
const commentOf = ({ comment }: AlertChange | IncidentChange): Pick<AlertChange, 'comment'> | null =>
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
const entityAct = <
  Input extends MutationInput,
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
        isDone: (entity, sentAt) => isDone(change, entity, sentAt),
        rest: row.restOf(change),
        find: row.findOf(parts),
        update: (ids, part, callScope) => row.update(parts, tenant, ids, part, callScope),
        judge: judgeOf(row.permissions.write, tenant),
        mayRead: access.mayInPart(row.permissions.read, tenant),
        readable: judgeOf(row.permissions.read, tenant),
        machinesOf: (ids) => machinesOf(readByIds, row.machineIdsOf, reads.machines)(tenant, ids, scope),
      },
      ({ asked: id, target: { entity: before } }, { outcome, error, shown }, isReadable) => {
        const isDryRun = input.dryRun === true;
        const entity = isReadable ? (shown ?? (isDryRun ? before : null)) : null;
        const would = isDryRun && entity !== null ? changesOf(resolve?.(change, entity) ?? change, entity) : null;
        return row.result(id, entity, { outcome, error: errorRow(error, log), changes: would });
      },
    );
    const results = await parts.pipeline(
      {
        ...{ acting, mutation, tenant, input, asked, kind, particulars: change, comment: change.comment ?? null },
        guardrail: row.guardrail,
        read: row.permissions.read,
      },
      scope,
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

export const updateIncidents = entityAct({
  guardrail: 'updateIncidents',
  noun: 'incident',
  idsField: 'incidentIds',
  permissions: { read: 'incident:read', write: 'incident:write' },
  targetsOf: ({ incidentIds }: UpdateIncidentsInput) => incidentIds,
  changeOf: incidentChangeOf,
  subjectOf: (id: string, change: IncidentChange) => ({ kind: 'incident', id, change }) as const,
  findOf: ({ finders }) => finders.incident,
  readsOf: ({ reads }) => reads.incidents.byIds,
  update: ({ triageActs }, ...sent) => triageActs.updateIncidents(...sent),
  judgeOf: ({ incidents }) => incidents,
  machineIdsOf: (incident: Incident) => {
    if (incident.alerts === null) throw alertsNotBrought(incident);
    return incident.alerts.flatMap(machineIdsOf);
  },
  restOf: (change: IncidentChange): IncidentChange | null => commentOf(change),
  resolverOf: ({ addTags, removeTags }) => (addTags === undefined && removeTags === undefined ? null : withTags),
  result: (incidentId, incident, common): IncidentResult => ({ incidentId, incident, ...common }),
});

export const updateAlerts = entityAct({
  guardrail: 'updateAlerts',
  noun: 'alert',
  idsField: 'alertIds',
  permissions: { read: 'alert:read', write: 'alert:write' },
  targetsOf: ({ alertIds }: UpdateAlertsInput) => alertIds,
  changeOf: alertChangeOf,
  subjectOf: (id: string, change: AlertChange) => ({ kind: 'alert', id, change }) as const,
  findOf: ({ finders }) => finders.alert,
  readsOf: ({ reads }) => reads.alerts.byIds,
  update: ({ triageActs }, ...sent) => triageActs.updateAlerts(...sent),
  judgeOf: ({ alerts }) => alerts,
  machineIdsOf: (alert: Alert) => machineIdsOf(alert),
  restOf: (change: AlertChange): AlertChange | null => commentOf(change),
  resolverOf: () => null,
  result: (alertId, alert, common): AlertResult => ({ alertId, alert, ...common }),
});
