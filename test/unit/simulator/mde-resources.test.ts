import { beforeEach, describe, expect, test } from 'vitest';
import { KqlFault } from '../../../src/simulator/kql/fault.ts';
import { createMde } from '../../../src/simulator/mde/product.ts';
import type { TenantWorld } from '../../../src/simulator/world/types.ts';
import { app, type CallOptions, call, contoso, errorCode, later, record, rows } from './call.ts';

const mde = createMde({
  actionTimes: { pendingMs: 1_000, runningMs: 3_000, queueMs: 60_000 },
  links: { register: () => '/x' },
  linkOrigin: () => 'https://blob.localhost',
  pageSize: 20,
  runKql: (_world, kql) => {
    if (kql.includes('nonsense')) throw new KqlFault('A recognition error occurred in the query.');
    return {
      columns: [
        { name: 'Timestamp', type: 'datetime' },
        { name: 'Count', type: 'long' },
      ],
      rows: [{ Timestamp: null, Count: 1 }],
    };
  },
});

let world: TenantWorld;
beforeEach(() => {
  world = contoso();
});
const run = (id: string, options: CallOptions = {}) => call(mde, world, id, options);
const endpointAlerts = () =>
  world.alerts.filter(({ serviceSource }) => serviceSource === 'microsoftDefenderForEndpoint');
const firstOf = <T>(list: readonly T[]): T => {
  const first = list[0];
  if (first === undefined) throw new Error('The list is empty');
  return first;
};

describe('alerts', () => {
  test('lists carry evidence only when it is expanded; the single read always does', async () => {
    const plain = rows(await run('listAlerts', { query: { $top: '5' } }));
    expect(plain.map(({ evidence }) => evidence)).toEqual([[], [], [], [], []]);
    const expanded = rows(await run('listAlerts', { query: { $top: '1', $expand: 'evidence' } }));
    expect(expanded[0]?.evidence).not.toEqual([]);
    const single = record((await run('getAlert', { params: { id: String(plain[0]?.id) } })).body);
    expect(single.evidence).not.toEqual([]);
  });

  test('pages by $skip without a next link, and a smaller page size cuts an answer without $top', async () => {
    const whole = await run('listAlerts', { query: { $top: '1000' } });
    expect(rows(whole)).toHaveLength(endpointAlerts().length);
    expect(rows(await run('listAlerts'))).toHaveLength(20);
    expect(record(whole.body)).not.toHaveProperty('@odata.nextLink');
    expect(rows(await run('listAlerts', { query: { $skip: '5000' } }))).toEqual([]);
  });

  test.each([
    ["machineId eq 'x'"],
    ["severity eq 'Enormous'"],
    [Array.from({ length: 21 }, () => "id eq 'x'").join(' or ')],
  ])('refuses the filter %s with ODataError', async ($filter) => {
    expect(errorCode(await run('listAlerts', { query: { $filter } }))).toBe('ODataError');
  });

  test('an update changes alert and incident, and takes every spelling of a determination', async () => {
    const alert = firstOf(endpointAlerts());
    const response = await run('updateAlert', {
      params: { id: alert.id },
      body: {
        status: 'Resolved',
        classification: 'TruePositive',
        determination: 'CompromisedAccount',
        comment: 'größer',
        assignedTo: 'a@b.c',
      },
      now: later(5_000),
    });
    expect(record(response.body)).toMatchObject({
      status: 'Resolved',
      determination: 'CompromisedUser',
      resolvedTime: '2026-11-22T10:00:05Z',
      assignedTo: 'a@b.c',
    });
    expect(alert.comments.at(-1)).toEqual({ text: 'größer', author: app.clientId, at: '2026-11-22T10:00:05Z' });
    expect(world.incidents.find(({ id }) => id === alert.incidentId)?.updatedAt).toBe('2026-11-22T10:00:05Z');
  });

  test.each([
    ['nothing', {}, 'InvalidRequestBody'],
    ['a capital key', { Status: 'Resolved' }, 'InvalidRequestBody'],
    ['an unknown status', { status: 'Done' }, 'InvalidInput'],
    ['an unknown determination', { determination: 'Bad' }, 'InvalidInput'],
  ])('refuses an update with %s', async (_what, body, code) => {
    const alert = firstOf(endpointAlerts());
    const before = JSON.stringify(alert);
    expect(errorCode(await run('updateAlert', { params: { id: alert.id }, body }))).toBe(code);
    expect(JSON.stringify(alert)).toBe(before);
  });

  test('a batch answers an empty 200, and changes nothing when one id is unknown', async () => {
    const ids = endpointAlerts()
      .slice(0, 3)
      .map(({ id }) => id);
    const refused = await run('batchUpdateAlerts', {
      body: { alertIds: [...ids, 'da1_1'], status: 'InProgress', comment: 'c' },
    });
    expect(refused.status).toBe(404);
    expect(endpointAlerts()[0]?.comments.at(-1)?.text).not.toBe('c');
    const response = await run('batchUpdateAlerts', { body: { alertIds: ids, status: 'InProgress', comment: 'c' } });
    expect(response).toEqual({ status: 200 });
    expect(endpointAlerts()[0]).toMatchObject({ status: 'inProgress' });
  });
});

describe('machines', () => {
  test('are found by id and by name; an empty list is a 404', async () => {
    const machine = firstOf(world.machines);
    for (const id of [machine.id, machine.computerDnsName.toUpperCase()]) {
      expect(record((await run('getMachine', { params: { id } })).body).id).toBe(machine.id);
    }
    const none = await run('listMachines', { query: { $filter: "computerDnsName eq 'nobody'" } });
    expect([none.status, errorCode(none)]).toEqual([404, 'ResourceNotFound']);
  });

  test('in and or fetch the same machines', async () => {
    const ids = world.machines.slice(0, 3).map(({ id }) => id);
    const list = async ($filter: string) => rows(await run('listMachines', { query: { $filter } })).map(({ id }) => id);
    expect(await list(`id in (${ids.map((id) => `"${id}"`).join(',')})`)).toEqual(ids);
    expect(await list(ids.map((id) => `id eq '${id}'`).join(' or '))).toEqual(ids);
  });

  test('only the selected properties come back', async () => {
    const [row] = rows(await run('listMachines', { query: { $select: 'id,riskScore', $top: '1' } }));
    expect(Object.keys(row ?? {})).toEqual(['id', 'riskScore']);
  });

  test('tags are added, removed, replaced and searched', async () => {
    const [one, two] = world.machines;
    const ids = [one?.id, two?.id];
    const body = { Value: 'Prüfung', Action: 'Add', MachineIds: ids };
    expect(rows(await run('addOrRemoveTagForMultipleMachines', { body }))).toHaveLength(2);
    const search = async (tag: string, useStartsWithFilter: string) =>
      rows(await run('findMachinesByTag', { query: { tag, useStartsWithFilter } })).map(({ id }) => id);
    expect(await search('Prüfung', 'false')).toEqual(ids);
    expect(await search('Prü', 'true')).toEqual(ids);
    expect(await search('Prü', 'false')).toEqual([]);
    const remove = { params: { id: String(one?.id) }, body: { Value: 'Prüfung', Action: 'Remove' } };
    await run('addOrRemoveMachineTags', remove);
    expect(await search('Prüfung', 'false')).toEqual([two?.id]);
    await run('updateMachine', { params: { id: String(two?.id) }, body: { machineTags: ['a'], deviceValue: 'High' } });
    expect(two).toMatchObject({ machineTags: ['a'], deviceValue: 'High' });
    const lower = await run('addOrRemoveMachineTags', { ...remove, body: { value: 'a', action: 'Add' } });
    expect(errorCode(lower)).toBe('MissingRequiredParameter');
    const many = Array.from({ length: 501 }, () => 'x');
    const tooMany = await run('addOrRemoveTagForMultipleMachines', { body: { ...body, MachineIds: many } });
    expect(errorCode(tooMany)).toBe('MaximumBatchSizeExceeded');
  });

  test('the count of alerts is a bare number', async () => {
    const machine = firstOf(endpointAlerts().flatMap((alert) => alert.machine ?? []));
    const response = await run('countMachineAlerts', { params: { id: machine.id } });
    expect(response.body).toBe(endpointAlerts().filter((alert) => alert.machine === machine).length);
  });

  test.each([
    ['10.20.0.1', '2026-11-22T09:00:00Z', 200],
    ['10.20.0.1', '2026-09-01T09:00:00Z', 400],
    ['10.20.0', '2026-11-22T09:00:00Z', 400],
  ])('finding by the address %s at %s answers %d', async (ip, timestamp, status) => {
    expect((await run('findMachinesByIp', { params: { ip, timestamp } })).status).toBe(status);
  });
});

describe('indicators', () => {
  const block = {
    indicatorType: 'DomainName',
    indicatorValue: 'bad.example',
    action: 'Block',
    title: 't',
    description: 'd',
  };

  test('the same value and type is updated, not doubled', async () => {
    const count = world.indicators.length;
    const first = record((await run('submitIndicator', { body: block })).body);
    const second = record((await run('submitIndicator', { body: { ...block, title: 'new' } })).body);
    expect(second).toMatchObject({ id: first.id, title: 'new' });
    expect(world.indicators).toHaveLength(count + 1);
  });

  test.each([
    [{ indicatorType: 'FileSha1', indicatorValue: 'xyz' }, 'InvalidHashValue'],
    [{ indicatorType: 'IpAddress', indicatorValue: '10.0.0.0/8' }, 'InvalidIpAddress'],
    [{ indicatorType: 'DomainName', indicatorValue: 'nodots' }, 'InvalidDomainName'],
    [{ indicatorType: 'Url', indicatorValue: 'http://' }, 'InvalidUrl'],
    [{ action: 'Audit' }, 'InvalidInput'],
    [{ title: '' }, 'MissingRequiredParameter'],
  ])('%j is refused as %s', async (change, code) => {
    expect(errorCode(await run('submitIndicator', { body: { ...block, ...change } }))).toBe(code);
  });

  test('an import tells of each row', async () => {
    const body = { Indicators: [block, { ...block, indicatorType: 'IpAddress' }] };
    const result = rows(await run('importIndicators', { body }));
    expect(result.map(({ isFailed }) => isFailed)).toEqual([false, true]);
  });

  test('an application without .All sees and deletes its own alone', async () => {
    const own = { ...app, permissions: ['Ti.ReadWrite'] };
    const id = String(record((await run('submitIndicator', { body: block, principal: own })).body).id);
    expect(rows(await run('listIndicators', { principal: own })).map((row) => row.id)).toEqual([id]);
    const foreign = String(world.indicators[0]?.id);
    const both = { body: { IndicatorIds: [id, foreign] }, principal: own };
    expect((await run('batchDeleteIndicators', both)).status).toBe(404);
    expect((await run('deleteIndicator', { params: { id }, principal: own })).status).toBe(204);
    expect(rows(await run('listIndicators', { principal: own }))).toEqual([]);
  });
});

describe('the library', () => {
  const boundary = '----b1';
  const form = (
    fileName: string,
    fields: Readonly<Record<string, string>>,
    content = 'Write-Output "ok"\r\n--x\r\n',
  ): CallOptions => {
    const head = (disposition: string) => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`;
    const plain = Object.entries(fields).map(([name, value]) => `${head(`name="${name}"`)}${value}\r\n`);
    const file = `${head(`name="File"; filename="${fileName}"`)}${content}\r\n`;
    return {
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: Buffer.from(`${plain.join('')}${file}--${boundary}--\r\n`, 'utf8'),
    };
  };

  test('takes an upload byte for byte and gives it back in the list', async () => {
    const response = await run(
      'uploadLibraryFile',
      form('prüfen.ps1', { Description: 'für Tests', HasParameters: 'true' }),
    );
    expect(record(response.body)).toMatchObject({
      fileName: 'prüfen.ps1',
      description: 'für Tests',
      hasParameters: true,
    });
    expect(world.libraryFiles.get('prüfen.ps1')?.content.toString()).toBe('Write-Output "ok"\r\n--x\r\n');
    expect(rows(await run('listLibraryFiles')).some(({ fileName }) => fileName === 'prüfen.ps1')).toBe(true);
  });

  test('replaces a file only when told so, and deletes it once', async () => {
    await run('uploadLibraryFile', form('a.ps1', {}));
    expect((await run('uploadLibraryFile', form('a.ps1', {}))).status).toBe(400);
    expect((await run('uploadLibraryFile', form('a.ps1', { OverrideIfExists: 'true' }))).status).toBe(200);
    expect((await run('deleteLibraryFile', { params: { fileName: 'a.ps1' } })).status).toBe(204);
    expect((await run('deleteLibraryFile', { params: { fileName: 'a.ps1' } })).status).toBe(404);
    expect(errorCode(await run('uploadLibraryFile', { body: { File: 'x' } }))).toBe('InvalidRequestBody');
  });
});

describe('investigations', () => {
  test('are read by their id and by the alert that began them; a started one ends by itself', async () => {
    const known = firstOf(world.investigations);
    for (const id of [String(known.id), String(known.triggeringAlertId)]) {
      expect(record((await run('getInvestigation', { params: { id } })).body).id).toBe(String(known.id));
    }
    const order = { params: { id: known.machine.id }, body: { Comment: 'x' } };
    const started = await run('startInvestigation', order);
    expect(started.status).toBe(201);
    expect(errorCode(await run('startInvestigation', order))).toBe('ActiveRequestAlreadyExists');
    const id = String(record(started.body).id);
    const ended = await run('getInvestigation', { params: { id }, now: later(4_000) });
    expect(record(ended.body)).toMatchObject({ state: 'Benign', endTime: '2026-11-22T10:00:04Z' });
  });
});

describe('hunting', () => {
  const hunt = (Query: string) => run('runAdvancedQuery', { body: { Query } });

  test('answers Schema and Results with .NET type names', async () => {
    expect((await hunt('DeviceInfo | count')).body).toEqual({
      Schema: [
        { Name: 'Timestamp', Type: 'DateTime' },
        { Name: 'Count', Type: 'Int64' },
      ],
      Results: [{ Timestamp: null, Count: 1 }],
    });
  });

  test.each([
    ['a table of mail', 'EmailEvents | take 1', 400],
    ['a table of identity inside a join', 'DeviceInfo | join (IdentityInfo) on DeviceId', 400],
    ['the name of a table in a text', 'DeviceInfo | where DeviceName == "EmailEvents"', 200],
    ['the name of a table in a comment', 'DeviceInfo // not EmailEvents', 200],
    ['a mistake', 'nonsense', 400],
  ])('%s answers %3$d', async (_what, query, status) => {
    expect((await hunt(query)).status).toBe(status);
  });
});

describe('what is known of files, domains, addresses and users', () => {
  test.each([
    ['listDomainAlerts', { domain: 'nobody.example' }, 200],
    ['listDomainAlerts', { domain: 'nodots' }, 400],
    ['listDomainMachines', { domain: 'https://nobody.example' }, 400],
    ['getDomainStatistics', { domain: '192.0.2.1' }, 400],
    ['getDomainStatistics', { domain: 'nobody.example.' }, 400],
    ['getDomainStatistics', { domain: 'nobody.example' }, 200],
    ['getIpStatistics', { ip: '198.51.100.250' }, 200],
    ['getIpStatistics', { ip: '10.209.67.177' }, 200],
    ['listIpAlerts', { ip: '1.2.3' }, 400],
    ['listIpAlerts', { ip: 'fe80::1%eth0' }, 400],
    ['listIpAlerts', { ip: '10.0.0.0/8' }, 400],
    ['listUserAlerts', { userName: 'nobody' }, 200],
    ['getFile', { hash: 'ab'.repeat(20) }, 404],
    ['getFile', { hash: 'abc' }, 400],
    ['listFileAlerts', { sha1: 'ab'.repeat(20) }, 200],
    ['listFileAlerts', { sha1: 'ab'.repeat(32) }, 400],
    ['getFileStatistics', { hash: 'ab'.repeat(20) }, 404],
  ])('%s of %j answers %d', async (id, params, status) => {
    expect((await run(id, { params })).status).toBe(status);
  });

  test.each(['0', '-1', '721', 'all'])('a look-back of %s hours is refused', async (lookBackHours) => {
    const answer = await run('getDomainStatistics', { params: { domain: 'nobody.example' }, query: { lookBackHours } });
    expect(errorCode(answer)).toBe('InvalidInput');
  });

  test('a user goes by the bare name of the account, not by the principal name', async () => {
    const user = firstOf(firstOf(world.machines.filter(({ logonUsers }) => logonUsers.length > 0)).logonUsers);
    const machinesOf = async (userName: string) => rows(await run('listUserMachines', { params: { userName } }));
    expect(await machinesOf(user.accountName)).not.toEqual([]);
    expect(await machinesOf(user.userPrincipalName)).toEqual([]);
    expect(await machinesOf(`${user.domainName}\\${user.accountName}`)).toEqual([]);
  });

  test('one file leads to its alerts and machines', async () => {
    const alert = firstOf(endpointAlerts().filter(({ threatFamilyName }) => threatFamilyName === 'BlackPine'));
    const file = firstOf(alert.evidence.flatMap((one) => (one.type === 'file' ? [one.file] : [])));
    const known = record((await run('getFile', { params: { hash: file.sha256 } })).body);
    expect(known).toMatchObject({ sha1: file.sha1, determinationValue: 'Ransom:Win32/BlackPine.A' });
    expect(rows(await run('listFileMachines', { params: { sha1: file.sha1 } }))).toHaveLength(3);
  });
});
