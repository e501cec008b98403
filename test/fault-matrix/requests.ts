import type { TenantWorld, WorldIncident, WorldMachine } from '../../src/simulator/world/types.ts';
import { idleMachines, runningScan } from './estate.ts';

/** One target of a request, which no other request has. */
export interface ActTarget {
  /** As the audit has it, and Microsoft's addresses. */
  readonly id: string;
  /** What Microsoft's side shows of it, one text for each time that it was done: ids of actions, or comments. */
  readonly found: () => readonly string[];
  /** Whether Microsoft's side shows a part of it. */
  readonly begun: () => boolean;
  /** Whether `found` gives ids of actions, as the audit and the answer have them. */
  readonly hasActionId: boolean;
}

/** One request of a caller. */
export interface ActRequest {
  readonly document: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** In the order of the results. */
  readonly targets: readonly ActTarget[];
}

const documentOf = (mutation: string, inputType: string, fields: string): string =>
  `mutation ($input: ${inputType}!) {
    payload: ${mutation}(input: $input) { results { ${fields} error { code message retryAfterSeconds } } }
  }`;

/** Gives each target once. */
const eachOnce = <Target>(what: string, targets: readonly Target[]): (() => Target) => {
  const left = [...targets];
  return () => {
    const target = left.shift();
    if (target === undefined) throw new Error(`The estate has no ${what} left: make it larger`);
    return target;
  };
};

const onMachine = ({ actions }: TenantWorld, type: string, machine: WorldMachine): ActTarget => {
  const found = () =>
    actions.filter((action) => action.machine === machine && action.type === type).map(({ id }) => id);
  return { id: machine.id, found, begun: () => found().length > 0, hasActionId: true };
};

const takenOver = (tenant: string, incident: WorldIncident): ActRequest => {
  const comment = `Taken over, case ${incident.id}`;
  const isSet = () => incident.status === 'inProgress' && incident.assignedTo === 'analyst@contoso.com';
  const comments = () => incident.comments.filter(({ text }) => text === comment).map(({ text }) => text);
  return {
    document: documentOf('updateIncidents', 'UpdateIncidentsInput', 'incident { incidentId }'),
    input: { tenant, incidentIds: [incident.id], status: 'IN_PROGRESS', assignedTo: 'analyst@contoso.com', comment },
    targets: [
      {
        id: incident.id,
        found: () => (isSet() ? comments() : []),
        begun: () => isSet() || comments().length > 0,
        hasActionId: false,
      },
    ],
  };
};

/** Those that taking over changes. */
const openIncidents = ({ incidents }: TenantWorld): readonly WorldIncident[] =>
  incidents.filter(({ status }) => status !== 'redirected' && status !== 'inProgress');

/**
 * The mutations of the matrix, each with its way to a new request. Incidents of `world` are changed through Graph, those of
 * `m365dWorld` through M365D.
 */
export const createRequests = (world: TenantWorld, m365dWorld: TenantWorld) => {
  const tenant = world.name;
  const toIsolate = eachOnce('machine', idleMachines(world));
  const toVisit = eachOnce('machine', idleMachines(world));
  const toScan = eachOnce('machine', idleMachines(world).toReversed());
  const toTriage = eachOnce('incident', openIncidents(world));
  const toTriageInM365d = eachOnce('incident', openIncidents(m365dWorld));
  const isolation = (machines: readonly WorldMachine[]): ActRequest => ({
    document: documentOf('isolateMachines', 'IsolateMachinesInput', 'action { actionId }'),
    input: { tenant, machineIds: machines.map(({ id }) => id), comment: 'Beaconing' },
    targets: machines.map((machine) => onMachine(world, 'Isolate', machine)),
  });
  return {
    isolateMachines: () => isolation([toIsolate()]),
    'isolateMachines of two': () => isolation([toIsolate(), toIsolate()]),
    cancelMachineActions: (): ActRequest => {
      const scan = runningScan(toScan());
      world.actions.unshift(scan);
      const found = () => (scan.status === 'Cancelled' ? [scan.id] : []);
      return {
        document: documentOf('cancelMachineActions', 'CancelMachineActionsInput', 'action { actionId }'),
        input: { tenant, actionIds: [scan.id], comment: 'Wrong machine' },
        targets: [{ id: scan.id, found, begun: () => found().length > 0, hasActionId: true }],
      };
    },
    updateIncidents: () => takenOver(tenant, toTriage()),
    'updateIncidents by M365D': () => takenOver(m365dWorld.name, toTriageInM365d()),
    runLiveResponse: (): ActRequest => {
      const machine = toVisit();
      return {
        document: documentOf('runLiveResponse', 'RunLiveResponseInput', 'action { actionId }'),
        input: {
          tenant,
          machineIds: [machine.id],
          commands: [{ type: 'RUN_SCRIPT', scriptName: 'collect-processes.ps1' }],
          comment: 'Processes',
          waitSeconds: 0,
        },
        targets: [onMachine(world, 'LiveResponse', machine)],
      };
    },
  } satisfies Record<string, () => ActRequest>;
};

/** What every run takes its requests from. */
export type Requests = ReturnType<typeof createRequests>;

/** A mutation of the matrix. */
export type MutationName = keyof Requests;

/** In the order of the columns. */
export const mutationNames = [
  'isolateMachines',
  'isolateMachines of two',
  'cancelMachineActions',
  'updateIncidents',
  'updateIncidents by M365D',
  'runLiveResponse',
] as const satisfies readonly MutationName[];

/** Calls that may come twice: the same values set again, the same action cancelled again. Comments are counted apart. */
export const mayComeTwice: ReadonlySet<string> = new Set([
  'graph PATCH incidents',
  'm365d PATCH incidents',
  'mde POST cancel',
]);
