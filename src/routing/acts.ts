import type { Tenant } from '../config/tenants.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import type { GatewayError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { machineActionFromMde } from '../unification/machine-action.ts';
import type { Operation } from '../upstream/http/operation.ts';
import { cancelMachineAction } from '../upstream/mde/machine-actions.ts';
import * as mde from '../upstream/mde/submit.ts';
import type { MdeCommand, MdeCommandParam, MdeMachineAction } from '../upstream/mde/wire.ts';
import type { Capability } from './capabilities.ts';

export type { Capability } from './capabilities.ts';

import type { RoutingDependencies } from './dependencies.ts';
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

/** An act on one machine or action. Null: it was taken without saying which action it became. */
type Act<Input> = (tenant: Tenant, id: string, input: Input, scope: CallScope) => Promise<MachineAction | null>;

/**
 * What is done to machines, one upstream call each, sent once and through one API. `details.sent` of an error says whether
 * the act may have begun.
 */
export interface MachineActs {
  readonly isolate: Act<{ readonly comment: string; readonly isolationType: IsolationType }>;
  readonly release: Act<{ readonly comment: string }>;
  readonly scan: Act<{ readonly comment: string; readonly scanType: ScanType }>;
  readonly runLiveResponse: Act<{ readonly comment: string; readonly commands: readonly CommandOrder[] }>;
  /** The id is the action's. */
  readonly cancel: Act<{ readonly comment: string }>;
  /** Why no act of the capability can be sent in the tenant; null: nothing is known against it. Calls for tokens alone. */
  refusal(tenant: Tenant, capability: Capability, scope: CallScope): Promise<GatewayError | null>;
}

const isolationWords = {
  FULL: 'Full',
  SELECTIVE: 'Selective',
  UN_MANAGED_DEVICE: 'UnManagedDevice',
} as const satisfies Record<IsolationType, mde.MdeIsolationType>;

const scanWords = { QUICK: 'Quick', FULL: 'Full' } as const satisfies Record<ScanType, mde.MdeScanType>;

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

/** Acts on machines are what only Defender for Endpoint serves. */
export const createActs = (parts: RoutingDependencies): MachineActs => {
  const act =
    <Input>(
      capability: Capability,
      operation: (id: string, input: Input) => Operation<MdeMachineAction | null>,
    ): Act<Input> =>
    (tenant, id, input, scope) =>
      parts.routing.run(tenant, capability, scope, {
        mde: async () => {
          const wire = await sendOnce(parts, tenant, operation(id, input), scope);
          return wire === null ? null : machineActionFromMde(tenant.name, wire);
        },
      });

  return {
    isolate: act('machines.isolate', (id, { comment, isolationType }) =>
      mde.isolate(id, { comment, isolationType: isolationWords[isolationType] }),
    ),
    release: act('machines.isolate', (id, { comment }) => mde.unisolate(id, { comment })),
    scan: act('machines.scan', (id, { comment, scanType }) =>
      mde.runAntiVirusScan(id, { comment, scanType: scanWords[scanType] }),
    ),
    runLiveResponse: act('liveResponse.run', (id, { comment, commands }) =>
      mde.runLiveResponse(id, { comment, commands: commands.map(commandToMde) }),
    ),
    cancel: act('machineActions.cancel', (id, { comment }) => cancelMachineAction(id, comment)),
    refusal: parts.routing.refusal,
  };
};
