import type { Asking } from '../../src/access/access.ts';
import type { Actions } from '../../src/actions/index.ts';
import type { Payload, TargetResult } from '../../src/actions/payloads.ts';
import type { ActionInputs, ActionName } from '../../src/actions/table.ts';
import type { ApprovalActionInput } from '../../src/generated/inputs.ts';
import type { TenantWorld } from '../../src/simulator/world/types.ts';
import { idleMachines, isolation, restriction } from '../fault-matrix/estate.ts';

/** Asks a process for it. */
type Perform = (actions: Actions, asking: Asking, idempotencyKey: string | null) => Promise<Payload<TargetResult>>;

/** What is asked for, with how often Microsoft's side shows it. */
export interface Asked {
  readonly name: ActionName;
  /** As an approval of it is asked for. */
  readonly input: ApprovalActionInput;
  readonly perform: Perform;
  readonly targets: readonly string[];
  /** Ids of the actions that a target has of it, or as many texts as comments. */
  found(target: string): readonly string[];
  readonly hasActionId: boolean;
}

/** A new request for `count` targets from the `nth` on; no other has its comment. */
type Ask = (world: TenantWorld, nth: number, count: number, comment: string) => Asked;

const some = <T>(all: readonly T[], nth: number, count: number): readonly T[] =>
  Array.from({ length: count }, (_, index) => all[(nth + index) % all.length]).filter((one) => one !== undefined);

const machinesFor = new WeakMap<TenantWorld, ReturnType<typeof idleMachines>>();
const idle = (world: TenantWorld) => {
  const machines = machinesFor.get(world) ?? idleMachines(world).slice(0, 40);
  machinesFor.set(world, machines);
  return machines;
};

type Common = { readonly tenant: string; readonly machineIds: string[]; readonly comment: string };

const performed =
  <Name extends ActionName>(name: Name, input: ActionInputs[Name]): Perform =>
  (actions, asking, idempotencyKey) =>
    actions.perform(asking, name, { ...input, idempotencyKey });

const onMachines =
  <Name extends ActionName>(
    name: Name,
    inputOf: (common: Common) => ActionInputs[Name],
    actionOf: (input: ActionInputs[Name]) => ApprovalActionInput,
    before?: (world: TenantWorld, machine: ReturnType<typeof idleMachines>[number]) => void,
  ): Ask =>
  (world, nth, count, comment) => {
    const machines = some(idle(world), nth, count);
    for (const machine of machines) before?.(world, machine);
    const machineIds = machines.map(({ id }) => id);
    const input = inputOf({ tenant: world.name, machineIds, comment });
    return {
      name,
      input: actionOf(input),
      perform: performed(name, input),
      targets: machineIds,
      hasActionId: true,
      found: (target) =>
        world.actions
          .filter(({ machine, requestorComment }) => machine.id === target && requestorComment.startsWith(comment))
          .map(({ id }) => id),
    };
  };

const takeOver = { status: 'IN_PROGRESS', assignedTo: 'analyst@contoso.com' } as const;

const commentsOf = (
  entities: readonly { readonly id: string; readonly comments: readonly { readonly text: string }[] }[],
  comment: string,
) => {
  const byId = new Map(entities.map((entity) => [entity.id, entity]));
  return (target: string): readonly string[] =>
    (byId.get(target)?.comments ?? []).filter(({ text }) => text === comment).map(({ text }) => text);
};

/** An action that the model does not ask for, and why. */
interface Unasked {
  readonly unasked: string;
}

const harmless: Unasked = { unasked: 'to do it twice does no harm' };
const unmarked: Unasked = {
  unasked: 'Microsoft keeps no comment with it, by which requests for one target are told apart',
};

/** A row for each action of the table. One that is left out does not compile. */
export const asks = {
  isolateMachines: onMachines(
    'isolateMachines',
    (input) => input,
    (isolateMachines) => ({ isolateMachines }),
  ),
  releaseMachines: onMachines(
    'releaseMachines',
    (input) => input,
    (releaseMachines) => ({ releaseMachines }),
    (world, machine) => void world.actions.unshift(isolation(machine)),
  ),
  scanMachines: onMachines(
    'scanMachines',
    (input) => input,
    (scanMachines) => ({ scanMachines }),
  ),
  runLiveResponse: onMachines(
    'runLiveResponse',
    (common) => ({
      ...common,
      commands: [{ type: 'RUN_SCRIPT' as const, scriptName: 'collect-processes.ps1' }],
      waitSeconds: 0,
    }),
    (runLiveResponse) => ({ runLiveResponse }),
  ),
  restrictCodeExecution: onMachines(
    'restrictCodeExecution',
    (input) => input,
    (restrictCodeExecution) => ({ restrictCodeExecution }),
  ),
  unrestrictCodeExecution: onMachines(
    'unrestrictCodeExecution',
    (input) => input,
    (unrestrictCodeExecution) => ({ unrestrictCodeExecution }),
    (world, machine) => void world.actions.unshift(restriction(machine)),
  ),
  collectInvestigationPackage: onMachines(
    'collectInvestigationPackage',
    (input) => input,
    (collectInvestigationPackage) => ({ collectInvestigationPackage }),
  ),
  stopAndQuarantineFile: onMachines(
    'stopAndQuarantineFile',
    (common) => ({ ...common, sha1: 'ab'.repeat(20) }),
    (stopAndQuarantineFile) => ({ stopAndQuarantineFile }),
  ),
  offboardMachines: { unasked: 'of a machine without a sensor nothing else could be asked any more' },
  startInvestigation: unmarked,
  tagMachines: harmless,
  setDeviceValue: harmless,
  cancelMachineActions: harmless,
  mergeIncidents: { unasked: 'of a merged incident nothing else could be asked any more' },
  moveAlerts: { unasked: 'an alert is in one incident at a time: a later move hides the one before' },
  createAlert: { unasked: 'Microsoft makes one alert of those with the same title, so a second one would not be seen' },
  uploadLibraryFile: { unasked: 'a file of a name and content is there once, however often it was uploaded' },
  deleteLibraryFile: harmless,
  createIndicators: harmless,
  updateIndicators: harmless,
  deleteIndicators: harmless,
  applyIndicators: harmless,
  createScanDefinition: { unasked: 'a name is given once: a second scan of that name is not asked for' },
  updateScanDefinitions: harmless,
  deleteScanDefinitions: harmless,
  addComment: (world, nth, count, comment) => {
    const incidents = some(
      world.incidents.filter(({ status }) => status !== 'redirected'),
      nth,
      count,
    );
    const incidentIds = incidents.map(({ id }) => id);
    const addComment = { tenant: world.name, incidentIds, comment };
    return {
      name: 'addComment',
      input: { addComment },
      perform: performed('addComment', addComment),
      targets: incidentIds,
      hasActionId: false,
      found: commentsOf(incidents, comment),
    };
  },
  updateIncidents: (world, nth, count, comment) => {
    const incidents = some(
      world.incidents.filter(({ status }) => status !== 'redirected'),
      nth,
      count,
    );
    const incidentIds = incidents.map(({ id }) => id);
    const updateIncidents = { tenant: world.name, incidentIds, ...takeOver, comment };
    return {
      name: 'updateIncidents',
      input: { updateIncidents },
      perform: performed('updateIncidents', updateIncidents),
      targets: incidentIds,
      hasActionId: false,
      found: commentsOf(incidents, comment),
    };
  },
  updateAlerts: (world, nth, count, comment) => {
    const alerts = some(
      world.alerts.filter(
        ({ serviceSource, machine }) => serviceSource === 'microsoftDefenderForEndpoint' && machine !== null,
      ),
      nth,
      count,
    );
    const alertIds = alerts.map(({ id }) => id);
    const updateAlerts = { tenant: world.name, alertIds, ...takeOver, comment };
    return {
      name: 'updateAlerts',
      input: { updateAlerts },
      perform: performed('updateAlerts', updateAlerts),
      targets: alertIds,
      hasActionId: false,
      found: commentsOf(alerts, comment),
    };
  },
} as const satisfies Record<ActionName, Ask | Unasked>;

/** Actions that the model asks for. */
export const askedNames = [
  'isolateMachines',
  'releaseMachines',
  'scanMachines',
  'restrictCodeExecution',
  'unrestrictCodeExecution',
  'collectInvestigationPackage',
  'stopAndQuarantineFile',
  'runLiveResponse',
  'updateIncidents',
  'updateAlerts',
  'addComment',
] as const;
