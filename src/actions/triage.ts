import type { Caller } from '../access/caller.ts';
import type { Alert } from '../domain/alert.ts';
import type { Incident } from '../domain/incident.ts';
import type { AlertReads } from '../routing/alerts.ts';
import type { IncidentReads } from '../routing/incidents.ts';
import type { AlertChange, IncidentChange, TriageActs } from '../routing/triage.ts';
import type { CallScope } from '../scope.ts';
import { type ChangeParts, createChangeEach } from './change-each.ts';
import type { UpdateAlertsInput, UpdateIncidentsInput } from './inputs.ts';
import type { AlertResult, IncidentResult, Payload } from './payloads.ts';
import { payloadOf } from './results.ts';
import { alertChangeOf, incidentChangeOf } from './triage-input.ts';

export interface TriageParts extends ChangeParts {
  readonly acts: TriageActs;
  readonly reads: { readonly incidents: IncidentReads; readonly alerts: AlertReads };
}

/** The mutations that change incidents and alerts. */
export const createTriage = ({ acts, reads, ...parts }: TriageParts) => {
  const changeEach = createChangeEach(parts);
  const changeIncidents = changeEach<Incident, IncidentChange>({
    mutation: 'updateIncidents',
    noun: 'incident',
    permissions: { read: 'incident:read', write: 'incident:write' },
    idsField: 'incidentIds',
    idForm: /^\d{1,19}$/,
    update: acts.updateIncidents,
    readByIds: reads.incidents.byIds,
  });
  const changeAlerts = changeEach<Alert, AlertChange>({
    mutation: 'updateAlerts',
    noun: 'alert',
    permissions: { read: 'alert:read', write: 'alert:write' },
    idsField: 'alertIds',
    idForm: /^[\w.:-]{1,128}$/,
    update: acts.updateAlerts,
    readByIds: reads.alerts.byIds,
  });

  return {
    updateIncidents: async (
      caller: Caller,
      input: UpdateIncidentsInput,
      scope: CallScope,
    ): Promise<Payload<IncidentResult>> => {
      const change = incidentChangeOf(input);
      const request = { input, ids: input.incidentIds, change, comment: change.comment ?? null };
      const changed = await changeIncidents(caller, request, scope);
      return payloadOf(
        input,
        changed.map(({ id, entity, error }) => ({ incidentId: id, incident: entity, error })),
      );
    },

    updateAlerts: async (caller: Caller, input: UpdateAlertsInput, scope: CallScope): Promise<Payload<AlertResult>> => {
      const change = alertChangeOf(input);
      const request = { input, ids: input.alertIds, change, comment: change.comment ?? null };
      const changed = await changeAlerts(caller, request, scope);
      return payloadOf(
        input,
        changed.map(({ id, entity, error }) => ({ alertId: id, alert: entity, error })),
      );
    },
  };
};
