import type { Acting } from '../access/acting.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { type IsolationType, machineCalls } from '../routing/actions.ts';
import type { CallScope } from '../scope.ts';
import type { Action, ActionParts } from './action.ts';
import { checkSha1 } from './check-input.ts';
import type { IsolateMachinesInput, MachinesInput, ScanMachinesInput, StopAndQuarantineFileInput } from './inputs.ts';
import { cancelMachineActions } from './kinds/cancellation.ts';
import { updateAlerts, updateIncidents } from './kinds/entity/actions.ts';
import { addComment } from './kinds/entity/comment.ts';
import { mergeIncidents, moveAlerts } from './kinds/entity/regroup.ts';
import { createIndicators, deleteIndicators, updateIndicators } from './kinds/indicator/actions.ts';
import { applyIndicators } from './kinds/indicator/apply.ts';
import { startInvestigation } from './kinds/investigation/kind.ts';
import { machineAction } from './kinds/machine/actions.ts';
import {
  notOn,
  notOnboarded,
  notOnPhones,
  onboarded,
  onWindows,
  onWindowsClient,
  when,
} from './kinds/machine/preconditions.ts';
import { setDeviceValue, tagMachines } from './kinds/machine-change/kind.ts';
import { createAlert } from './kinds/made/alert.ts';
import { deleteLibraryFile, uploadLibraryFile } from './kinds/made/library.ts';
import { createScanDefinition, deleteScanDefinitions, updateScanDefinitions } from './kinds/scan/actions.ts';
import { runLiveResponse } from './live-response/live-response.ts';
import type { Payload } from './payloads.ts';

/** Of an action that takes machines and a comment alone. */
const nothing = (_: MachinesInput) => ({});

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

/** machineaction.md: the scope of an isolation or scan is the word that was asked for. One that does not say its scope may be it. */
const isOfScope = ({ scope }: MachineAction, asked: string): boolean => scope === null || scope.toUpperCase() === asked;

/**
 * Every action, one row each, by the name of its mutation. From here come the mutations, what can be asked approval for, and the
 * names that guardrails and the documentation have to know. Facts are of the page of each action in Microsoft's documentation.
 */
export const actions = {
  // isolate-machine.md: a device without a sensor can only be contained.
  isolateMachines: machineAction({
    guardrail: 'isolate',
    permission: 'machine:isolate',
    type: 'ISOLATE',
    particulars: ({ isolationType = 'FULL' }: IsolateMachinesInput) => ({ isolationType }),
    isSame: (action, { isolationType }) => isolationType === 'UN_MANAGED_DEVICE' || isOfScope(action, isolationType),
    preconditions: [
      when(isNot('UN_MANAGED_DEVICE'), onboarded),
      when(is('UN_MANAGED_DEVICE'), notOnboarded),
      when(is('SELECTIVE'), onWindowsClient),
      when(isNot('UN_MANAGED_DEVICE'), notOnPhones),
      notOn('macos'),
    ],
    effect: { of: 'isolation', to: 'ON' },
    call: machineCalls.isolate,
  }),

  // unisolate-machine.md
  releaseMachines: machineAction({
    guardrail: 'release',
    permission: 'machine:isolate',
    type: 'UNISOLATE',
    particulars: nothing,
    preconditions: [notOn('macos'), notOnPhones],
    effect: { of: 'isolation', to: 'OFF' },
    call: machineCalls.release,
  }),

  // run-av-scan.md
  scanMachines: machineAction({
    guardrail: 'scan',
    permission: 'machine:scan',
    type: 'RUN_ANTI_VIRUS_SCAN',
    particulars: ({ scanType = 'QUICK' }: ScanMachinesInput) => ({ scanType }),
    isSame: (action, { scanType }) => isOfScope(action, scanType),
    preconditions: [onboarded, onWindows],
    call: machineCalls.scan,
  }),

  // restrict-code-execution.md
  restrictCodeExecution: machineAction({
    guardrail: 'restrict',
    permission: 'machine:restrict',
    type: 'RESTRICT_CODE_EXECUTION',
    call: machineCalls.restrict,
    particulars: nothing,
    preconditions: [onboarded, onWindows],
    effect: { of: 'restriction', to: 'ON' },
  }),

  // unrestrict-code-execution.md
  unrestrictCodeExecution: machineAction({
    guardrail: 'unrestrict',
    permission: 'machine:restrict',
    type: 'UNRESTRICT_CODE_EXECUTION',
    call: machineCalls.unrestrict,
    particulars: nothing,
    preconditions: [onboarded, onWindows],
    effect: { of: 'restriction', to: 'OFF' },
  }),

  // collect-investigation-package.md; respond-machine-alerts.md: Windows 10 1703 and later, Windows Server.
  collectInvestigationPackage: machineAction({
    guardrail: 'collectPackage',
    permission: 'machine:collect',
    type: 'COLLECT_INVESTIGATION_PACKAGE',
    call: machineCalls.collectPackage,
    particulars: nothing,
    preconditions: [onboarded, onWindows],
  }),

  // offboard-machine-api.md: not for macOS and Linux. A machine that was onboarded anew keeps its action, so no state is told by it.
  offboardMachines: machineAction({
    guardrail: 'offboard',
    permission: 'machine:offboard',
    type: 'OFFBOARD',
    call: machineCalls.offboard,
    particulars: nothing,
    preconditions: [onboarded, onWindows],
  }),

  // stop-and-quarantine-file.md; respond-file-alerts.md: Windows 10 1703 and later, Windows Server.
  stopAndQuarantineFile: machineAction({
    guardrail: 'quarantineFile',
    permission: 'file:quarantine',
    type: 'STOP_AND_QUARANTINE_FILE',
    call: machineCalls.quarantineFile,
    particulars: ({ sha1 }: StopAndQuarantineFileInput) => ({ sha1: checkSha1(sha1) }),
    isSame: ({ relatedFile }, { sha1 }) => relatedFile?.fileIdentifier?.toLowerCase() === sha1,
    machinesOf: ({ actions: { machinesWithFile } }, tenant, { sha1 }, scope) => machinesWithFile(tenant, sha1, scope),
    preconditions: [onboarded, onWindows],
  }),

  startInvestigation,
  tagMachines,
  setDeviceValue,

  runLiveResponse,
  cancelMachineActions,
  updateIncidents,
  updateAlerts,
  addComment,
  createAlert,
  mergeIncidents,
  moveAlerts,
  uploadLibraryFile,
  deleteLibraryFile,
  createIndicators,
  updateIndicators,
  deleteIndicators,
  applyIndicators,
  createScanDefinition,
  updateScanDefinitions,
  deleteScanDefinitions,
} as const;

export type ActionTable = typeof actions;

/** The mutation's name. */
export type ActionName = keyof ActionTable;

/** Each mutation's input. */
export type ActionInputs = {
  readonly [Name in ActionName]: ActionTable[Name] extends Action<infer Input, infer _> ? Input : never;
};

/** Each mutation's result for one target. */
export type ActionResults = {
  readonly [Name in ActionName]: ActionTable[Name] extends Action<infer _, infer Result> ? Result : never;
};

const isActionName = (name: string): name is ActionName => Object.hasOwn(actions, name);

/** Every action, in the order of the table. */
export const actionNames: readonly ActionName[] = Object.keys(actions).filter(isActionName);

/** Performs any action of the table, for any caller, with a second person's approval or without. */
export type PerformAction = <Name extends ActionName>(
  name: Name,
  acting: Acting,
  input: ActionInputs[Name],
  scope: CallScope,
) => Promise<Payload<ActionResults[Name]>>;

const table: { readonly [Name in ActionName]: Action<ActionInputs[Name], ActionResults[Name]> } = actions;

/** Performs each action as its row says. */
export const createPerformAction =
  (parts: ActionParts): PerformAction =>
  (name, acting, input, scope) => {
    // What an action decides by is what is there now.
    scope.freshness?.readAnew();
    return table[name].perform(parts, name, acting, input, scope);
  };
