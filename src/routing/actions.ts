import type { Tenant } from '../config/tenants.ts';
import type { Machine } from '../domain/machine.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import type { GatewayError } from '../errors.ts';
import { mde } from '../microsoft/mde/index.ts';
import type { Fact } from '../microsoft/operation.ts';
import type { CallScope } from '../scope.ts';
import { machineFromMde } from '../unification/machine.ts';
import { machineActionFromMde } from '../unification/machine-action.ts';
import { hasId, type Identified } from '../upstream/answers.ts';
import { asked } from '../upstream/asked.ts';
import { change, type OneKind, page } from '../upstream/call.ts';
import type { Operation } from '../upstream/http/operation.ts';
import { actionOnMachine, cancelMachineAction } from '../upstream/mde/machine-actions.ts';
import { machine } from '../upstream/mde/machines.ts';
import type { MdeCommand, MdeCommandParam, MdeMachineAction } from '../upstream/mde/wire.ts';
import type { Capability } from './capabilities.ts';

export type { Capability } from './capabilities.ts';

import type { RoutingDependencies } from './dependencies.ts';
import { readWhole } from './every-row.ts';
import { sendOnce } from './send-once.ts';

/** How a machine is cut off; `UN_MANAGED_DEVICE` contains a device that is not onboarded. isolate-machine.md */
export type IsolationType = 'FULL' | 'SELECTIVE' | 'UN_MANAGED_DEVICE';

/** run-av-scan.md */
export type ScanType = 'QUICK' | 'FULL';

/** One command of a live response session, with what its type needs. run-live-response.md */
export type CommandOrder =
  | { readonly type: 'PUT_FILE'; readonly fileName: string }
  | { readonly type: 'RUN_SCRIPT'; readonly scriptName: string; readonly args: string | null }
  | { readonly type: 'GET_FILE'; readonly path: string };

const isolationWords = {
  FULL: 'Full',
  SELECTIVE: 'Selective',
  UN_MANAGED_DEVICE: 'UnManagedDevice',
} as const satisfies Record<IsolationType, string>;

const scanWords = { QUICK: 'Quick', FULL: 'Full' } as const satisfies Record<ScanType, string>;

const param = (key: string, value: string): MdeCommandParam => ({ key, value });

const commandToMde = (order: CommandOrder): MdeCommand => {
  switch (order.type) {
    case 'PUT_FILE':
      return { type: 'PutFile', params: [param('FileName', order.fileName)] };
    case 'RUN_SCRIPT':
      return {
        type: 'RunScript',
        params: [param('ScriptName', order.scriptName), ...(order.args === null ? [] : [param('Args', order.args)])],
      };
    case 'GET_FILE':
      return { type: 'GetFile', params: [param('Path', order.path)] };
  }
};

/** Why; kept by Defender with the action. */
export interface Commented {
  readonly comment: string;
}

/** How one thing is done to a machine: the capability that it needs, and its call. */
export interface MachineCall<Input extends Commented> {
  readonly capability: Capability;
  /** The answer is the action that began; null: it was taken without saying which. */
  readonly operation: (machineId: string, input: Input) => Operation<MdeMachineAction | null>;
}

/** `body`: what is sent beside the comment. Its keys are case-sensitive: with the wrong case the API answers 400. */
const machineCall = <Input extends Commented = Commented>(
  capability: Capability,
  fact: Fact<`/api/machines/{id}/${string}`>,
  body: (input: Input) => object = () => ({}),
): MachineCall<Input> => ({
  capability,
  operation: (id, input) => change(fact, { id }, actionOnMachine, { Comment: input.comment, ...body(input) }),
});

/** What can be done to machines, one row each. The pages are named in `src/microsoft/mde/machine-actions.ts`. */
export const machineCalls = {
  isolate: machineCall(
    'machines.isolate',
    mde.isolateMachine,
    ({ isolationType }: Commented & { readonly isolationType: IsolationType }) => ({
      IsolationType: isolationWords[isolationType],
    }),
  ),
  release: machineCall('machines.isolate', mde.unisolateMachine),
  scan: machineCall(
    'machines.scan',
    mde.runAntivirusScan,
    ({ scanType }: Commented & { readonly scanType: ScanType }) => ({ ScanType: scanWords[scanType] }),
  ),
  restrict: machineCall('machines.restrict', mde.restrictCodeExecution),
  unrestrict: machineCall('machines.restrict', mde.unrestrictCodeExecution),
  collectPackage: machineCall('machines.collectPackage', mde.collectInvestigationPackage),
  offboard: machineCall('machines.offboard', mde.offboardMachine),
  quarantineFile: machineCall(
    'machines.quarantineFile',
    mde.stopAndQuarantineFile,
    ({ sha1 }: Commented & { readonly sha1: string }) => ({ Sha1: sha1 }),
  ),
  runLiveResponse: machineCall(
    'liveResponse.run',
    mde.runLiveResponse,
    ({ commands }: Commented & { readonly commands: readonly CommandOrder[] }) => ({
      Commands: commands.map(commandToMde),
    }),
  ),
} as const;

const investigation: OneKind<Identified<'id', string | number>> = {
  one: 'an investigation',
  many: 'investigations',
  is: (value): value is Identified<'id', string | number> => hasId(value, 'id'),
  isAsked: asked.byMachine,
};

/** Starts an investigation of a machine; it is no machine action. */
export const investigationCall = (machineId: string, { comment }: Commented) =>
  change(mde.startInvestigation, { id: machineId }, investigation, { Comment: comment });

/**
 * What is done to machines, one upstream call each, sent once and through one API. `details.sent` of an error says whether
 * the action may have begun.
 */
export interface MachineActions {
  /** Does it to one machine. Null: it was taken without saying which action it became. */
  send<Input extends Commented>(
    call: MachineCall<Input>,
    tenant: Tenant,
    machineId: string,
    input: Input,
    scope: CallScope,
  ): Promise<MachineAction | null>;
  /** Cancels an action; null as above. */
  cancel(tenant: Tenant, actionId: string, input: Commented, scope: CallScope): Promise<MachineAction | null>;
  /** Starts an investigation; its id, or null: it was taken without saying which. */
  startInvestigation(tenant: Tenant, machineId: string, comment: string, scope: CallScope): Promise<string | null>;
  /** The machines that have the file, as Defender knows it; none for a file that it never saw. One call. */
  machinesWithFile(tenant: Tenant, sha1: string, scope: CallScope): Promise<readonly Machine[]>;
  /** Why no action of the capability can be sent in the tenant; null: nothing is known against it. Calls for tokens alone. */
  refusal(tenant: Tenant, capability: Capability, scope: CallScope): Promise<GatewayError | null>;
}

/** Actions on machines are what only Defender for Endpoint serves. */
export const createMachineActions = (parts: RoutingDependencies): MachineActions => {
  const run = (
    tenant: Tenant,
    capability: Capability,
    operation: Operation<MdeMachineAction | null>,
    scope: CallScope,
  ): Promise<MachineAction | null> =>
    parts.routing.run(tenant, capability, scope, {
      mde: async () => {
        const wire = await sendOnce(parts, tenant, operation, scope);
        return wire === null ? null : machineActionFromMde(tenant.name, wire);
      },
    });

  return {
    send: (call, tenant, machineId, input, scope) =>
      run(tenant, call.capability, call.operation(machineId, input), scope),
    cancel: (tenant, actionId, { comment }, scope) =>
      run(tenant, 'machineActions.cancel', cancelMachineAction(actionId, comment), scope),
    startInvestigation: (tenant, machineId, comment, scope) =>
      parts.routing.run(tenant, 'investigations.start', scope, {
        mde: async () => {
          const wire = await sendOnce(parts, tenant, investigationCall(machineId, { comment }), scope);
          return wire === null ? null : String(wire.id);
        },
      }),
    machinesWithFile: (tenant, sha1, scope) =>
      parts.routing.run(tenant, 'machines.read', scope, {
        mde: async () => {
          const list = page(mde.listFileMachines, { sha1 }, machine);
          const wires = await readWhole(parts.send, tenant, list, ({ id }) => id, scope);
          return wires.map((wire) => machineFromMde(tenant.name, wire));
        },
      }),
    refusal: parts.routing.refusal,
  };
};
