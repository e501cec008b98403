import type { Caller } from '../../src/access/caller.ts';
import type { ActInput } from '../../src/actions/approvals/act.ts';
import type { Actions } from '../../src/actions/index.ts';
import type { Payload, TargetResult } from '../../src/actions/payloads.ts';
import type { ActInputs, ActName } from '../../src/actions/table.ts';
import type { CallScope } from '../../src/scope.ts';
import type { TenantWorld } from '../../src/simulator/world/types.ts';
import { idleMachines, isolation } from '../fault-matrix/estate.ts';

/** Asks a process for it. */
type Perform = (
  actions: Actions,
  caller: Caller,
  idempotencyKey: string | null,
  scope: CallScope,
) => Promise<Payload<TargetResult>>;

/** What is asked for, with how often Microsoft's side shows it. */
export interface Asked {
  readonly name: ActName;
  /** As an approval of it is asked for. */
  readonly input: ActInput;
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
  <Name extends ActName>(name: Name, input: ActInputs[Name]): Perform =>
  (actions, caller, idempotencyKey, scope) =>
    actions.perform(name, caller, { ...input, idempotencyKey }, scope);

const onMachines =
  <Name extends ActName>(
    name: Name,
    inputOf: (common: Common) => ActInputs[Name],
    actOf: (input: ActInputs[Name]) => ActInput,
    before?: (world: TenantWorld, machine: ReturnType<typeof idleMachines>[number]) => void,
  ): Ask =>
  (world, nth, count, comment) => {
    const machines = some(idle(world), nth, count);
    for (const machine of machines) before?.(world, machine);
    const machineIds = machines.map(({ id }) => id);
    const input = inputOf({ tenant: world.name, machineIds, comment });
    return {
      name,
      input: actOf(input),
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

/** A row for each act of the table; null: to do it twice does no harm. One that is left out does not compile. */
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
  cancelMachineActions: null,
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
} as const satisfies Record<ActName, Ask | null>;

/** Acts that the model asks for. */
export const askedNames = [
  'isolateMachines',
  'releaseMachines',
  'scanMachines',
  'runLiveResponse',
  'updateIncidents',
  'updateAlerts',
] as const;
