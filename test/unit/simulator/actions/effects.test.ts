import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { record } from '../call.ts';
import { errorOf, idsOf, rowsOf } from '../oddities/live.ts';
import { valueAt } from '../small-simulator.ts';
import {
  actionTimes,
  createAlert,
  doneMs,
  form,
  type Live,
  library,
  merge,
  move,
  reference,
  startLive,
  tagMany,
} from './live.ts';

let live: Live;
beforeAll(async () => {
  live = await startLive();
});
afterAll(() => live.stop());
beforeEach(() => live.simulator.oddities.reset());

describe('what an action leaves behind', () => {
  test('a restriction can be lifted once it is in effect, and is in the list with who asked for it', async () => {
    const machine = live.fresh();
    const restricted = await live.order(machine, 'restrictCodeExecution', { Comment: 'because' });
    expect(errorOf(await live.order(machine, 'restrictCodeExecution'))).toMatchObject({
      code: 'ActiveRequestAlreadyExists',
      message: 'Action is already in progress',
    });
    live.pass(doneMs);
    expect((await live.order(machine, 'unrestrictCodeExecution')).status).toBe(201);
    const filter = encodeURIComponent(`machineId eq '${machine.id}' and type eq 'RestrictCodeExecution'`);
    expect(rowsOf(await live.ask('mde', `/api/machineactions?$filter=${filter}`))).toMatchObject([
      {
        id: valueAt(restricted.json, 'id'),
        status: 'Succeeded',
        requestorComment: 'because',
        requestSource: 'PublicApi',
      },
    ]);
  });

  test('a quarantined file shows in the evidence on its machine', async () => {
    const found = live.world.alerts
      .flatMap(({ id, evidence }) => evidence.map((one) => ({ id, one })))
      .find(
        ({ one }) =>
          one.type === 'file' &&
          one.file.publisher === null &&
          one.machine.osPlatform.startsWith('Windows') &&
          one.machine.onboardingStatus === 'Onboarded' &&
          one.machine.healthStatus === 'Active',
      );
    if (found?.one.type !== 'file') throw new Error('The estate has no such file');
    const { file, machine } = found.one;
    const sent = await live.order(machine, 'StopAndQuarantineFile', { Comment: 'x', Sha1: file.sha1.toUpperCase() });
    expect(record(sent.json)).toMatchObject({
      type: 'StopAndQuarantineFile',
      relatedFileInfo: { fileIdentifier: file.sha1, fileIdentifierType: 'Sha1' },
    });
    live.pass(doneMs);
    expect(await live.action(valueAt(sent.json, 'id'))).toMatchObject({ status: 'Succeeded' });
    const alert = record((await live.ask('graph', `/v1.0/security/alerts_v2/${found.id}`)).json);
    expect(alert.evidence).toContainEqual(
      expect.objectContaining({
        '@odata.type': '#microsoft.graph.security.fileEvidence',
        detectionStatus: 'prevented',
        remediationStatus: 'remediated',
      }),
    );
  });

  test('an offboarded machine says Onboarded and picks nothing up', async () => {
    const machine = live.fresh();
    const sent = await live.order(machine, 'offboard');
    expect(sent.status).toBe(200);
    live.pass(doneMs);
    await live.action(valueAt(sent.json, 'id'));
    const scan = await live.order(machine, 'runAntiVirusScan', { Comment: 'x', ScanType: 'Quick' });
    live.pass(doneMs);
    expect(await live.action(valueAt(scan.json, 'id'))).toMatchObject({ status: 'Pending' });
    live.pass(actionTimes.queueMs);
    expect(await live.action(valueAt(scan.json, 'id'))).toMatchObject({ status: 'TimeOut' });
    expect(record((await live.ask('mde', `/api/machines/${machine.id}`)).json).onboardingStatus).toBe('Onboarded');
  });

  test('tags and values', async () => {
    const machines = [live.fresh(), live.fresh()];
    const tagged = await live.post('mde', tagMany, {
      Value: 'seen',
      Action: 'Add',
      MachineIds: machines.map(({ id }) => id),
    });
    expect(idsOf(tagged)).toEqual(machines.map(({ id }) => id));
    await live.order(machines[0] ?? { id: '' }, 'tags', { Value: 'seen', Action: 'Remove' });
    expect(machines.map(({ machineTags }) => machineTags.includes('seen'))).toEqual([false, true]);
    const valued = await live.order(machines[1] ?? { id: '' }, 'setDeviceValue', { DeviceValue: 'High' });
    expect(record(valued.json).deviceValue).toBe('High');
  });

  test('a package of 50 MB comes in pieces over a signed link, for half an hour', async () => {
    live.simulator.oddities.set({ packageMegabytes: 50 });
    const sent = await live.order(live.fresh(), 'collectInvestigationPackage');
    const path = `/api/machineactions/${valueAt(sent.json, 'id')}/getPackageUri`;
    expect(errorOf(await live.ask('mde', path))).toMatchObject({ status: 404, code: 'ResourceNotFound' });
    live.pass(doneMs);
    const quoted = String(valueAt((await live.ask('mde', path)).json, 'value'));
    expect(quoted).toMatch(/^"https:.*"$/);
    const got = await live.download(quoted.slice(1, -1));
    expect(got).toMatchObject({ status: 200, bytes: got.announced });
    expect(got.bytes).toBeGreaterThan(50 * 1_048_576);
    expect([got.head.readUInt32LE(0), got.tail.readUInt32LE(0)]).toEqual([0x04034b50, 0x06054b50]);
    live.pass(1_800_000);
    expect((await live.download(quoted.slice(1, -1))).status).toBe(403);
  });

  test('an investigation is in the list of its machine, page by page, and ends by itself', async () => {
    const machine = live.fresh();
    const started = await live.order(machine, 'startInvestigation');
    expect(started.status).toBe(201);
    const filter = encodeURIComponent(`machineId eq '${machine.id}'`);
    const list = `/api/investigations?$filter=${filter}`;
    expect(rowsOf(await live.ask('mde', list))).toMatchObject([{ id: valueAt(started.json, 'id'), state: 'Running' }]);
    expect(rowsOf(await live.ask('mde', `${list}&$top=1&$skip=1`))).toEqual([]);
    live.pass(doneMs);
    expect(rowsOf(await live.ask('mde', list))).toMatchObject([{ state: 'Benign', triggeringAlertId: null }]);
    expect(errorOf(await live.ask('mde', "/api/investigations?$filter=endTime eq 'x'")).code).toBe('ODataError');
  });

  test('merged incidents are redirected, in both APIs, and their alerts are those of the survivor', async () => {
    const [target, other] = live.openIncidents();
    const alerts = live.world.alerts.filter(({ incidentId }) => incidentId === other?.id).map(({ id }) => id);
    const ids = [target?.id, other?.id];
    const body = { incidentIds: ids, incidentComment: 'one campaign', mergeReasons: 'sameCampaign, sameActor' };
    const merged = await live.post('graph', merge, body);
    expect(merged).toMatchObject({ status: 200, json: { targetIncidentId: target?.id } });
    const incident = async (id: unknown) =>
      record((await live.ask('graph', `/v1.0/security/incidents/${id}?$expand=alerts`)).json);
    expect(await incident(other?.id)).toMatchObject({
      status: 'redirected',
      redirectIncidentId: target?.id,
      alerts: [],
    });
    const survivor = await incident(target?.id);
    expect(survivor.comments).toContainEqual(expect.objectContaining({ comment: 'one campaign' }));
    expect(survivor.alerts).toEqual(expect.arrayContaining(alerts.map((id) => expect.objectContaining({ id }))));
    expect(record((await live.ask('m365d', `/api/incidents/${other?.id}`)).json)).toMatchObject({
      status: 'Redirected',
      redirectIncidentId: Number(target?.id),
    });
    expect(errorOf(await live.post('graph', merge, body))).toMatchObject({ status: 400, code: 'BadRequest' });
  });

  test.each([
    ['another incident', () => live.openIncidents()[2]?.id],
    ['a new one', () => null],
  ])('alerts are moved to %s', async (_where, incidentId) => {
    const alert = live.world.alerts.find(
      (one) => one.serviceSource === 'microsoftDefenderForEndpoint' && one.incidentId !== live.openIncidents()[2]?.id,
    );
    const known = new Set(live.world.incidents.map(({ id }) => id));
    const to = incidentId();
    const body = { alertIds: [alert?.id], incidentId: to, alertComment: 'belongs here' };
    const target = valueAt((await live.post('graph', move, body)).json, 'targetIncidentId');
    expect([target === to, known.has(String(target))]).toEqual(to === null ? [false, false] : [true, true]);
    expect(record((await live.ask('mde', `/api/alerts/${alert?.id}`)).json)).toMatchObject({
      incidentId: Number(target),
      comments: expect.arrayContaining([expect.objectContaining({ comment: 'belongs here' })]),
    });
  });

  test.each([false, true])('an alert on a row of hunting, numbers wide: %s', async (bigInts) => {
    live.simulator.oddities.set({ bigInts });
    const Query = 'DeviceProcessEvents | project DeviceId, ReportId, Timestamp | take 1';
    const hunted = await live.post('mde', '/api/advancedqueries/run', { Query });
    // A double would lose the digits of a wide number.
    const reportId = /"ReportId":(\d+)/.exec(hunted.text)?.[1];
    const [row] = rowsOf(hunted, 'Results');
    const body = reference(String(row?.DeviceId), {
      reportId,
      eventTime: row?.Timestamp,
      title: `wide: ${bigInts}`,
    });
    const created = record((await live.post('mde', createAlert, body)).json);
    expect(created).toMatchObject({
      title: `wide: ${bigInts}`,
      severity: 'Low',
      machineId: row?.DeviceId,
      status: 'New',
    });
    const investigation = await live.ask('mde', `/api/investigations/${String(created.id)}`);
    expect(record(investigation.json)).toMatchObject({ id: String(created.investigationId), state: 'Running' });
    const incident = await live.ask('graph', `/v1.0/security/incidents/${String(created.incidentId)}?$expand=alerts`);
    expect(rowsOf(incident, 'alerts')).toMatchObject([{ id: created.id }]);
    expect(record((await live.post('mde', createAlert, body)).json).id).toBe(created.id);
  });

  test('an upload of 20 MB is taken; one that overwrites keeps the time of the first', async () => {
    const first = await live.ask('mde', library, {
      method: 'POST',
      body: form('twenty.bin', 20 * 1_048_576),
    });
    expect(first.status).toBe(200);
    live.pass(60_000);
    const fields = {
      OverrideIfExists: 'true',
      HasParameters: 'true',
      ParametersDescription: '-Id',
      Description: 'small',
    };
    const second = await live.ask('mde', library, { method: 'POST', body: form('twenty.bin', 0, fields) });
    const listed = rowsOf(await live.ask('mde', library)).find(({ fileName }) => fileName === 'twenty.bin');
    expect(listed).toEqual({
      fileName: 'twenty.bin',
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      description: 'small',
      creationTime: valueAt(first.json, 'creationTime'),
      lastUpdatedTime: valueAt(second.json, 'lastUpdatedTime'),
      createdBy: expect.any(String),
      hasParameters: true,
      parametersDescription: '-Id',
    });
    expect(listed?.lastUpdatedTime).not.toBe(listed?.creationTime);
    expect((await live.ask('mde', '/api/libraryfiles/twenty.bin', { method: 'DELETE' })).status).toBe(204);
  });
});
