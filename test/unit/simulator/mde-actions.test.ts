import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { chunksOf } from '../../../src/simulator/http/streamed.ts';
import { createMde } from '../../../src/simulator/mde/product.ts';
import type { TenantWorld, WorldMachine } from '../../../src/simulator/world/types.ts';
import { app, type CallOptions, call, contoso, errorCode, later, record, rows } from './call.ts';

const files = new Map<string, Buffer>();
const mde = createMde({
  actionTimes: { pendingMs: 1_000, runningMs: 3_000, queueMs: 60_000 },
  links: {
    register(content, fileName, ttlSeconds) {
      const link = `/${fileName}?ttl=${ttlSeconds}`;
      files.set(link, Buffer.concat([...chunksOf(content)]));
      return link;
    },
  },
  linkOrigin: () => 'https://blob.localhost',
  runKql: () => ({ columns: [], rows: [] }),
});

let world: TenantWorld;
let windows: WorldMachine;
let linux: WorldMachine;
const machineLike = (fits: (machine: WorldMachine) => boolean): WorldMachine => {
  const machine = world.machines.find(
    (one) => one.onboardingStatus === 'Onboarded' && one.healthStatus === 'Active' && fits(one),
  );
  if (machine === undefined) throw new Error('The estate has no such machine');
  return machine;
};

beforeEach(() => {
  files.clear();
  world = contoso();
  windows = machineLike(({ osPlatform }) => osPlatform === 'Windows11');
  linux = machineLike(({ osPlatform }) => osPlatform === 'Linux');
});

const run = (id: string, options: CallOptions = {}) => call(mde, world, id, options);
const order = (id: string, machine: WorldMachine, body: unknown, now = later(0)) =>
  run(id, { params: { id: machine.id }, body, now });
const idOf = (response: { readonly body?: unknown }): string => String(record(response.body).id);
const statusAt = async (id: string, ms: number) =>
  record((await run('getMachineAction', { params: { id }, now: later(ms) })).body).status;

describe('an action lives through its states as time passes', () => {
  test.each([
    ['isolateMachine', { Comment: 'x', IsolationType: 'Full' }, 201],
    ['runAntivirusScan', { Comment: 'x', ScanType: 'Quick' }, 201],
    ['collectInvestigationPackage', { Comment: 'x' }, 201],
    ['restrictCodeExecution', { Comment: 'x' }, 201],
    ['stopAndQuarantineFile', { Comment: 'x', Sha1: 'ab'.repeat(20) }, 201],
    ['offboardMachine', { Comment: 'x' }, 200],
  ])('%s', async (id, body, status) => {
    const response = await order(id, windows, body);
    expect(response.status).toBe(status);
    expect(record(response.body)).toMatchObject({ status: 'Pending', requestorComment: 'x', machineId: windows.id });
    const action = idOf(response);
    expect(await statusAt(action, 999)).toBe('Pending');
    expect(await statusAt(action, 1_000)).toBe('InProgress');
    expect(await statusAt(action, 3_999)).toBe('InProgress');
    expect(await statusAt(action, 4_000)).toBe('Succeeded');
  });

  test.each([
    ['simulator:fail', 'Failed', 4_000],
    ['simulator:stuck', 'InProgress', 50_000_000],
    ['simulator:offline', 'Pending', 59_999],
    ['simulator:offline', 'TimeOut', 60_000],
  ])('the tag %s makes it %s', async (tag, expected, ms) => {
    windows.machineTags.push(tag);
    const action = idOf(await order('runAntivirusScan', windows, { Comment: 'x', ScanType: 'Quick' }));
    expect(await statusAt(action, ms)).toBe(expected);
  });

  test('the list names the time of the last update otherwise than the single read', async () => {
    const id = idOf(await order('isolateMachine', windows, { Comment: 'x' }));
    const listed = rows(await run('listMachineActions', { query: { $filter: `id eq '${id}'` }, now: later(4_000) }));
    expect(listed).toMatchObject([{ id, status: 'Succeeded', lastUpdateTimeUtc: '2026-11-22T10:00:04Z' }]);
    const single = record((await run('getMachineAction', { params: { id }, now: later(9_000) })).body);
    expect(single).toMatchObject({ lastUpdateDateTimeUtc: '2026-11-22T10:00:04Z' });
    expect('lastUpdateTimeUtc' in single).toBe(false);
  });

  test('cancelling works before the end, and needs the permission of the kind', async () => {
    const id = idOf(await order('isolateMachine', windows, { Comment: 'x' }));
    const options = { params: { id }, body: { Comment: 'mistake' }, now: later(2_000) };
    const scanner = { ...app, permissions: ['Machine.Scan'] };
    expect(errorCode(await run('cancelMachineAction', { ...options, principal: scanner }))).toBe('Forbidden');
    const cancelled = await run('cancelMachineAction', options);
    expect(record(cancelled.body)).toMatchObject({ status: 'Cancelled', cancellationComment: 'mistake' });
    expect(await statusAt(id, 90_000)).toBe('Cancelled');
    expect((await run('cancelMachineAction', options)).status).toBe(400);
  });
});

describe('an order that does not fit is refused', () => {
  test.each([
    ['a lower-case comment', 'isolateMachine', { comment: 'x' }, 'MissingRequiredParameter'],
    ['no comment', 'offboardMachine', {}, 'MissingRequiredParameter'],
    ['no body', 'isolateMachine', undefined, 'InvalidRequestBody'],
    ['an unknown isolation', 'isolateMachine', { Comment: 'x', IsolationType: 'Half' }, 'InvalidInput'],
    [
      'containing an onboarded machine',
      'isolateMachine',
      { Comment: 'x', IsolationType: 'UnManagedDevice' },
      'InvalidInput',
    ],
    ['a scan without a type', 'runAntivirusScan', { Comment: 'x' }, 'MissingRequiredParameter'],
    ['a hash that is none', 'stopAndQuarantineFile', { Comment: 'x', Sha1: 'abc' }, 'InvalidHashValue'],
    ['releasing a free machine', 'unisolateMachine', { Comment: 'x' }, 'InvalidInput'],
    ['no commands', 'runLiveResponse', { Comment: 'x' }, 'MissingRequiredParameter'],
    [
      'commands in the wrong order',
      'runLiveResponse',
      {
        Commands: [
          { type: 'GetFile', params: [{ key: 'Path', value: 'a' }] },
          { type: 'PutFile', params: [{ key: 'FileName', value: 'b' }] },
        ],
      },
      'InvalidInput',
    ],
    [
      'a command without its parameter',
      'runLiveResponse',
      { Commands: [{ type: 'RunScript', params: [] }] },
      'InvalidInput',
    ],
  ])('%s', async (_what, id, body, code) => {
    const response = await order(id, windows, body);
    expect(response.status).toBe(400);
    expect(errorCode(response)).toBe(code);
  });

  test('selective isolation of Linux, and anything on an unknown machine', async () => {
    const selective = await order('isolateMachine', linux, { Comment: 'x', IsolationType: 'Selective' });
    expect(errorCode(selective)).toBe('OsPlatformNotSupported');
    const unknown = await run('isolateMachine', { params: { id: 'f'.repeat(40) }, body: { Comment: 'x' } });
    expect(unknown.status).toBe(404);
  });

  test('a second action of the same kind while the first runs; a release once isolated', async () => {
    await order('isolateMachine', windows, { Comment: 'x' });
    const second = await order('isolateMachine', windows, { Comment: 'y' }, later(3_999));
    expect(errorCode(second)).toBe('ActiveRequestAlreadyExists');
    expect(JSON.stringify(second.body)).toContain('Action is already in progress');
    expect((await order('unisolateMachine', windows, { Comment: 'z' }, later(4_000))).status).toBe(201);
    expect((await order('unisolateMachine', windows, { Comment: 'z' }, later(9_000))).status).toBe(400);
  });
});

test('a machine without a sensor can be contained and released, and nothing else', async () => {
  const unmanaged = world.machines.find(({ onboardingStatus }) => onboardingStatus === 'CanBeOnboarded');
  if (unmanaged === undefined) throw new Error('The estate has no such machine');
  expect(errorCode(await order('isolateMachine', unmanaged, { Comment: 'x', IsolationType: 'Full' }))).toBe(
    'InvalidInput',
  );
  const contained = await order('isolateMachine', unmanaged, { Comment: 'x', IsolationType: 'UnManagedDevice' });
  expect(record(contained.body)).toMatchObject({ type: 'Isolate', scope: 'UnManagedDevice' });
  expect((await order('unisolateMachine', unmanaged, { Comment: 'x' }, later(9_000))).status).toBe(201);
});

describe('live response', () => {
  const session = (commands: readonly unknown[], machine = windows) =>
    order('runLiveResponse', machine, { Comment: 'x', Commands: commands });
  const command = (type: string, params: Record<string, string>) => ({
    type,
    params: Object.entries(params).map(([key, value]) => ({ key, value })),
  });
  const states = async (id: string, ms: number) => {
    const { commands } = record((await run('getMachineAction', { params: { id }, now: later(ms) })).body);
    return Array.isArray(commands) ? commands.map((one) => record(one).commandStatus) : [];
  };
  const download = async (id: string, commandIndex: string, ms: number) => {
    const response = await run('getLiveResponseResultDownloadLink', { params: { id, commandIndex }, now: later(ms) });
    const value = record(response.body).value;
    const link = String(value).replace('https://blob.localhost', '');
    return { status: response.status, link, content: files.get(link) ?? Buffer.alloc(0) };
  };

  test('runs commands one after another and keeps their results for half an hour', async () => {
    const id = idOf(
      await session([
        command('PutFile', { FileName: 'echo-args.ps1' }),
        command('RunScript', { ScriptName: 'echo-args.ps1', Args: '-Größe 2' }),
        command('GetFile', { Path: 'C:\\Windows\\Temp\\out.txt' }),
      ]),
    );
    expect(await states(id, 500)).toEqual(['Created', 'Created', 'Created']);
    expect(await states(id, 2_000)).toEqual(['Completed', 'Created', 'Created']);
    expect(await states(id, 4_000)).toEqual(['Completed', 'Completed', 'Completed']);
    expect(await statusAt(id, 4_000)).toBe('Succeeded');
    expect((await download(id, '0', 4_000)).status).toBe(404);
    const script = await download(id, '1', 4_000);
    expect(script.link).toBe('/echo-args.ps1.json?ttl=1800');
    expect(JSON.parse(script.content.toString('utf8'))).toMatchObject({
      script_name: 'echo-args.ps1',
      exit_code: 0,
      script_errors: '',
    });
    expect(script.content.toString('utf8')).toContain('-Größe 2');
    const file = await download(id, '2', 4_000);
    expect(file.link).toBe('/out.txt.gz?ttl=1800');
    expect(gunzipSync(file.content).toString('utf8')).toContain('out.txt');
  });

  test('a script that ends with an error is a completed command with its exit code', async () => {
    const id = idOf(await session([command('RunScript', { ScriptName: 'failing-script.ps1' })]));
    expect(await states(id, 4_000)).toEqual(['Completed']);
    const { content } = await download(id, '0', 4_000);
    expect(JSON.parse(content.toString('utf8'))).toMatchObject({ exit_code: 1, script_errors: 'no such key' });
  });

  test('a command that fails skips the rest', async () => {
    const id = idOf(
      await session([command('RunScript', { ScriptName: 'not-there.ps1' }), command('GetFile', { Path: 'C:\\a.txt' })]),
    );
    expect(await states(id, 90_000)).toEqual(['Failed', 'Created']);
    expect(await statusAt(id, 90_000)).toBe('Failed');
  });

  test('takes one session a machine', async () => {
    const ask = [command('GetFile', { Path: 'C:\\a.txt' })];
    await session(ask);
    expect(errorCode(await session(ask))).toBe('ActiveRequestAlreadyExists');
    expect((await session(ask, linux)).status).toBe(201);
  });
});

describe('investigation packages', () => {
  test('come as a link in quotes once collected', async () => {
    const id = idOf(await order('collectInvestigationPackage', windows, { Comment: 'x' }));
    expect((await run('getInvestigationPackageUri', { params: { id }, now: later(3_000) })).status).toBe(404);
    const { value } = record((await run('getInvestigationPackageUri', { params: { id }, now: later(4_000) })).body);
    expect(value).toBe('"https://blob.localhost/WDATP_Investigation_Package.zip?ttl=1800"');
    const content = files.get('/WDATP_Investigation_Package.zip?ttl=1800') ?? Buffer.alloc(0);
    expect(content.readUInt32LE(0)).toBe(0x04034b50);
    expect(content.readUInt32LE(content.length - 22)).toBe(0x06054b50);
  });
});
