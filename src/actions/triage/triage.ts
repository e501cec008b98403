import type { Caller } from '../../access/caller.ts';
import { createVisibility, type Visibility } from '../../access/visibility.ts';
import type { Alert } from '../../domain/alert.ts';
import { machineIdsOf } from '../../domain/alert-machines.ts';
import { alertsNotBrought, type Incident } from '../../domain/incident.ts';
import type { AlertReads } from '../../routing/alerts.ts';
import type { IncidentReads } from '../../routing/incidents.ts';
import type { MachineReads } from '../../routing/machines.ts';
import type { AlertChange, IncidentChange, TriageActs } from '../../routing/triage.ts';
import type { CallScope } from '../../scope.ts';
import type { Acting } from '../acting.ts';
import type { UpdateAlertsInput, UpdateIncidentsInput } from '../inputs.ts';
import type { AlertResult, IncidentResult, Payload } from '../payloads.ts';
import { payloadOf } from '../results.ts';
import { type ChangeParts, createChangeEach } from './change-each.ts';
import { alertChangeOf, incidentChangeOf } from './input.ts';
import { machinesOf } from './machines-of.ts';
import { isDone } from './rest.ts';

const machineIdsOfIncident = (incident: Incident): readonly string[] => {
  if (incident.alerts === null) throw alertsNotBrought(incident);
  return incident.alerts.flatMap(machineIdsOf);
};

/** How long an interrupted change may be resumed: as long as its key is remembered. */
const takenUpForMs = 24 * 60 * 60 * 1000;

export interface TriageParts extends ChangeParts {
  readonly acts: TriageActs;
  readonly reads: {
    readonly incidents: IncidentReads;
    readonly alerts: AlertReads;
    /** By which it is judged what a caller sees whose roles are limited to machines. */
    readonly machines: MachineReads;
  };
}

/** The mutations that change incidents and alerts. */
export const createTriage = ({ acts, reads, ...parts }: TriageParts) => {
  const changeEach = createChangeEach(parts);
  const visibilityOf = (caller: Caller, scope: CallScope): Visibility =>
    createVisibility(parts.accessOf(caller), {
      machines: (tenant, ids) => reads.machines.byIds(tenant, ids, scope),
      alerts: (tenant, ids) => reads.alerts.byIds(tenant, ids, scope),
      incidents: (tenant, ids) => reads.incidents.byIds(tenant, ids, scope),
    });
  const changeIncidents = changeEach<Incident, IncidentChange>({
    mutation: 'updateIncidents',
    noun: 'incident',
    permissions: { read: 'incident:read', write: 'incident:write' },
    idsField: 'incidentIds',
    update: acts.updateIncidents,
    readByIds: reads.incidents.byIds,
    judge: (caller, permission, tenant, scope) => visibilityOf(caller, scope).incidents(permission, tenant),
    machinesOf: machinesOf(reads.incidents.byIds, machineIdsOfIncident, reads.machines),
    subject: (id, change) => ({ kind: 'incident', id, change }),
    isDone: (change, incident) => isDone(change, incident, parts.clock.now() - takenUpForMs),
  });
  const changeAlerts = changeEach<Alert, AlertChange>({
    mutation: 'updateAlerts',
    noun: 'alert',
    permissions: { read: 'alert:read', write: 'alert:write' },
    idsField: 'alertIds',
    update: acts.updateAlerts,
    readByIds: reads.alerts.byIds,
    judge: (caller, permission, tenant, scope) => visibilityOf(caller, scope).alerts(permission, tenant),
    machinesOf: machinesOf(reads.alerts.byIds, machineIdsOf, reads.machines),
    subject: (id, change) => ({ kind: 'alert', id, change }),
    isDone: (change, alert) => isDone(change, alert, parts.clock.now() - takenUpForMs),
  });

  return {
    updateIncidents: async (
      acting: Acting,
      input: UpdateIncidentsInput,
      scope: CallScope,
    ): Promise<Payload<IncidentResult>> => {
      const change = incidentChangeOf(input);
      const request = { input, ids: input.incidentIds, change, comment: change.comment ?? null };
      const changed = await changeIncidents(acting, request, scope);
      return payloadOf(
        input,
        changed.map(({ id, entity, error }) => ({ incidentId: id, incident: entity, error })),
      );
    },

    updateAlerts: async (acting: Acting, input: UpdateAlertsInput, scope: CallScope): Promise<Payload<AlertResult>> => {
      const change = alertChangeOf(input);
      const request = { input, ids: input.alertIds, change, comment: change.comment ?? null };
      const changed = await changeAlerts(acting, request, scope);
      return payloadOf(
        input,
        changed.map(({ id, entity, error }) => ({ alertId: id, alert: entity, error })),
      );
    },
  };
};
