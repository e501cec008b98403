import type { WorldMachine } from '../../../../src/simulator/world/types.ts';
import type { Ask } from '../oddities/live.ts';
import { createAlert, form, type Live, library, merge, move, reference, tagMany } from './live.ts';

/** What is asked: a path, what is sent, and how; `POST` unless said. */
type Call = (live: Live) => readonly [path: string, body?: unknown, method?: Ask['method']];

/** A call that is refused, and how. */
export interface Refusal {
  readonly what: string;
  readonly api: 'mde' | 'graph';
  readonly call: Call;
  readonly status: number;
  readonly code: string;
  /** The whole sentence, or what is in it. */
  readonly says: string | RegExp;
}

const refused =
  (api: Refusal['api'], status: number, code: string) =>
  (what: string, says: Refusal['says'], call: Call): Refusal => ({ what, api, call, status, code, says });

const invalid = refused('mde', 400, 'InvalidInput');
const noBody = refused('mde', 400, 'InvalidRequestBody');
const notFound = refused('mde', 404, 'ResourceNotFound');
const badHash = refused('mde', 400, 'InvalidHashValue');
const otherSystem = refused('mde', 400, 'OsPlatformNotSupported');
const tooMany = refused('mde', 400, 'MaximumBatchSizeExceeded');
const without = (what: string, parameter: string, call: Call): Refusal =>
  refused('mde', 400, 'MissingRequiredParameter')(what, `Parameter ${parameter} is missing.`, call);
const bad = refused('graph', 400, 'BadRequest');
const gone = refused('graph', 404, 'itemNotFound');

const nobody = 'f'.repeat(40);
const sha1 = 'ab'.repeat(20);

/** An action on a machine. */
const on =
  (machine: (live: Live) => Pick<WorldMachine, 'id'>, action: string, body: unknown = { Comment: 'x' }): Call =>
  (live) => [`/api/machines/${machine(live).id}/${action}`, body];
const windows = ({ fresh }: Live) => fresh();
const linux = ({ fresh }: Live) => fresh('Linux');
const mac = ({ fresh }: Live) => fresh('macOS');
const unmanaged = (live: Live) => live.unmanaged();
const somebodyElse = () => ({ id: nobody });

const ofWindows = ['restrictCodeExecution', 'collectInvestigationPackage', 'offboard', 'StopAndQuarantineFile'];
const incidentOf = ({ openIncidents }: Live): string | undefined => openIncidents()[0]?.id;
const ofAlert = [
  'eventTime',
  'reportId',
  'machineId',
  'severity',
  'title',
  'description',
  'recommendedAction',
  'category',
];
const alert =
  (change: Readonly<Record<string, unknown>> = {}): Call =>
  (live) => [createAlert, reference(live.unmanaged().id, change)];
const merging =
  (more: (live: Live) => readonly (string | undefined)[], rest: Readonly<Record<string, unknown>> = {}): Call =>
  (live) => [merge, { incidentIds: [incidentOf(live), ...more(live)], ...rest }];
const moving =
  (body: (live: Live) => Readonly<Record<string, unknown>>): Call =>
  (live) => [move, body(live)];

/** What the pages say is refused, in the sentences of common-errors.md where there is one. */
export const refusals: readonly Refusal[] = [
  ...ofWindows.flatMap((action) => [
    otherSystem(
      `${action} on Linux`,
      'OS Platform Linux is not supported for this action.',
      on(linux, action, { Comment: 'x', Sha1: sha1 }),
    ),
    invalid(`${action} without a sensor`, /not onboarded/, on(unmanaged, action, { Comment: 'x', Sha1: sha1 })),
    notFound(`${action} of nobody`, `Machine ${nobody} was not found`, on(somebodyElse, action)),
    without(`${action} without a comment`, 'Comment', on(unmanaged, action, { Sha1: sha1 })),
    without(`${action} with a lower-case comment`, 'Comment', on(unmanaged, action, { comment: 'x', Sha1: sha1 })),
  ]),
  invalid('lifting a restriction that is not there', /nothing to undo/, on(windows, 'unrestrictCodeExecution')),
  badHash(
    'quarantine by SHA-256',
    `Hash value ${'ab'.repeat(32)} is invalid.`,
    on(windows, 'StopAndQuarantineFile', { Comment: 'x', Sha1: 'ab'.repeat(32) }),
  ),
  without('quarantine without a hash', 'Sha1', on(windows, 'StopAndQuarantineFile')),
  invalid('an investigation without a sensor', /not onboarded/, on(unmanaged, 'startInvestigation')),
  otherSystem('an investigation of a Mac', /macOS/, on(mac, 'startInvestigation')),
  without('an investigation without a comment', 'Comment', on(unmanaged, 'startInvestigation', {})),
  notFound('the package of no action', /was not found/, () => [
    `/api/machineactions/${nobody}/getPackageUri`,
    undefined,
    'GET',
  ]),

  invalid('a tag that is neither added nor removed', /Action/, on(unmanaged, 'tags', { Value: 't', Action: 'Set' })),
  without('a tag without a value', 'Value', on(unmanaged, 'tags', { Action: 'Add' })),
  tooMany('tagging 501 machines', 'Maximum batch size exceeded. Received: 501, allowed: 500.', () => [
    tagMany,
    { Value: 't', Action: 'Add', MachineIds: Array.from({ length: 501 }, () => nobody) },
  ]),
  without('tagging no machine', 'MachineIds', () => [tagMany, { Value: 't', Action: 'Add', MachineIds: [] }]),
  notFound('tagging nobody among others', `Machine ${nobody} was not found`, (live) => [
    tagMany,
    { Value: 't', Action: 'Add', MachineIds: [live.unmanaged().id, nobody] },
  ]),
  invalid('a device value that is none', /DeviceValue/, on(unmanaged, 'setDeviceValue', { DeviceValue: 'Huge' })),
  without('a device value in lower case', 'DeviceValue', on(unmanaged, 'setDeviceValue', { deviceValue: 'High' })),

  notFound('a comment on no alert', 'Alert da1_1 was not found', () => [
    '/api/alerts/da1_1',
    { comment: 'x' },
    'PATCH',
  ]),
  ...ofAlert.map((key) => without(`an alert without ${key}`, key, alert({ [key]: undefined }))),
  invalid('an alert of another severity', /severity/, alert({ severity: 'Informational' })),
  invalid('an alert of another category', /category/, alert({ category: 'Mischief' })),
  invalid('an alert at no time', /eventTime/, alert({ eventTime: 'yesterday' })),
  notFound('an alert on an event that never was', /event/, alert()),

  invalid('a file of more than 20 MB', /20 MB/, () => [library, form('big.bin', 20 * 1_048_576 + 1)]),
  noBody('a file that is not in a form', /multipart/, () => [library, { File: 'x' }]),
  invalid('a name that the library has', /already exists/, () => [library, form('kill-process.ps1', 3)]),
  notFound('deleting a file that is not there', /none\.ps1 was not found/, () => [
    `${library}/none.ps1`,
    undefined,
    'DELETE',
  ]),

  bad('a comment of Graph without its type', /@odata\.type/, (live) => [
    `/v1.0/security/incidents/${incidentOf(live)}/comments`,
    { comment: 'x' },
  ]),
  bad(
    'merging one incident',
    /at least 2/,
    merging(() => []),
  ),
  bad(
    'merging an incident with itself',
    /at least 2/,
    merging((live) => [incidentOf(live)]),
  ),
  gone(
    'merging with no incident',
    /incident 1 /,
    merging(() => ['1']),
  ),
  bad(
    'merging for a reason that is none',
    /whim/,
    merging(({ openIncidents }) => [openIncidents()[1]?.id], { mergeReasons: 'sameActor, whim' }),
  ),
  bad('merging under another name', /'ids'/, () => [merge, { ids: ['1', '2'] }]),
  bad(
    'moving no alert',
    /at least 1/,
    moving(() => ({ alertIds: [] })),
  ),
  gone(
    'moving an alert that is none',
    /da1_1/,
    moving((live) => ({ alertIds: ['da1_1'], incidentId: incidentOf(live) })),
  ),
  gone(
    'moving into no incident',
    /incident 1 /,
    moving(({ world }) => ({ alertIds: [world.alerts[0]?.id], incidentId: '1' })),
  ),
];
