import type { Alert } from '../domain/alert.ts';
import { machineIdsOf } from '../domain/alert-machines.ts';
import { alertsNotBrought, type Incident } from '../domain/incident.ts';
import type { IsolationType } from '../routing/acts.ts';
import type { AlertChange, IncidentChange } from '../routing/triage.ts';
import type { Act } from './act.ts';
import type {
  IsolateMachinesInput,
  MachinesInput,
  ScanMachinesInput,
  UpdateAlertsInput,
  UpdateIncidentsInput,
} from './inputs.ts';
import { cancelMachineActions } from './kinds/cancellation.ts';
import { commentAlone, entityAct, withTags } from './kinds/entity/acts.ts';
import { alertChangeOf, incidentChangeOf } from './kinds/entity/input.ts';
import { machineAct } from './kinds/machine/acts.ts';
import { notOn, notOnboarded, onboarded, onWindows, onWindowsClient, when } from './kinds/machine/preconditions.ts';
import { runLiveResponse } from './live-response/live-response.ts';
import type { AlertResult, IncidentResult } from './payloads.ts';

const machineIdsOfIncident = (incident: Incident): readonly string[] => {
  if (incident.alerts === null) throw alertsNotBrought(incident);
  return incident.alerts.flatMap(machineIdsOf);
};

interface Isolation {
  readonly isolationType: IsolationType;
}

const is =
  (type: IsolationType) =>
  ({ isolationType }: Isolation): boolean =>
    isolationType === type;

const isNot =
  (type: IsolationType) =>
  ({ isolationType }: Isolation): boolean =>
    isolationType !== type;

/**
 * Every act, one row each, by the name of its mutation. From here come the mutations, what can be asked approval for, and the
 * names that guardrails and the documentation have to know. Facts are of the page of each act in Microsoft's documentation.
 */
export const acts = {
  // isolate-machine.md: a device without a sensor can only be contained.
  isolateMachines: machineAct({
    guardrail: 'isolate',
    permission: 'machine:isolate',
    type: 'ISOLATE',
    capability: 'machines.isolate',
    particulars: ({ isolationType = 'FULL' }: IsolateMachinesInput) => ({ isolationType }),
    preconditions: [
      when(isNot('UN_MANAGED_DEVICE'), onboarded),
      when(is('UN_MANAGED_DEVICE'), notOnboarded),
      when(is('SELECTIVE'), onWindowsClient),
      notOn('macos'),
    ],
    effect: { brings: 'ISOLATE', undoes: 'UNISOLATE', to: 'on', state: 'isolated' },
    send: (api, tenant, machineId, input, scope) => api.isolate(tenant, machineId, input, scope),
  }),

  // unisolate-machine.md
  releaseMachines: machineAct({
    guardrail: 'release',
    permission: 'machine:isolate',
    type: 'UNISOLATE',
    capability: 'machines.isolate',
    particulars: (_: MachinesInput) => ({}),
    preconditions: [notOn('macos')],
    effect: { brings: 'ISOLATE', undoes: 'UNISOLATE', to: 'off', state: 'isolated' },
    send: (api, tenant, machineId, input, scope) => api.release(tenant, machineId, input, scope),
  }),

  // run-av-scan.md
  scanMachines: machineAct({
    guardrail: 'scan',
    permission: 'machine:scan',
    type: 'RUN_ANTI_VIRUS_SCAN',
    capability: 'machines.scan',
    particulars: ({ scanType = 'QUICK' }: ScanMachinesInput) => ({ scanType }),
    preconditions: [onboarded, onWindows],
    send: (api, tenant, machineId, input, scope) => api.scan(tenant, machineId, input, scope),
  }),

  runLiveResponse,
  cancelMachineActions,

  // security-incident-update.md, update-incidents.md
  updateIncidents: entityAct({
    guardrail: 'updateIncidents',
    permission: 'incident:write',
    read: 'incident:read',
    noun: 'incident',
    idsField: 'incidentIds',
    targetsOf: ({ incidentIds }: UpdateIncidentsInput) => incidentIds,
    changeOf: incidentChangeOf,
    subjectOf: (id, change: IncidentChange) => ({ kind: 'incident', id, change }) as const,
    find: ({ incident }) => incident,
    readByIds: ({ incidents }) => incidents.byIds,
    update: (api) => api.updateIncidents,
    judge: ({ incidents }) => incidents,
    machineIdsOf: machineIdsOfIncident,
    resolve: withTags,
    rest: commentAlone,
    result: (incidentId, incident, common): IncidentResult => ({ incidentId, incident, ...common }),
  }),

  // security-alert-update.md, update-alert.md
  updateAlerts: entityAct({
    guardrail: 'updateAlerts',
    permission: 'alert:write',
    read: 'alert:read',
    noun: 'alert',
    idsField: 'alertIds',
    targetsOf: ({ alertIds }: UpdateAlertsInput) => alertIds,
    changeOf: alertChangeOf,
    subjectOf: (id, change: AlertChange) => ({ kind: 'alert', id, change }) as const,
    find: ({ alert }) => alert,
    readByIds: ({ alerts }) => alerts.byIds,
    update: (api) => api.updateAlerts,
    judge: ({ alerts }) => alerts,
    machineIdsOf: (alert: Alert) => machineIdsOf(alert),
    resolve: () => null,
    rest: commentAlone,
    result: (alertId, alert, common): AlertResult => ({ alertId, alert, ...common }),
  }),
} as const;

export type Acts = typeof acts;

/** The mutation's name. */
export type ActName = keyof Acts;

/** Each mutation's input. */
export type ActInputs = { readonly [Name in ActName]: Acts[Name] extends Act<infer Input, infer _> ? Input : never };

/** Each mutation's result for one target. */
export type ActResults = { readonly [Name in ActName]: Acts[Name] extends Act<infer _, infer Result> ? Result : never };

const isActName = (name: string): name is ActName => Object.hasOwn(acts, name);

/** Every act, in the order of the table. */
export const actNames: readonly ActName[] = Object.keys(acts).filter(isActName);
