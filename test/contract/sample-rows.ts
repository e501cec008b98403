import { mde as microsoft } from '../../src/microsoft/mde/index.ts';
import { investigationCall, machineCalls } from '../../src/routing/actions.ts';
import { changeOne, tagMany } from '../../src/routing/machine-changes.ts';
import { alertFromGraph, alertFromMde } from '../../src/unification/alert.ts';
import { commentsFrom } from '../../src/unification/comments.ts';
import { incidentFromGraph, incidentFromM365d } from '../../src/unification/incident.ts';
import { machineFromMde } from '../../src/unification/machine.ts';
import { machineActionFromMde } from '../../src/unification/machine-action.ts';
import type { TenantPlace } from '../../src/unification/tenant-place.ts';
import { action } from '../../src/upstream/call.ts';
import * as graphAlerts from '../../src/upstream/graph/alerts.ts';
import * as graphHunting from '../../src/upstream/graph/hunting.ts';
import * as graphIncidents from '../../src/upstream/graph/incidents.ts';
import type { Operation } from '../../src/upstream/http/operation.ts';
import * as m365d from '../../src/upstream/m365d/incidents.ts';
import * as mdeAlerts from '../../src/upstream/mde/alerts.ts';
import * as mdeHunting from '../../src/upstream/mde/hunting.ts';
import { deleteLibraryFile } from '../../src/upstream/mde/library.ts';
import * as actions from '../../src/upstream/mde/machine-actions.ts';
import * as machines from '../../src/upstream/mde/machines.ts';
import { assessmentRows } from './assessment-rows.ts';
import { indicatorRows } from './indicator-rows.ts';
import { observableRows } from './observable-rows.ts';
import { vulnerabilityRows } from './vulnerability-rows.ts';

/** One printed example: the operation that should ask it, and how its answer reaches the graph. */
export interface SampleRow {
  readonly file: 'mde' | 'graph';
  readonly key: string;
  readonly name: string;
  readonly operation: Operation<unknown>;
  /** Pages spell the path in more than one case, end it with a slash, leave `/api` out, or print that of a preview. */
  readonly pathVaries?: boolean;
  /** Absent where the page prints no answer. */
  readonly read?: (body: unknown) => unknown;
}

const tenant: TenantPlace = { name: 'contoso', tenantId: '11111111-2222-4333-8444-555555555555', portal: null };

const row = <T>(
  file: SampleRow['file'],
  key: string,
  operation: Operation<T>,
  toDomain?: (answer: T) => unknown,
  more: Partial<SampleRow> = {},
): SampleRow => ({
  file,
  key,
  name: key,
  operation,
  ...(toDomain === undefined ? {} : { read: (body: unknown) => toDomain(operation.parse(body)) }),
  ...more,
});

const machine = '1e5bc9d7e413ddd7902c2932e418702b84d0cc07';

const mde: readonly SampleRow[] = [
  row('mde', 'listAlerts', mdeAlerts.listAlerts(), (page) => page.items.map((wire) => alertFromMde(tenant, wire))),
  row('mde', 'listAlerts.2', mdeAlerts.listAlerts({ top: 10, expandEvidence: true }), (page) =>
    page.items.map((wire) => alertFromMde(tenant, wire)),
  ),
  row(
    'mde',
    'getAlert',
    mdeAlerts.getAlert('da637472900382838869_1364969609'),
    (wire) => wire && alertFromMde(tenant, wire),
  ),
  row(
    'mde',
    'batchUpdateAlerts',
    mdeAlerts.batchUpdateAlerts({
      alertIds: ['da637399794050273582_760707377', 'da637399989469816469_51697947354'],
      status: 'Resolved',
      assignedTo: 'secop2@contoso.com',
      classification: 'FalsePositive',
      determination: 'Malware',
      comment: 'Resolve my alert and assign to secop2',
    }),
  ),
  row(
    'mde',
    'createAlertByReference',
    mdeAlerts.createAlertByReference({
      ...{ machineId: machine, severity: 'Low', title: 'example', description: 'example alert' },
      ...{ recommendedAction: 'nothing', eventTime: '2018-08-03T16:45:21.7115183Z', reportId: '20776' },
      category: 'Exploit',
    }),
  ),
  row('mde', 'deleteLibraryFile', deleteLibraryFile('script1.ps1')),
  row('mde', 'getMachine', machines.getMachine(machine), (wire) => wire && machineFromMde('contoso', wire)),
  row(
    'mde',
    'listMachineActions.2',
    actions.listMachineActions({ filter: "machineId eq 'f46b9bb259ed4a7fb9981b73510e3cc7aa81ec1f'", top: 2 }),
    (page) => page.items.map((wire) => machineActionFromMde('contoso', wire)),
  ),
  row(
    'mde',
    'getMachineAction',
    // The page prints the answer of another action than it asks for.
    {
      ...actions.getMachineAction('2e9da30d-27f6-4208-81f2-9cd3d67893ba'),
      parse: actions.getMachineAction('5382f7ea-7557-4ab7-9782-d50480024a4e').parse,
    },
    (wire) => wire && machineActionFromMde('contoso', wire),
  ),
  row(
    'mde',
    'isolateMachine',
    machineCalls.isolate.operation(machine, { comment: 'Isolate machine due to alert 1234', isolationType: 'FULL' }),
  ),
  row(
    'mde',
    'runAntivirusScan',
    machineCalls.scan.operation(machine, { comment: 'Check machine for viruses due to alert 3212', scanType: 'FULL' }),
  ),
  row(
    'mde',
    'restrictCodeExecution',
    machineCalls.restrict.operation(machine, { comment: 'Restrict code execution due to alert 1234' }),
  ),
  row(
    'mde',
    'unrestrictCodeExecution',
    machineCalls.unrestrict.operation(machine, {
      comment: 'Unrestrict code execution since machine was cleaned and validated',
    }),
  ),
  row(
    'mde',
    'collectInvestigationPackage',
    machineCalls.collectPackage.operation('fb9ab6be3965095a09c057be7c90f0a2', {
      comment: 'Collect forensics due to alert 1234',
    }),
  ),
  row(
    'mde',
    'stopAndQuarantineFile',
    machineCalls.quarantineFile.operation(machine, {
      comment: 'Stop and quarantine file on machine due to alert 441688558380765161_2136280442',
      sha1: '87662bc3d60e4200ceaf7aae249d1c343f4b83c9',
    }),
  ),
  row('mde', 'startInvestigation', investigationCall(machine, { comment: 'Test investigation' })),
  row('mde', 'addOrRemoveMachineTags', changeOne(machine, { kind: 'tag', operation: 'ADD', tag: 'test Tag 2' })),
  row(
    'mde',
    'addOrRemoveTagForMultipleMachines',
    tagMany(
      [
        '34e83ca3feea4dae2353006ba389262c033a025e',
        '2a398439b4975924e87a65943972bc702469b329',
        'a610c00c65fdf79960cc0077d9d8c569d23f09a5',
      ],
      { kind: 'tag', operation: 'ADD', tag: 'Tag' },
    ),
  ),
  row(
    'mde',
    'updateMachine',
    action(microsoft.updateMachine, { id: '{machineId}' }, machines.machine, {
      deviceValue: 'Normal',
      machineTags: ['Demo Device', 'Generic User Machine - Attack Source', 'Windows 10', 'Windows Insider - Fast'],
    }),
  ),
  row('mde', 'setDeviceValue', changeOne(machine, { kind: 'deviceValue', deviceValue: 'HIGH' })),
  row(
    'mde',
    'cancelMachineAction',
    actions.cancelMachineAction('988cc94e-7a8f-4b28-ab65-54970c5d5018', 'Machine action was canceled by automation'),
  ),
  row(
    'mde',
    'getInvestigationPackageUri',
    actions.getPackageUri('7327b54fd718525cbca07dacde913b5ac3c85673'),
    // The extra quotes are the page's; put back for the comparison.
    (link) => `"${link}"`,
    { pathVaries: true },
  ),
  row(
    'mde',
    'getLiveResponseResultDownloadLink',
    actions.getLiveResponseResultLink('988cc94e-7a8f-4b28-ab65-54970c5d5018', 0),
    (link) => link,
  ),
  row(
    'mde',
    'runAdvancedQuery',
    mdeHunting.runAdvancedQuery(
      [
        'DeviceProcessEvents',
        "|where InitiatingProcessFileName =~ 'powershell.exe'",
        "|where ProcessCommandLine contains 'appdata'",
        '|project Timestamp, FileName, InitiatingProcessFileName, DeviceId',
        '|limit 2',
      ].join('\n'),
    ),
    (table) => table,
  ),
  row('mde', 'listIncidents', m365d.listIncidents(), (page) =>
    page.items.map((wire) => incidentFromM365d(tenant, wire)),
  ),
  row('mde', 'getIncident', m365d.getIncident('{id}')),
  row(
    'mde',
    'updateIncident',
    m365d.updateIncident('{id}', {
      status: 'Resolved',
      assignedTo: 'secop2@contoso.com',
      classification: 'TruePositive',
      determination: 'Malware',
      tags: ["Yossi's playground", "Don't mess with the Zohan"],
      comment: 'pen testing',
    }),
  ),
];

const alert = 'da637551227677560813_-961444813';

const graph: readonly SampleRow[] = [
  row(
    'graph',
    'graph.incidents.list',
    graphIncidents.listIncidents(),
    (page) => page.items.map((wire) => incidentFromGraph(tenant, wire)),
    { name: 'incidents.list' },
  ),
  row(
    'graph',
    'graph.incidents.list',
    graphIncidents.listIncidents({ expandAlerts: true }),
    (page) => page.items.map((wire) => incidentFromGraph(tenant, wire)),
    { name: 'incidents.list.expandAlerts' },
  ),
  row(
    'graph',
    'graph.incidents.get',
    graphIncidents.getIncident('2972395'),
    (wire) => wire && incidentFromGraph(tenant, wire),
    { name: 'incidents.get' },
  ),
  row(
    'graph',
    'graph.incidents.comment.create',
    graphIncidents.addIncidentComment('3962396', 'Demo for docs'),
    commentsFrom,
    { name: 'incidents.comment.create' },
  ),
  row(
    'graph',
    'graph.alerts.list',
    graphAlerts.listAlerts(),
    (page) => page.items.map((wire) => alertFromGraph(tenant, wire)),
    { name: 'alerts.list' },
  ),
  row(
    'graph',
    'graph.alerts.update',
    graphAlerts.updateAlert(alert, {
      assignedTo: 'secAdmin@contoso.onmicrosoft.com',
      classification: 'truePositive',
      determination: 'malware',
      status: 'inProgress',
    }),
    (wire) => wire && alertFromGraph(tenant, wire),
    { name: 'alerts.update' },
  ),
  row(
    'graph',
    'graph.alerts.comment.create',
    graphAlerts.addAlertComment('da637865765418431569_-773071023', 'Demo for docs'),
    commentsFrom,
    { name: 'alerts.comment.create' },
  ),
  row('graph', 'graph.hunting.run', graphHunting.runHuntingQuery('DeviceProcessEvents', 'P90D'), (table) => table, {
    name: 'hunting.run.timespan',
  }),
  row('graph', 'graph.hunting.run', graphHunting.runHuntingQuery('DeviceProcessEvents'), (table) => table, {
    name: 'hunting.run.oldSchemaKeys',
  }),
];

/** Every printed example of an operation that we have. */
export const sampleRows: readonly SampleRow[] = [
  ...mde,
  ...vulnerabilityRows,
  ...assessmentRows,
  ...observableRows,
  ...indicatorRows,
  ...graph,
];
