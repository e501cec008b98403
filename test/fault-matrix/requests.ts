import { type ActionName, actionNames } from '../../src/actions/table.ts';
import type { TenantWorld, WorldAlert, WorldIncident, WorldMachine } from '../../src/simulator/world/types.ts';
import { askGateway } from '../support/gateway.ts';
import { keyHeader } from '../support/keys.ts';
import { eachOnce, idleMachines, isolation, runningScan } from './estate.ts';
import { indicatorRequests } from './indicator-requests.ts';
import { machineRequests } from './machine-requests.ts';
import { madeRequests } from './made-requests.ts';
import { commented, regroupRequests } from './regroup-requests.ts';
import { type ActionRequest, type ActionTarget, documentOf, onMachine, requestOf } from './request.ts';
import { scanRequests } from './scan-requests.ts';

/** Callers with a key: who asks for approvals, and who gives them. */
export const approvalKeys = ['asker', 'lead'] as const;

type Triaged = Pick<WorldIncident | WorldAlert, 'id' | 'status' | 'assignedTo' | 'comments'>;

const takenOver = (entity: Triaged, comment: string): ActionTarget => {
  const isSet = () => entity.status === 'inProgress' && entity.assignedTo === 'analyst@contoso.com';
  const comments = () => entity.comments.filter(({ text }) => text === comment).map(({ text }) => text);
  return {
    id: entity.id,
    found: () => (isSet() ? comments() : []),
    begun: () => isSet() || comments().length > 0,
    hasActionId: false,
  };
};

const takeOver = { status: 'IN_PROGRESS', assignedTo: 'analyst@contoso.com' } as const;

const incidentTakenOver = (tenant: string, incident: WorldIncident): ActionRequest => {
  const comment = `Taken over, case ${incident.id}`;
  const input = { tenant, incidentIds: [incident.id], ...takeOver, comment };
  return requestOf('updateIncidents', 'incident { incidentId }', input, [takenOver(incident, comment)]);
};

/** The comment names no alert: by their ids calls are told apart. */
const alertsTakenOver = (tenant: string, alerts: readonly WorldAlert[]): ActionRequest => {
  const comment = 'Taken over by the night shift';
  const input = { tenant, alertIds: alerts.map(({ id }) => id), ...takeOver, comment };
  return requestOf(
    'updateAlerts',
    'alert { alertId }',
    input,
    alerts.map((alert) => takenOver(alert, comment)),
  );
};

/** Those that taking over changes. */
const openIncidents = ({ incidents }: TenantWorld): readonly WorldIncident[] =>
  incidents.filter(({ status }) => status !== 'redirected' && status !== 'inProgress');
const openAlerts = ({ alerts }: TenantWorld): readonly WorldAlert[] =>
  alerts.filter(
    ({ status, serviceSource, machine }) =>
      status !== 'inProgress' && serviceSource === 'microsoftDefenderForEndpoint' && machine !== null,
  );

/** Asks for an isolation that needs a second person; gives the id of the approval. */
const requested = async (url: string, input: Readonly<Record<string, unknown>>): Promise<string> => {
  const document =
    'mutation ($input: RequestApprovalInput!) { requestApproval(input: $input) { approval { approvalId } } }';
  const { data, text } = await askGateway<{
    readonly requestApproval: { readonly approval: { readonly approvalId: string } | null } | null;
  } | null>(url, document, { input: { action: { isolateMachines: input } } }, keyHeader('asker'));
  const id = data?.requestApproval?.approval?.approvalId;
  if (id === undefined) throw new Error(`There is no approval: ${text}`);
  return id;
};

/** Estates in whose tenants the matrix changes things. */
export interface Worlds {
  /** Incidents and alerts are changed through Graph. */
  readonly graph: TenantWorld;
  /** Incidents are changed through M365D, alerts through MDE. */
  readonly defender: TenantWorld;
  /** Isolations need a second person. */
  readonly guarded: TenantWorld;
  /** Alerts and files are made. */
  readonly small: TenantWorld;
}

const variants = [
  'isolateMachines of two',
  'updateIncidents by M365D',
  'updateAlerts of two',
  'updateAlerts by MDE',
  'updateAlerts of two by MDE',
  'addComment by M365D',
  'moveAlerts to an incident',
  'approveAction',
] as const;

/** A mutation of the matrix. */
export type MutationName = ActionName | (typeof variants)[number];

/** What every run takes its requests from: each gives a new one. An action that is left out does not compile. */
export type Requests = Readonly<Record<MutationName, () => ActionRequest>>;

/** In the order of the columns: every action of the table, and ways of asking for one that take other steps. */
export const mutationNames: readonly MutationName[] = [...actionNames, ...variants];

export const createRequests = ({ graph, defender, guarded, small }: Worlds): Requests => {
  const tenant = graph.name;
  const toIsolate = eachOnce('machine', idleMachines(graph));
  const toRelease = eachOnce('machine', idleMachines(graph).toReversed());
  const toVisit = eachOnce('machine', idleMachines(graph));
  const toScan = eachOnce('machine', idleMachines(graph));
  const toCancel = eachOnce('machine', idleMachines(graph).toReversed());
  const toApprove = eachOnce('machine', idleMachines(guarded));
  const toTriage = eachOnce('incident', openIncidents(graph));
  const toTriageInM365d = eachOnce('incident', openIncidents(defender));
  const alertInGraph = eachOnce('alert', openAlerts(graph));
  const alertInMde = eachOnce('alert', openAlerts(defender));
  const toComment = eachOnce('incident', openIncidents(graph).toReversed());
  const toCommentInM365d = eachOnce('incident', openIncidents(defender).toReversed());
  const action = 'action { actionId }';
  const isolated = (machines: readonly WorldMachine[]): ActionRequest =>
    requestOf(
      'isolateMachines',
      action,
      { tenant, machineIds: machines.map(({ id }) => id), comment: 'Beaconing' },
      machines.map((machine) => onMachine(graph, 'Isolate', machine)),
    );
  return {
    isolateMachines: () => isolated([toIsolate()]),
    'isolateMachines of two': () => isolated([toIsolate(), toIsolate()]),
    releaseMachines: () => {
      const machine = toRelease();
      graph.actions.unshift(isolation(machine));
      const input = { tenant, machineIds: [machine.id], comment: 'Clean again' };
      return requestOf('releaseMachines', action, input, [onMachine(graph, 'Unisolate', machine)]);
    },
    scanMachines: () => {
      const machine = toScan();
      const input = { tenant, machineIds: [machine.id], comment: 'Look closer' };
      return requestOf('scanMachines', action, input, [onMachine(graph, 'RunAntiVirusScan', machine)]);
    },
    cancelMachineActions: () => {
      const scan = runningScan(toCancel());
      graph.actions.unshift(scan);
      const found = () => (scan.status === 'Cancelled' ? [scan.id] : []);
      return requestOf('cancelMachineActions', action, { tenant, actionIds: [scan.id], comment: 'Wrong machine' }, [
        { id: scan.id, found, begun: () => found().length > 0, hasActionId: true },
      ]);
    },
    updateIncidents: () => incidentTakenOver(tenant, toTriage()),
    'updateIncidents by M365D': () => incidentTakenOver(defender.name, toTriageInM365d()),
    updateAlerts: () => alertsTakenOver(tenant, [alertInGraph()]),
    'updateAlerts of two': () => alertsTakenOver(tenant, [alertInGraph(), alertInGraph()]),
    'updateAlerts by MDE': () => alertsTakenOver(defender.name, [alertInMde()]),
    'updateAlerts of two by MDE': () => alertsTakenOver(defender.name, [alertInMde(), alertInMde()]),
    runLiveResponse: () => {
      const machine = toVisit();
      const commands = [{ type: 'RUN_SCRIPT', scriptName: 'collect-processes.ps1' }];
      const input = { tenant, machineIds: [machine.id], commands, comment: 'Processes', waitSeconds: 0 };
      return requestOf('runLiveResponse', action, input, [onMachine(graph, 'LiveResponse', machine)]);
    },
    addComment: () => commented(tenant, toComment()),
    'addComment by M365D': () => commented(defender.name, toCommentInM365d()),
    ...machineRequests(graph, defender),
    ...regroupRequests(guarded),
    ...madeRequests(small),
    ...indicatorRequests(small),
    ...scanRequests(small),
    approveAction: () => {
      const machine = toApprove();
      const asked = { tenant: guarded.name, machineIds: [machine.id], comment: 'Beaconing' };
      return {
        action: 'isolateMachines',
        document: documentOf('approveAction', `outcome ${action}`),
        headers: keyHeader('lead'),
        takesKey: false,
        isPrepared: true,
        input: async (url) => ({ approvalId: await requested(url, asked) }),
        targets: [onMachine(guarded, 'Isolate', machine)],
      };
    },
  };
};

/** Calls that may come twice: the same values or tags set again, the same action cancelled again. Comments are counted apart. */
export const mayComeTwice: ReadonlySet<string> = new Set([
  'graph PATCH incidents',
  'graph PATCH alerts_v2',
  'm365d PATCH incidents',
  'mde POST cancel',
  'mde POST tags',
  'mde POST setDeviceValue',
]);
