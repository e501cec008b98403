import { get, operations, post } from '../operation.ts';

/** Of an action that takes a comment alone. */
const commented = <const Path extends string>(path: Path, permission: string, doc: string) =>
  post(path, { any: [permission], body: { Comment: 'needed' }, doc });

/** What is done to machines, and what came of it. */
export const machineActions = operations('mde', {
  /** List response actions. */
  listMachineActions: get('/api/machineactions', {
    any: ['Machine.Read.All', 'Machine.ReadWrite.All'],
    filter: {
      id: 'guid',
      status: 'enum',
      machineId: 'text',
      type: 'enum',
      requestor: 'text',
      creationDateTimeUtc: 'time',
    },
    maxTop: 10000,
    pages: 'skip',
    doc: 'get-machineactions-collection.md',
  }),
  /** Read one action. */
  getMachineAction: get('/api/machineactions/{id}', {
    any: ['Machine.Read.All', 'Machine.ReadWrite.All'],
    missing: 'none',
    doc: 'get-machineaction-object.md',
  }),
  /** Cut a device off the network. */
  isolateMachine: post('/api/machines/{id}/isolate', {
    any: ['Machine.Isolate'],
    body: { Comment: 'needed', IsolationType: 'optional' },
    doc: 'isolate-machine.md',
  }),
  /** Release a device from isolation. */
  unisolateMachine: commented('/api/machines/{id}/unisolate', 'Machine.Isolate', 'unisolate-machine.md'),
  /** Allow only a fixed set of programs to run. */
  restrictCodeExecution: commented(
    '/api/machines/{id}/restrictCodeExecution',
    'Machine.RestrictExecution',
    'restrict-code-execution.md',
  ),
  /** Lift the program restriction. */
  unrestrictCodeExecution: commented(
    '/api/machines/{id}/unrestrictCodeExecution',
    'Machine.RestrictExecution',
    'unrestrict-code-execution.md',
  ),
  /** Start an antivirus scan. */
  runAntivirusScan: post('/api/machines/{id}/runAntiVirusScan', {
    any: ['Machine.Scan'],
    body: { Comment: 'needed', ScanType: 'needed' },
    doc: 'run-av-scan.md',
  }),
  /** Offboard the sensor. */
  offboardMachine: commented('/api/machines/{id}/offboard', 'Machine.Offboard', 'offboard-machine-api.md'),
  /** Collect a forensic package. */
  collectInvestigationPackage: commented(
    '/api/machines/{id}/collectInvestigationPackage',
    'Machine.CollectForensics',
    'collect-investigation-package.md',
  ),
  /** Short-lived download link of a forensic package. */
  getInvestigationPackageUri: get('/api/machineactions/{id}/getPackageUri', {
    any: ['Machine.Read.All', 'Machine.ReadWrite.All'],
    delegated: ['Machine.CollectForensics'],
    quota: { perMinute: 2, perHour: 120 },
    missing: 'none',
    doc: 'get-package-sas-uri.md',
  }),
  /** Stop a file and quarantine it on one device. */
  stopAndQuarantineFile: post('/api/machines/{id}/StopAndQuarantineFile', {
    any: ['Machine.StopAndQuarantine'],
    body: { Comment: 'needed', Sha1: 'needed' },
    doc: 'stop-and-quarantine-file.md',
    differs: 'the page’s read permissions beside it do not let a file be stopped',
  }),
  /** Run a list of live response commands. */
  runLiveResponse: post('/api/machines/{id}/runliveresponse', {
    any: ['Machine.LiveResponse'],
    quota: { perMinute: 10, perHour: null },
    body: { Commands: 'needed', Comment: 'optional' },
    doc: 'run-live-response.md',
  }),
  /** Download link of the result of one command. */
  getLiveResponseResultDownloadLink: get(
    '/api/machineactions/{id}/GetLiveResponseResultDownloadLink(index={commandIndex})',
    {
      any: ['Machine.Read.All', 'Machine.ReadWrite.All'],
      delegated: ['Machine.LiveResponse'],
      doc: 'get-live-response-result.md',
    },
  ),
  /** Cancel an action that has not ended: with the permission to begin one of its type. */
  cancelMachineAction: post('/api/machineactions/{id}/cancel', {
    any: [
      'Machine.Isolate',
      'Machine.Scan',
      'Machine.LiveResponse',
      'Machine.CollectForensics',
      'Machine.RestrictExecution',
      'Machine.StopAndQuarantine',
      'Machine.Offboard',
    ],
    body: { Comment: 'optional' },
    doc: 'cancel-machine-action.md',
  }),
});
