import type { Acting } from '../access/acting.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { type IsolationType, machineCalls } from '../routing/acts.ts';
import type { CallScope } from '../scope.ts';
import type { Act, ActParts } from './act.ts';
import { checkSha1 } from './check-input.ts';
import type { IsolateMachinesInput, MachinesInput, ScanMachinesInput, StopAndQuarantineFileInput } from './inputs.ts';
import { cancelMachineActions } from './kinds/cancellation.ts';
import { updateAlerts, updateIncidents } from './kinds/entity/acts.ts';
import { addComment } from './kinds/entity/comment.ts';
import { mergeIncidents, moveAlerts } from './kinds/entity/regroup.ts';
import { createIndicators, deleteIndicators, updateIndicators } from './kinds/indicator/acts.ts';
import { applyIndicators } from './kinds/indicator/apply.ts';
import { startInvestigation } from './kinds/investigation/kind.ts';
import { machineAct } from './kinds/machine/acts.ts';
import { notOn, notOnboarded, onboarded, onWindows, onWindowsClient, when } from './kinds/machine/preconditions.ts';
import { setDeviceValue, tagMachines } from './kinds/machine-change/kind.ts';
import { createAlert } from './kinds/made/alert.ts';
import { deleteLibraryFile, uploadLibraryFile } from './kinds/made/library.ts';
import { createScanDefinition, deleteScanDefinitions, updateScanDefinitions } from './kinds/scan/acts.ts';
import { runLiveResponse } from './live-response/live-response.ts';
import type { Payload } from './payloads.ts';

/** Of an act that takes machines and a comment alone. */
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
 * Every act, one row each, by the name of its mutation. From here come the mutations, what can be asked approval for, and the
 * names that guardrails and the documentation have to know. Facts are of the page of each act in Microsoft's documentation.
 */
export const acts = {
  // isolate-machine.md: a device without a sensor can only be contained.
  isolateMachines: machineAct({
    guardrail: 'isolate',
    permission: 'machine:isolate',
    type: 'ISOLATE',
    particulars: ({ isolationType = 'FULL' }: IsolateMachinesInput) => ({ isolationType }),
    isSame: (action, { isolationType }) => isolationType === 'UN_MANAGED_DEVICE' || isOfScope(action, isolationType),
    preconditions: [
      when(isNot('UN_MANAGED_DEVICE'), onboarded),
      when(is('UN_MANAGED_DEVICE'), notOnboarded),
      when(is('SELECTIVE'), onWindowsClient),
      notOn('macos'),
    ],
    effect: { of: 'isolation', to: 'ON' },
    call: machineCalls.isolate,
  }),

  // unisolate-machine.md
  releaseMachines: machineAct({
    guardrail: 'release',
    permission: 'machine:isolate',
    type: 'UNISOLATE',
    particulars: nothing,
    preconditions: [notOn('macos')],
    effect: { of: 'isolation', to: 'OFF' },
    call: machineCalls.release,
  }),

  // run-av-scan.md
  scanMachines: machineAct({
    guardrail: 'scan',
    permission: 'machine:scan',
    type: 'RUN_ANTI_VIRUS_SCAN',
    particulars: ({ scanType = 'QUICK' }: ScanMachinesInput) => ({ scanType }),
    isSame: (action, { scanType }) => isOfScope(action, scanType),
    preconditions: [onboarded, onWindows],
    call: machineCalls.scan,
  }),

  // restrict-code-execution.md
  restrictCodeExecution: machineAct({
    guardrail: 'restrict',
    permission: 'machine:restrict',
    type: 'RESTRICT_CODE_EXECUTION',
    call: machineCalls.restrict,
    particulars: nothing,
    preconditions: [onboarded, onWindows],
    effect: { of: 'restriction', to: 'ON' },
  }),

  // unrestrict-code-execution.md
  unrestrictCodeExecution: machineAct({
    guardrail: 'unrestrict',
    permission: 'machine:restrict',
    type: 'UNRESTRICT_CODE_EXECUTION',
    call: machineCalls.unrestrict,
    particulars: nothing,
    preconditions: [onboarded, onWindows],
    effect: { of: 'restriction', to: 'OFF' },
  }),

  // collect-investigation-package.md; respond-machine-alerts.md: Windows 10 1703 and later, Windows Server.
  collectInvestigationPackage: machineAct({
    guardrail: 'collectPackage',
    permission: 'machine:collect',
    type: 'COLLECT_INVESTIGATION_PACKAGE',
    call: machineCalls.collectPackage,
    particulars: nothing,
    preconditions: [onboarded, onWindows],
  }),

  // offboard-machine-api.md: not for macOS and Linux. A machine that was onboarded anew keeps its action, so no state is told by it.
  offboardMachines: machineAct({
    guardrail: 'offboard',
    permission: 'machine:offboard',
    type: 'OFFBOARD',
    call: machineCalls.offboard,
    particulars: nothing,
    preconditions: [onboarded, onWindows],
  }),

  // stop-and-quarantine-file.md; respond-file-alerts.md: Windows 10 1703 and later, Windows Server.
  stopAndQuarantineFile: machineAct({
    guardrail: 'quarantineFile',
    permission: 'file:quarantine',
    type: 'STOP_AND_QUARANTINE_FILE',
    call: machineCalls.quarantineFile,
    particulars: ({ sha1 }: StopAndQuarantineFileInput) => ({ sha1: checkSha1(sha1) }),
    isSame: ({ relatedFile }, { sha1 }) => relatedFile?.fileIdentifier?.toLowerCase() === sha1,
    machinesOf: ({ acts: { machinesWithFile } }, tenant, { sha1 }, scope) => machinesWithFile(tenant, sha1, scope),
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

/** Performs any act of the table, by whoever acts, with a second person's approval or without. */
export type PerformAct = <Name extends ActName>(
  name: Name,
  acting: Acting,
  input: ActInputs[Name],
  scope: CallScope,
) => Promise<Payload<ActResults[Name]>>;

const table: { readonly [Name in ActName]: Act<ActInputs[Name], ActResults[Name]> } = acts;

/** Performs each act as its row says. */
export const createPerformAct =
  (parts: ActParts): PerformAct =>
  (name, acting, input, scope) => {
    // What an act decides by is what is there now.
    scope.freshness?.readAnew();
    return table[name].perform(parts, name, acting, input, scope);
  };
