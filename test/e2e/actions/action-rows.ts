import type { ActionName } from '../../../src/actions/table.ts';
import type { TenantWorld, WorldMachine } from '../../../src/simulator/world/types.ts';

/** One action, as its tests need it: what it takes, what it sends, and what speaks against it. */
export interface ActionRow {
  /** The field of the input that names its targets. */
  readonly targets: 'machineIds' | 'actionIds' | 'incidentIds' | 'alertIds';
  /** A target that it is possible on. */
  readonly target: (world: TenantWorld, used: ReadonlySet<string>) => string;
  /** What the input names instead to name nothing that exists, once for each form of it. */
  readonly unknown: readonly Readonly<Record<string, unknown>>[];
  /** What the input has besides targets, tenant and comment. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Other input, for a key that stands for `input`. */
  readonly other: Readonly<Record<string, unknown>>;
  /** Input that is malformed, with the field at fault. */
  readonly malformed: readonly Readonly<Record<string, unknown>>[];
  /** Whether it takes a comment that has to say something. */
  readonly needsComment: boolean;
  /** The documented operations that send it. */
  readonly operations: readonly string[];
  /** What is sent beside the comment, where the simulator keeps no trace of it. */
  readonly body: Readonly<Record<string, unknown>> | null;
  /** Machines that it is not possible on. */
  readonly notOnboarded: boolean;
  readonly wrongPlatforms: readonly ('macOS' | 'Linux' | 'iOS' | 'Android')[];
  /** The action after which a machine is what this one would make it; `nothing`: it is so from the start. */
  readonly alreadyAfter: RowedAction | 'nothing' | null;
  /** Whether it becomes an action of Defender, whose end can be waited for. */
  readonly becomesAction: boolean;
  /** The action that has to be done before, so that there is something to undo. */
  readonly after: RowedAction | null;
  /** Whether a second one finds the first one under way. */
  readonly canBeUnderWay: boolean;
  /** Whether the machine and what goes on on it are looked at before it is sent. */
  readonly looksFirst: boolean;
}

/** A machine of Windows 11 that an action is possible on and that no test has touched. */
export const freshMachine = ({ machines, actions }: TenantWorld, used: ReadonlySet<string>): WorldMachine => {
  const fresh = machines.find(
    (machine) =>
      machine.onboardingStatus === 'Onboarded' &&
      machine.osPlatform === 'Windows11' &&
      machine.healthStatus === 'Active' &&
      !used.has(machine.id) &&
      !actions.some((action) => action.machine === machine),
  );
  if (fresh === undefined) throw new Error('The estate has no fresh machine left');
  return fresh;
};

const idOf = (found: { readonly id: string | number } | undefined): string => {
  if (found === undefined) throw new Error('The estate has no such target');
  return String(found.id);
};

const onMachines = {
  targets: 'machineIds',
  target: (world, used) => freshMachine(world, used).id,
  unknown: [{ machineIds: ['nobody.contoso.com'] }, { machineIds: ['f'.repeat(40)] }],
  input: {},
  other: { comment: 'Another one' },
  malformed: [],
  needsComment: true,
  becomesAction: true,
  body: null,
  notOnboarded: true,
  wrongPlatforms: ['macOS', 'iOS', 'Android'],
  alreadyAfter: null,
  after: null,
  canBeUnderWay: true,
  looksFirst: true,
} as const satisfies Partial<ActionRow>;

const unknownIncidents = [{ incidentIds: ['no incident'] }, { incidentIds: ['999999999'] }];
const unknownAlerts = [{ alertIds: ['no alert'] }, { alertIds: ['da000_000'] }];

const onEntities = {
  input: { status: 'IN_PROGRESS' },
  other: { status: 'RESOLVED' },
  malformed: [{ status: null, comment: null }],
  needsComment: false,
  becomesAction: false,
  body: null,
  notOnboarded: false,
  wrongPlatforms: [],
  alreadyAfter: null,
  after: null,
  canBeUnderWay: false,
  looksFirst: false,
} as const satisfies Partial<ActionRow>;

/** Changes of what the organisation notes on machines. */
const ofMachines = {
  ...onMachines,
  needsComment: false,
  becomesAction: false,
  notOnboarded: false,
  wrongPlatforms: [],
  canBeUnderWay: false,
  looksFirst: false,
} as const satisfies Partial<ActionRow>;

const sha1 = 'ab'.repeat(20);
const script = { type: 'RUN_SCRIPT', scriptName: 'echo-args.ps1' };

/** Actions whose targets are none of those lists, or that are of several at once: their refusals are in `refusal-rows.ts`. */
export const otherActions = [
  'mergeIncidents',
  'moveAlerts',
  'createAlert',
  'uploadLibraryFile',
  'deleteLibraryFile',
  'createIndicators',
  'updateIndicators',
  'deleteIndicators',
  'applyIndicators',
  'createScanDefinition',
  'updateScanDefinitions',
  'deleteScanDefinitions',
] as const;

/** Every other action has a row. */
export type RowedAction = Exclude<ActionName, (typeof otherActions)[number]>;

/** Every action of the gateway but those: the compiler asks for the row of a new one. */
export const actionRows = {
  isolateMachines: {
    ...onMachines,
    input: { isolationType: 'SELECTIVE' },
    operations: ['isolateMachine'],
    body: { IsolationType: 'Selective' },
    alreadyAfter: 'isolateMachines',
  },
  releaseMachines: {
    ...onMachines,
    operations: ['unisolateMachine'],
    after: 'isolateMachines',
    notOnboarded: false,
    alreadyAfter: 'nothing',
    canBeUnderWay: false,
  },
  scanMachines: {
    ...onMachines,
    input: { scanType: 'FULL' },
    operations: ['runAntivirusScan'],
    body: { ScanType: 'Full' },
  },
  restrictCodeExecution: {
    ...onMachines,
    operations: ['restrictCodeExecution'],
    wrongPlatforms: ['Linux', 'iOS'],
    alreadyAfter: 'restrictCodeExecution',
  },
  unrestrictCodeExecution: {
    ...onMachines,
    operations: ['unrestrictCodeExecution'],
    after: 'restrictCodeExecution',
    wrongPlatforms: ['Linux', 'iOS'],
    alreadyAfter: 'nothing',
    canBeUnderWay: false,
  },
  collectInvestigationPackage: {
    ...onMachines,
    operations: ['collectInvestigationPackage'],
    wrongPlatforms: ['Linux', 'iOS'],
  },
  offboardMachines: { ...onMachines, operations: ['offboardMachine'] },
  stopAndQuarantineFile: {
    ...onMachines,
    input: { sha1 },
    other: { sha1: 'cd'.repeat(20) },
    malformed: [{ sha1: 'ab'.repeat(32) }, { sha1: sha1.slice(1) }, { sha1: 'xy'.repeat(20) }],
    operations: ['stopAndQuarantineFile'],
    body: { Sha1: sha1 },
    wrongPlatforms: ['Linux', 'iOS'],
  },
  startInvestigation: {
    ...onMachines,
    operations: ['startInvestigation'],
    becomesAction: false,
    body: { Comment: 'Beaconing' },
    wrongPlatforms: ['Linux', 'iOS'],
  },
  tagMachines: {
    ...ofMachines,
    input: { tag: 'Beacon', operation: 'ADD' },
    other: { tag: 'Other' },
    malformed: [{ tag: ' ' }, { tag: 'x'.repeat(201) }, { operation: 'REPLACE' }],
    operations: ['addOrRemoveMachineTags', 'addOrRemoveTagForMultipleMachines'],
    body: { Value: 'Beacon', Action: 'Add' },
  },
  setDeviceValue: {
    ...ofMachines,
    input: { deviceValue: 'HIGH' },
    other: { deviceValue: 'LOW' },
    malformed: [{ deviceValue: 'UNKNOWN' }, { deviceValue: 'Highest' }],
    operations: ['setDeviceValue'],
    body: { DeviceValue: 'High' },
  },
  runLiveResponse: {
    ...onMachines,
    input: { commands: [script], waitSeconds: 0 },
    malformed: [{ commands: [] }, { commands: [{ type: 'RUN_SCRIPT' }] }],
    operations: ['runLiveResponse'],
    body: { Commands: [{ type: 'RunScript', params: [{ key: 'ScriptName', value: 'echo-args.ps1' }] }] },
    wrongPlatforms: ['iOS', 'Android'],
    // A second session waits for the first one.
    canBeUnderWay: false,
  },
  cancelMachineActions: {
    ...onMachines,
    targets: 'actionIds',
    looksFirst: false,
    becomesAction: false,
    target: ({ actions }) => {
      const open = actions.filter(({ status }) => status === 'Pending' || status === 'InProgress');
      // One that does not end meanwhile, while there is one.
      return idOf(open.find(({ unanswered }) => unanswered === true) ?? open[0]);
    },
    unknown: [{ actionIds: ['00000000-0000-4000-8000-000000000000'] }],
    operations: ['cancelMachineAction'],
    notOnboarded: false,
    wrongPlatforms: [],
    canBeUnderWay: false,
  },
  updateIncidents: {
    ...onEntities,
    targets: 'incidentIds',
    target: ({ incidents }) => idOf(incidents.find(({ status }) => status === 'active')),
    unknown: unknownIncidents,
    operations: ['updateIncident', 'graph.incidents.update'],
  },
  updateAlerts: {
    ...onEntities,
    targets: 'alertIds',
    target: ({ alerts }) => idOf(alerts[0]),
    unknown: unknownAlerts,
    operations: ['updateAlert', 'batchUpdateAlerts', 'graph.alerts.update'],
  },
  addComment: {
    ...onEntities,
    targets: 'incidentIds',
    target: ({ incidents }) => idOf(incidents.find(({ status }) => status === 'active')),
    unknown: [...unknownIncidents, ...unknownAlerts.map((alerts) => ({ incidentIds: null, ...alerts }))],
    input: {},
    other: { comment: 'Another one' },
    malformed: [{ comment: 'x'.repeat(4001) }, { incidentIds: null }, { alertIds: ['x'] }],
    needsComment: true,
    operations: ['graph.incidents.comment.create'],
  },
} as const satisfies Record<RowedAction, ActionRow>;
