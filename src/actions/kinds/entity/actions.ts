import type { GuardedAction } from '../../../config/guardrails.ts';
import { directoryKey } from '../../../config/tenant-keys.ts';
import type { Alert } from '../../../domain/alert.ts';
import { machineIdsOf } from '../../../domain/alert-machines.ts';
import { alertsNotBrought, type Incident } from '../../../domain/incident.ts';
import type { AlertChange, IncidentChange } from '../../../routing/triage.ts';
import type { Action } from '../../action.ts';
import { checkTargets } from '../../check-input.ts';
import type { TenantMutationInput, UpdateAlertsInput, UpdateIncidentsInput } from '../../inputs.ts';
import type { AlertResult, FieldChange, IncidentResult, TargetResult } from '../../payloads.ts';
import { foundBy } from '../../pipeline/kind.ts';
import { visibilityOf } from '../../readable.ts';
import { tenantAction } from '../../tenant-action.ts';
import { alertChecks, incidentChecks } from './checks.ts';
import { alertChangeOf, incidentChangeOf } from './input.ts';
import type { ChangedEntities } from './job.ts';
import { entityKind } from './kind.ts';

/** What every result of a change has, beside the entity and its id. */
type Common = TargetResult & {
  readonly changes: readonly FieldChange[] | null;
  /** Microsoft's id of what came of it, where that is another thing than its target. */
  readonly became: string | null;
};

/** One row of the table: an action that changes incidents or alerts. */
interface EntityActionRow<
  Input extends TenantMutationInput,
  Entity extends Incident | Alert,
  Change extends AlertChange | IncidentChange,
  Result extends TargetResult,
> extends ChangedEntities<Entity, Change> {
  readonly guardrail: GuardedAction;
  readonly targetsOf: (input: Input) => readonly string[];
  /** Throws when the input asks for no change, or for one that Microsoft would not take. */
  readonly changeOf: (input: Input) => Change;
  /** What is asked besides the targets, where the change alone does not say it. */
  readonly particularsOf?: (change: Change) => unknown;
  readonly result: (id: string, entity: Entity | null, common: Common) => Result;
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

/** An action of the table. */
export const entityAction = <
  Input extends TenantMutationInput,
  Entity extends Incident | Alert,
  Change extends AlertChange | IncidentChange,
  Result extends TargetResult,
>(
  row: EntityActionRow<Input, Entity, Change, Result>,
): Action<Input, Result> =>
  tenantAction({
    ...{ guardrail: row.guardrail, targetsOf: row.targetsOf },
    ...{ permission: row.permissions.write, read: row.permissions.read },
    order: async (mutation) => {
      const { parts, tenant, input, isDryRun } = mutation;
      const change = row.changeOf(input);
      const asked = checkTargets(row.idsField, row.targetsOf(input), parts.targetsPerMutation);
      const resolve = row.resolverOf(change);
      const visibility = visibilityOf(mutation);
      const checks = await row.checksOf({ mutation, change, visibility });
      const kind = entityKind<Entity, Change, Result>(
        { mutation, row, ids: asked, change, resolve, checks, visibility },
        ({ asked: id }, { outcome, error, shown: entity, actionId: became }) => {
          const changes = isDryRun && entity !== null ? changesOf(resolve?.(change, entity) ?? change, entity) : null;
          return row.result(id, entity, { outcome, error, changes, became });
        },
      );
      const particulars = row.particularsOf?.(change) ?? change;
      const alone = resolve === null ? [] : asked.map((id) => JSON.stringify([directoryKey(tenant), row.noun, id]));
      return { asked, kind, comment: change.comment ?? null, particulars, alone };
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
  foundOf: ({ parts, tenant }, change: IncidentChange) =>
    foundBy(tenant, ({ id }) => ({ kind: 'incident', id, change }), parts.finders.incident),
  readsOf: ({ reads }) => reads.incidents,
  update: ({ triageActions }, ...sent) => triageActions.updateIncidents(...sent),
  judgeOf: ({ incidents }) => incidents,
  checksOf: incidentChecks,
  machineIdsOf: (incident: Incident) => {
    if (incident.alerts === null) throw alertsNotBrought(incident);
    return incident.alerts.flatMap(machineIdsOf);
  },
  recentOf: ({ recentTags }) => ({
    withIt: recentTags.withThem,
    note: async (tenant, incidentId, { tags }, sent) => {
      if (tags !== undefined) await recentTags.note(tenant, incidentId, tags, sent);
    },
  }),
  resolverOf: ({ addTags, removeTags }) => (addTags === undefined && removeTags === undefined ? null : withTags),
  restOf: (change: IncidentChange): IncidentChange | null => commentOf(change),
} as const satisfies ChangedEntities<Incident, IncidentChange>;

/** Alerts, and how they are changed. */
export const changedAlerts = {
  noun: 'alert',
  idsField: 'alertIds',
  permissions: { read: 'alert:read', write: 'alert:write' },
  foundOf: ({ parts, tenant }, change: AlertChange) =>
    foundBy(tenant, ({ id }) => ({ kind: 'alert', id, change }), parts.finders.alert),
  readsOf: ({ reads }) => reads.alerts,
  update: ({ triageActions }, ...sent) => triageActions.updateAlerts(...sent),
  judgeOf: ({ alerts }) => alerts,
  checksOf: alertChecks,
  machineIdsOf,
  resolverOf: () => null,
  restOf: (change: AlertChange): AlertChange | null => commentOf(change),
} as const satisfies ChangedEntities<Alert, AlertChange>;

export const updateIncidents = entityAction({
  ...changedIncidents,
  guardrail: 'updateIncidents',
  targetsOf: ({ incidentIds }: UpdateIncidentsInput) => incidentIds,
  changeOf: incidentChangeOf,
  result: (incidentId, incident, { became, ...common }): IncidentResult => ({ incidentId, incident, ...common }),
});

export const updateAlerts = entityAction({
  ...changedAlerts,
  guardrail: 'updateAlerts',
  targetsOf: ({ alertIds }: UpdateAlertsInput) => alertIds,
  changeOf: alertChangeOf,
  result: (alertId, alert, { became, ...common }): AlertResult => ({ alertId, alert, ...common }),
});
