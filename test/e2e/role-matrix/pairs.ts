import {
  type AlertPermission,
  type MachinePermission,
  type Permission,
  permissionSubjects,
  permissions,
} from '../../../src/config/permissions.ts';
import type { WorldAction, WorldMachine } from '../../../src/simulator/world/types.ts';

/** A permission that a role which is limited to machines can give. */
export type LimitedPermission = MachinePermission | AlertPermission;

const isLimited = (permission: Permission): permission is LimitedPermission =>
  permissionSubjects[permission] === 'machine' || permissionSubjects[permission] === 'alert';

/** All of them, from the table. */
export const limitedPermissions: readonly LimitedPermission[] = permissions.filter(isLimited);

export const tenant = 'contoso';
/** The device group that the roles are limited to. */
export const group = 'Servers';

/** A machine with what leads to it: an alert and an incident that name no machine of the other side, actions. */
export interface Place {
  readonly machine: WorldMachine;
  readonly alertId: string;
  readonly incidentId: string;
  /** An action that goes on, by its type at Microsoft's. */
  readonly actionIds: Readonly<Record<string, string>>;
  /** A session that has ended, with the result of a script. */
  readonly sessionId: string;
}

/** The types of actions of which each machine has one that goes on. */
export const actionTypes = [
  'Isolate',
  'RunAntiVirusScan',
  'RestrictCodeExecution',
  'CollectInvestigationPackage',
  'StopAndQuarantineFile',
  'LiveResponse',
  'Offboard',
] as const satisfies readonly WorldAction['type'][];

/** One question about a place. */
export interface Question {
  readonly name: string;
  /** What is shown of it stands under `it`; where nothing does, its refusal alone tells. */
  readonly ask: (place: Place) => string;
  /** What stands there when it is shown; anything, unless said. */
  readonly shows?: (place: Place) => string;
  /** The code of its refusal, where it is not simply left out. */
  readonly refusal?: 'NOT_FOUND' | 'FORBIDDEN';
  /** Whether it is an action of the permission itself: outside, nothing may be sent. */
  readonly actions?: true;
}

const machineOf = ({ machine }: Place): string => machine.id;
const alertOf = ({ alertId }: Place): string => alertId;
const incidentOf = ({ incidentId }: Place): string => incidentId;
const text = (value: string | undefined): string => JSON.stringify(value ?? '');

const machine = ({ machine: { id } }: Place, more: string): string =>
  `{ machine(tenant: "${tenant}", machineId: ${text(id)}) { ${more} } }`;
const alert = ({ alertId }: Place, more: string): string =>
  `{ alert(tenant: "${tenant}", alertId: ${text(alertId)}) { ${more} } }`;
const incident = ({ incidentId }: Place, more: string): string =>
  `{ incident(tenant: "${tenant}", incidentId: ${text(incidentId)}) { ${more} } }`;
const machineAction = (actionId: string | undefined, more: string): string =>
  `{ machineAction(tenant: "${tenant}", actionId: ${text(actionId)}) { ${more} } }`;
const mutate = (name: string, input: string, shown: string): string =>
  `mutation { ${name}(input: { tenant: "${tenant}", ${input} }) { results { ${shown} error { code } } } }`;
const targets = (id: string | null, more = ''): string => `machineIds: [${text(id ?? '')}], comment: "pairs"${more}`;
const tagged = ', tag: "matrix", operation: ADD';
const quarantined = `, sha1: "${'a'.repeat(40)}"`;
const script = 'commands: [{ type: RUN_SCRIPT, scriptName: "echo-args.ps1" }], waitSeconds: 0';

/** An action on the machine itself, which does not exist for it outside. */
const action = (name: string, more = ''): Question => ({
  name,
  ask: (place) => mutate(name, targets(place.machine.id, more), 'machineId'),
  refusal: 'NOT_FOUND',
  actions: true,
});
const dryRun = (name: string, more = ''): Question => ({
  name: `${name}, dry run`,
  ask: (place) => mutate(name, `${targets(place.machine.id, more)}, dryRun: true`, 'machineId'),
  refusal: 'NOT_FOUND',
});
const cancel = (type: (typeof actionTypes)[number], refusal: Question['refusal'] = 'FORBIDDEN'): Question => ({
  name: `cancelMachineActions of ${type}`,
  ask: ({ actionIds }) =>
    mutate('cancelMachineActions', `actionIds: [${text(actionIds[type])}], comment: "pairs"`, 'action { machineId }'),
  ...(refusal === undefined ? {} : { refusal }),
  actions: true,
});
let owners = 0;
/** To an owner that nothing has yet: what is so already is not changed. */
const triage = (name: 'updateIncidents' | 'updateAlerts', more: string): Question['ask'] => {
  const [field, shown, idOf] =
    name === 'updateIncidents'
      ? (['incidentIds', 'incident { it: incidentId }', incidentOf] as const)
      : (['alertIds', 'alert { it: alertId }', alertOf] as const);
  return (place) => {
    owners += 1;
    return mutate(name, `${field}: [${text(idOf(place))}], assignedTo: "owner-${owners}"${more}`, shown);
  };
};

const onIncident = (name: string, more: string): Question['ask'] => {
  return (place) => mutate(name, `incidentIds: [${text(place.incidentId)}], ${more}`, 'incident { it: incidentId }');
};
const onAlert = (name: string, more: string): Question['ask'] => {
  return (place) => mutate(name, `alertIds: [${text(place.alertId)}], ${more}`, 'alert { it: alertId }');
};
const remark = 'comment: "pairs"';

/** How each permission opens a thing of a machine, wherever it is asked for. */
export const questions: Readonly<Record<LimitedPermission, readonly Question[]>> = {
  'machine:read': [
    { name: 'machine', ask: (place) => machine(place, 'it: machineId'), refusal: 'NOT_FOUND' },
    {
      name: 'machines',
      ask: () => `{ machines(tenants: ["${tenant}"], first: 200) { nodes { it: machineId } } }`,
      shows: machineOf,
    },
    { name: 'Alert.machine', ask: (place) => alert(place, 'machine { it: machineId }') },
    { name: 'Incident.machines', ask: (place) => incident(place, 'machines { nodes { it: machineId } }') },
    {
      name: 'MachineAction.machine',
      ask: ({ actionIds }) => machineAction(actionIds.Isolate, 'machine { it: machineId }'),
    },
    {
      name: 'scanMachines, result',
      ask: (place) => mutate('scanMachines', targets(place.machine.id), 'machine { it: machineId }'),
    },
    {
      name: 'isolateMachines, dry run',
      ask: (place) =>
        mutate('isolateMachines', `${targets(place.machine.id)}, dryRun: true`, 'machine { it: machineId }'),
    },
    {
      name: 'isolateMachines by DNS name, dry run',
      ask: (place) =>
        mutate(
          'isolateMachines',
          `${targets(place.machine.computerDnsName)}, dryRun: true`,
          'machine { it: computerDnsName }',
        ),
    },
  ],
  'incident:read': [
    { name: 'incident', ask: (place) => incident(place, 'it: incidentId'), refusal: 'NOT_FOUND' },
    {
      name: 'incidents',
      ask: () => `{ incidents(tenants: ["${tenant}"], first: 100) { nodes { it: incidentId } } }`,
      shows: incidentOf,
    },
    { name: 'Alert.incident', ask: (place) => alert(place, 'incident { it: incidentId }') },
    { name: 'updateIncidents, result', ask: triage('updateIncidents', '') },
    { name: 'updateIncidents, dry run', ask: triage('updateIncidents', ', dryRun: true') },
    { name: 'addComment, result', ask: onIncident('addComment', remark) },
  ],
  'incident:write': [
    { name: 'updateIncidents', ask: triage('updateIncidents', ''), refusal: 'NOT_FOUND', actions: true },
    { name: 'addComment', ask: onIncident('addComment', remark), refusal: 'NOT_FOUND', actions: true },
    { name: 'updateIncidents, dry run', ask: triage('updateIncidents', ', dryRun: true'), refusal: 'NOT_FOUND' },
  ],
  'alert:read': [
    { name: 'alert', ask: (place) => alert(place, 'it: alertId'), refusal: 'NOT_FOUND' },
    {
      name: 'alerts',
      ask: () => `{ alerts(tenants: ["${tenant}"], first: 200) { nodes { it: alertId } } }`,
      shows: alertOf,
    },
    { name: 'Incident.alerts', ask: (place) => incident(place, 'alerts { nodes { it: alertId } }') },
    { name: 'Machine.alerts', ask: (place) => machine(place, 'alerts { nodes { it: alertId } }') },
    { name: 'updateAlerts, result', ask: triage('updateAlerts', '') },
    { name: 'updateAlerts, dry run', ask: triage('updateAlerts', ', dryRun: true') },
    { name: 'addComment on alerts, result', ask: onAlert('addComment', remark) },
    { name: 'moveAlerts, dry run', ask: onAlert('moveAlerts', `${remark}, dryRun: true`) },
  ],
  'alert:write': [
    { name: 'updateAlerts', ask: triage('updateAlerts', ''), refusal: 'NOT_FOUND', actions: true },
    { name: 'addComment on alerts', ask: onAlert('addComment', remark), refusal: 'NOT_FOUND', actions: true },
    { name: 'moveAlerts, dry run', ask: onAlert('moveAlerts', `${remark}, dryRun: true`), refusal: 'NOT_FOUND' },
    { name: 'updateAlerts, dry run', ask: triage('updateAlerts', ', dryRun: true'), refusal: 'NOT_FOUND' },
  ],
  'machine:isolate': [
    dryRun('isolateMachines'),
    dryRun('releaseMachines'),
    action('isolateMachines'),
    cancel('Isolate'),
  ],
  'machine:scan': [dryRun('scanMachines'), action('scanMachines'), cancel('RunAntiVirusScan')],
  'machine:write': [
    dryRun('tagMachines', tagged),
    action('tagMachines', tagged),
    dryRun('setDeviceValue', ', deviceValue: HIGH'),
    action('setDeviceValue', ', deviceValue: HIGH'),
  ],
  'machine:restrict': [
    dryRun('unrestrictCodeExecution'),
    action('restrictCodeExecution'),
    cancel('RestrictCodeExecution'),
  ],
  'machine:collect': [
    dryRun('collectInvestigationPackage'),
    action('collectInvestigationPackage'),
    cancel('CollectInvestigationPackage'),
  ],
  'machine:offboard': [dryRun('offboardMachines'), action('offboardMachines'), cancel('Offboard')],
  'file:quarantine': [
    dryRun('stopAndQuarantineFile', quarantined),
    action('stopAndQuarantineFile', quarantined),
    cancel('StopAndQuarantineFile'),
  ],
  'investigation:start': [dryRun('startInvestigation'), action('startInvestigation')],
  'liveresponse:run': [
    dryRun('runLiveResponse', `, ${script}`),
    action('runLiveResponse', `, ${script}`),
    cancel('LiveResponse'),
    {
      name: 'LiveResponseCommand.script',
      ask: ({ sessionId }) => machineAction(sessionId, 'commands { script { it: output } }'),
      refusal: 'FORBIDDEN',
    },
    {
      name: 'LiveResponseCommand.file',
      ask: ({ sessionId }) => machineAction(sessionId, 'commands { file { it: contentBase64 } }'),
      refusal: 'FORBIDDEN',
    },
    {
      name: 'runLiveResponse, taken up',
      ask: ({ sessionId }) =>
        mutate('runLiveResponse', `actionId: ${text(sessionId)}, waitSeconds: 0`, 'action { it: actionId }'),
      refusal: 'NOT_FOUND',
    },
  ],
  'action:read': [
    { name: 'machineAction', ask: ({ sessionId }) => machineAction(sessionId, 'it: actionId'), refusal: 'NOT_FOUND' },
    {
      name: 'machineActions',
      ask: () => `{ machineActions(tenants: ["${tenant}"], first: 100) { nodes { it: actionId } } }`,
      shows: ({ sessionId }) => sessionId,
    },
    { name: 'Machine.isolationState', ask: (place) => machine(place, 'it: isolationState'), refusal: 'FORBIDDEN' },
    { name: 'Machine.actions', ask: (place) => machine(place, 'actions(first: 100) { nodes { it: actionId } }') },
  ],
  'action:cancel': [cancel('Isolate', 'NOT_FOUND')],
};
