import type { ActionName } from '../../src/actions/table.ts';
import type { TenantWorld, WorldMachine } from '../../src/simulator/world/types.ts';
import { eachOnce, idleMachines, restriction } from './estate.ts';
import { type ActionRequest, onMachine, requestOf, wholeTarget } from './request.ts';

/** An action that becomes a machine action, by its type. */
const becomes = (
  world: TenantWorld,
  action: ActionName,
  type: string,
  more: Readonly<Record<string, unknown>> = {},
  before?: (machine: WorldMachine) => void,
): (() => ActionRequest) => {
  // What comes first must not be taken for what another request did.
  const take = eachOnce('machine', before === undefined ? idleMachines(world) : idleMachines(world).toReversed());
  return () => {
    const machine = take();
    before?.(machine);
    const input = { tenant: world.name, machineIds: [machine.id], comment: 'Beaconing', ...more };
    return requestOf(action, 'action { actionId }', input, [onMachine(world, type, machine)]);
  };
};

/** Changes of machines beside isolations and scans. `offboarded`: where machines may lose their sensor. */
export const machineRequests = (world: TenantWorld, offboarded: TenantWorld) => {
  const tenant = world.name;
  const toInvestigate = eachOnce(
    'machine',
    idleMachines(world).filter((machine) => !world.investigations.some((one) => one.machine === machine)),
  );
  const toTag = eachOnce('machine', idleMachines(world));
  const toValue = eachOnce('machine', idleMachines(world));
  return {
    restrictCodeExecution: becomes(world, 'restrictCodeExecution', 'RestrictCodeExecution'),
    unrestrictCodeExecution: becomes(world, 'unrestrictCodeExecution', 'UnrestrictCodeExecution', {}, (machine) => {
      world.actions.unshift(restriction(machine));
    }),
    collectInvestigationPackage: becomes(world, 'collectInvestigationPackage', 'CollectInvestigationPackage'),
    offboardMachines: becomes(offboarded, 'offboardMachines', 'Offboard'),
    stopAndQuarantineFile: becomes(world, 'stopAndQuarantineFile', 'StopAndQuarantineFile', { sha1: 'ab'.repeat(20) }),
    startInvestigation: () => {
      const machine = toInvestigate();
      const begun = () =>
        world.investigations.filter((one) => one.machine === machine && one.askedFor).map(({ id }) => String(id));
      const input = { tenant, machineIds: [machine.id], comment: 'Beaconing' };
      return requestOf('startInvestigation', 'actionId: investigationId', input, [
        wholeTarget(machine.id, begun, { hasActionId: true }),
      ]);
    },
    tagMachines: () => {
      const machine = toTag();
      const tag = 'case-4711';
      const found = () => machine.machineTags.filter((one) => one === tag);
      const input = { tenant, machineIds: [machine.id], tag, operation: 'ADD' };
      return requestOf('tagMachines', '', input, [wholeTarget(machine.id, found, { hasActionId: false })]);
    },
    setDeviceValue: () => {
      const machine = toValue();
      machine.deviceValue = 'Low';
      const found = () => [machine.deviceValue].filter((value) => value === 'High');
      const input = { tenant, machineIds: [machine.id], deviceValue: 'HIGH' };
      return requestOf('setDeviceValue', '', input, [wholeTarget(machine.id, found, { hasActionId: false })]);
    },
  } as const;
};
