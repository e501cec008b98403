import { scanAgentsOf, scanDefinitionsOf } from '../../../src/simulator/mde/scans.ts';
import { eventOf } from '../../e2e/role-matrix/rules.ts';
import { action, type Estate, mutation, type OperationName, onMachine, type Row } from './reach.ts';

const script = { type: 'RUN_SCRIPT', scriptName: 'echo-args.ps1' };
const comment = 'Contract';

/** Ids of the first so many. */
const idsOf = (rows: readonly { readonly id: string | number }[], count: number): readonly string[] =>
  rows.slice(0, count).map(({ id }) => String(id));

const indicatorNamed = (indicatorValue: string) => ({
  ...{ indicatorType: 'DOMAIN_NAME', indicatorValue, action: 'BLOCK' },
  ...{ title: comment, description: comment },
});

/** A pair of actions on one machine: the second undoes what the first did. */
const undone = (done: string, undo: string): Row => {
  let machineIds: readonly string[] = [];
  return {
    before: (estate) => {
      machineIds = [estate.fresh()];
      return mutation(done, estate, { machineIds, comment, waitSeconds: 10 });
    },
    ask: (estate) => mutation(undo, estate, { machineIds, comment }),
  };
};

const fileOf = (estate: Estate, fileName: string) =>
  mutation('uploadLibraryFile', estate, { fileName, contentBase64: 'QQ==', description: comment });

/** How what changes something is asked for. */
export const actions = {
  updateAlert: {
    ...action('updateAlerts', ({ world }) => ({
      alertIds: idsOf(world.alerts, 1),
      status: 'IN_PROGRESS',
      assignedTo: 'ana',
    })),
    of: 'endpointAlone',
  },
  batchUpdateAlerts: {
    ...action('updateAlerts', ({ world }) => ({ alertIds: idsOf(world.alerts, 3), status: 'RESOLVED', comment })),
    of: 'endpointAlone',
  },
  createAlertByReference: {
    ask: ({ tenant, world }) => ({
      document: `mutation { createAlert(input: { tenant: "${tenant}", ${eventOf(world)} }) { results { outcome error { code message } } } }`,
    }),
  },
  updateIncident: {
    ...action('updateIncidents', ({ world: { incidents } }) => {
      const active = incidents.filter(({ status }) => status === 'active');
      return { incidentIds: idsOf(active, 1), status: 'IN_PROGRESS', comment };
    }),
    of: 'withoutGraph',
  },

  updateMachine: {
    of: 'withoutGraph',
    insteadOf: { operation: 'setDeviceValue', status: 429 },
    ask: (estate) => mutation('setDeviceValue', estate, { machineIds: [estate.fresh()], deviceValue: 'HIGH' }),
  },
  addOrRemoveMachineTags: onMachine('tagMachines', { tag: comment, operation: 'ADD' }),
  addOrRemoveTagForMultipleMachines: action('tagMachines', (estate) => ({
    machineIds: [estate.fresh(), estate.fresh()],
    ...{ tag: comment, operation: 'ADD' },
  })),
  setDeviceValue: onMachine('setDeviceValue', { deviceValue: 'HIGH' }),

  isolateMachine: onMachine('isolateMachines', { isolationType: 'SELECTIVE' }),
  unisolateMachine: undone('isolateMachines', 'releaseMachines'),
  restrictCodeExecution: onMachine('restrictCodeExecution'),
  unrestrictCodeExecution: undone('restrictCodeExecution', 'unrestrictCodeExecution'),
  runAntivirusScan: onMachine('scanMachines', { scanType: 'FULL' }),
  offboardMachine: onMachine('offboardMachines'),
  collectInvestigationPackage: onMachine('collectInvestigationPackage'),
  stopAndQuarantineFile: onMachine('stopAndQuarantineFile', { sha1: 'ab'.repeat(20) }),
  startInvestigation: onMachine('startInvestigation'),
  runLiveResponse: onMachine('runLiveResponse', { commands: [script], waitSeconds: 0 }),
  cancelMachineAction: {
    before: (estate) => mutation('scanMachines', estate, { machineIds: [estate.fresh()], comment, scanType: 'FULL' }),
    ask: (estate) => {
      const { actions } = estate.world;
      const scan = actions.find(({ type, status }) => type === 'RunAntiVirusScan' && status === 'Pending');
      return mutation('cancelMachineActions', estate, { actionIds: [scan?.id ?? actions[0]?.id], comment });
    },
  },
  getInvestigationPackageUri: {
    ask: ({ tenant, world }) => {
      const done = world.actions.find(
        ({ type, status }) => type === 'CollectInvestigationPackage' && status === 'Succeeded',
      );
      return { get: `/files/${tenant}/${done?.id}/package` };
    },
  },
  getLiveResponseResultDownloadLink: {
    ask: (estate) =>
      mutation(
        'runLiveResponse',
        estate,
        { machineIds: [estate.fresh()], comment, commands: [script], waitSeconds: 20 },
        'action { commands { script { output } } }',
      ),
  },

  uploadLibraryFile: { ask: (estate) => fileOf(estate, 'contract.ps1') },
  deleteLibraryFile: {
    before: (estate) => fileOf(estate, 'deleted.ps1'),
    ask: (estate) => mutation('deleteLibraryFile', estate, { fileName: 'deleted.ps1' }),
  },

  submitIndicator: action('createIndicators', () => ({ indicators: [indicatorNamed('one.example')] })),
  importIndicators: action('createIndicators', () => ({
    indicators: [indicatorNamed('two.example'), indicatorNamed('three.example')],
  })),
  deleteIndicator: action('deleteIndicators', ({ world }) => ({ indicatorIds: idsOf(world.indicators, 1) })),
  batchDeleteIndicators: action('deleteIndicators', ({ world }) => ({ indicatorIds: idsOf(world.indicators, 2) })),

  createScanDefinition: action('createScanDefinition', ({ world }) => ({
    ...{ scanName: comment, scanType: 'NETWORK', targetType: 'IP', targets: ['10.9.0.1'], intervalInHours: 24 },
    machineId: scanAgentsOf(world)[0]?.machineId,
    authentication: { type: 'NO_AUTH_NO_PRIV', username: 'snmp' },
  })),
  updateScanDefinition: action('updateScanDefinitions', ({ world }) => ({
    scanDefinitionIds: idsOf(scanDefinitionsOf(world), 1),
    intervalInHours: 12,
  })),
  batchDeleteScanDefinitions: action('deleteScanDefinitions', ({ world }) => ({
    scanDefinitionIds: idsOf(scanDefinitionsOf(world), 1),
  })),
} as const satisfies Partial<Record<OperationName, Row>>;
