import { createVisibility, type Visibility } from '../../../access/visibility.ts';
import type { Alert } from '../../../domain/alert.ts';
import type { Incident } from '../../../domain/incident.ts';
import type { AlertChange, IncidentChange } from '../../../routing/triage.ts';
import type { CallScope } from '../../../scope.ts';
import type { Act, ActParts } from '../../act.ts';
import type { Acting } from '../../acting.ts';
import { checkTargets } from '../../check-input.ts';
import type { UpdateAlertsInput, UpdateIncidentsInput } from '../../inputs.ts';
import type { AlertResult, FieldChange, IncidentResult } from '../../payloads.ts';
import type { Ended } from '../../pipeline/kind.ts';
import { errorRow, payloadOf } from '../../results.ts';
import { alertChangeOf, incidentChangeOf } from './input.ts';
import { type EntityTarget, entityKind } from './kind.ts';
import { isDone } from './shown.ts';

const visibilityOf = ({ access, reads }: ActParts, { caller }: Acting, scope: CallScope): Visibility =>
  createVisibility(
    { machineVisibility: (permission, tenant) => access.machineVisibility(caller, permission, tenant) },
    {
      machines: (tenant, ids) => reads.machines.byIds(tenant, ids, scope),
      alerts: (tenant, ids) => reads.alerts.byIds(tenant, ids, scope),
      incidents: (tenant, ids) => reads.incidents.byIds(tenant, ids, scope),
    },
  );

/** The tags that an incident is to have. */
const withTags = (
  { addTags = [], removeTags = [], ...change }: IncidentChange,
  { tags }: Incident,
): IncidentChange => ({
  ...change,
  tags: [...new Set([...tags, ...addTags])].filter((tag) => !removeTags.includes(tag)),
});

/** Graph takes a comment by a call of its own, after the rest. */
const commentOf = ({ comment }: AlertChange | IncidentChange): Pick<AlertChange, 'comment'> | null =>
  comment === undefined ? null : { comment };

/** What a change makes of an entity, field by field. */
const changesOf = (change: AlertChange | IncidentChange, entity: Incident | Alert | null): readonly FieldChange[] => {
  const now = new Map<string, unknown>(entity === null ? [] : Object.entries(entity));
  return Object.entries(change).map(([field, to]) => ({
    field,
    from: field === 'comment' ? null : (now.get(field) ?? null),
    to,
  }));
};

/** What every result of a change has. */
const commonOf = <Entity extends Incident | Alert>(
  { log }: ActParts,
  isDryRun: boolean,
  changeOf: (entity: Entity) => AlertChange | IncidentChange,
  { entity: before }: EntityTarget<Entity>,
  { outcome, error, shown }: Ended<Entity>,
) => {
  const entity = shown ?? (isDryRun ? before : null);
  const changes = isDryRun && entity !== null ? changesOf(changeOf(entity), entity) : null;
  return { outcome, error: errorRow(error, log), changes, entity };
};

export const updateIncidents: Act<UpdateIncidentsInput, IncidentResult> = {
  guardrail: 'updateIncidents',
  permission: 'incident:write',
  targetsOf: ({ incidentIds }) => incidentIds,
  perform: async (parts, mutation, acting, input, scope) => {
    const change = incidentChangeOf(input);
    const { access, clock, log, reads, finders, triageActs } = parts;
    const tenant = access.tenantFor(acting.caller, input.tenant, 'incident:write');
    const asked = checkTargets('incidentIds', input.incidentIds, parts.targetsPerMutation);
    const hasTags = change.addTags !== undefined || change.removeTags !== undefined;
    const mayRead = access.holds(acting.caller, 'incident:read', tenant);
    const kind = entityKind<Incident, IncidentChange, ReturnType<typeof incidentSubject>, IncidentResult>(
      {
        ...{ tenant, ids: asked, change, noun: 'incident', clock, log, scope },
        subjectOf: (id) => incidentSubject(id, change),
        isDone: (incident, sentAt) => isDone(change, incident, sentAt),
        rest: commentOf(change),
        find: finders.incident,
        readByIds: reads.incidents.byIds,
        update: (ids, part, callScope) => triageActs.updateIncidents(tenant, ids, part, callScope),
        judge: visibilityOf(parts, acting, scope).incidents('incident:write', tenant),
        resolve: hasTags ? withTags : null,
      },
      ({ asked: incidentId, target }, ended) => {
        const resolved = (incident: Incident) => (hasTags ? withTags(change, incident) : change);
        const { entity, ...common } = commonOf(parts, input.dryRun === true, resolved, target, ended);
        return { incidentId, incident: mayRead ? entity : null, ...common };
      },
    );
    const results = await parts.pipeline(
      {
        ...{ acting, mutation, tenant, input, asked, kind, particulars: change, comment: change.comment ?? null },
        guardrail: 'updateIncidents',
        read: 'incident:read',
      },
      scope,
    );
    return payloadOf(input, results);
  },
};

export const updateAlerts: Act<UpdateAlertsInput, AlertResult> = {
  guardrail: 'updateAlerts',
  permission: 'alert:write',
  targetsOf: ({ alertIds }) => alertIds,
  perform: async (parts, mutation, acting, input, scope) => {
    const change = alertChangeOf(input);
    const { access, clock, log, reads, finders, triageActs } = parts;
    const tenant = access.tenantFor(acting.caller, input.tenant, 'alert:write');
    const asked = checkTargets('alertIds', input.alertIds, parts.targetsPerMutation);
    const mayRead = access.holds(acting.caller, 'alert:read', tenant);
    const kind = entityKind<Alert, AlertChange, ReturnType<typeof alertSubject>, AlertResult>(
      {
        ...{ tenant, ids: asked, change, noun: 'alert', clock, log, scope },
        subjectOf: (id) => alertSubject(id, change),
        isDone: (alert, sentAt) => isDone(change, alert, sentAt),
        rest: commentOf(change),
        find: finders.alert,
        readByIds: reads.alerts.byIds,
        update: (ids, part, callScope) => triageActs.updateAlerts(tenant, ids, part, callScope),
        judge: visibilityOf(parts, acting, scope).alerts('alert:write', tenant),
        resolve: null,
      },
      ({ asked: alertId, target }, ended) => {
        const { entity, ...common } = commonOf(parts, input.dryRun === true, () => change, target, ended);
        return { alertId, alert: mayRead ? entity : null, ...common };
      },
    );
    const results = await parts.pipeline(
      {
        ...{ acting, mutation, tenant, input, asked, kind, particulars: change, comment: change.comment ?? null },
        guardrail: 'updateAlerts',
        read: 'alert:read',
      },
      scope,
    );
    return payloadOf(input, results);
  },
};

const incidentSubject = (id: string, change: IncidentChange) => ({ kind: 'incident', id, change }) as const;
const alertSubject = (id: string, change: AlertChange) => ({ kind: 'alert', id, change }) as const;
