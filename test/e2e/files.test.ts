import { createHash } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { WorldMachine } from '../../src/simulator/world/types.ts';
import { type Running, startGatewayOn, startRunning } from '../support/gateway.ts';
import { keyHeader, keyRow } from '../support/keys.ts';
import { changedSettings } from '../support/settings.ts';

const servers = 'server-team';
let running: Running;
let settings = '';
beforeAll(async () => {
  running = await startRunning({
    settings: (offered) => {
      settings = changedSettings(offered, [
        [['access', 'roles'], { [servers]: { permissions: ['role:responder'], machineGroups: ['Servers'] } }],
        [
          ['access', 'apiKeys'],
          [
            keyRow('lead', { roles: ['admin'] }),
            keyRow('reader', { roles: ['reader'] }),
            keyRow(servers, { roles: ['reader', servers] }),
          ],
        ],
        [['access', 'anonymous'], 'none'],
        [['limits', 'fileHashBytes'], 41_000_000],
      ]);
      return settings;
    },
    simulator: { enforceQuotas: false },
  });
});
afterEach(() => running.simulator.faults.clear());
afterAll(() => running.stop());

const tenant = 'contoso';
const used = new Set<string>();

/** A machine of the servers' group, or of another, that no test has touched. */
const freshMachine = (inServers = false): WorldMachine => {
  const { machines, actions } = running.simulator.world(tenant);
  const machine = machines.find(
    (each) =>
      each.onboardingStatus === 'Onboarded' &&
      each.healthStatus === 'Active' &&
      // Live response does not exist on phones.
      /^(Windows|Linux|macOS)/.test(each.osPlatform) &&
      (each.rbacGroupName === 'Servers') === inServers &&
      !used.has(each.id) &&
      !actions.some((action) => action.machine === each),
  );
  if (machine === undefined) throw new Error('The estate has no fresh machine left');
  used.add(machine.id);
  return machine;
};

interface Started {
  readonly action: { readonly actionId: string; readonly commands: readonly { readonly file: unknown }[] };
}

/** A session of commands that has ended; its action's id. */
const session = async (
  commands: readonly Readonly<Record<string, string>>[],
  { machine = freshMachine(), waitSeconds = 60 } = {},
): Promise<string> => {
  const { data, errors } = await running.ask<{ runLiveResponse: { results: readonly Started[] } }>(
    `mutation ($input: RunLiveResponseInput!) { runLiveResponse(input: $input) { results { action { actionId } } } }`,
    { input: { tenant, machineIds: [machine.id], commands, comment: 'Files', waitSeconds } },
    keyHeader('lead'),
  );
  expect(errors).toEqual([]);
  return data.runLiveResponse.results[0]?.action.actionId ?? '';
};
const getFile = (path: string) => ({ type: 'GET_FILE', path });

const fetchFile = (path: string, caller: string | null = 'lead', init: RequestInit = {}): Promise<Response> =>
  fetch(`${running.gateway.url}/files/${path}`, { headers: caller === null ? {} : keyHeader(caller), ...init });

const errorBody = z.object({
  errors: z.tuple([z.object({ message: z.string(), extensions: z.object({ code: z.string() }) })]),
});
const refusal = async (answer: Response) => {
  const [{ message, extensions }] = errorBody.parse(await answer.json()).errors;
  return { status: answer.status, code: extensions.code, message };
};

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The file as `node:http` reads it, which shows trailers. */
const read = (path: string, onChunk: (chunk: Buffer) => void = () => {}): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(`${running.gateway.url}/files/${path}`, { headers: keyHeader('lead') }, (answer) => {
      answer
        .on('data', onChunk)
        .on('error', reject)
        .on('end', () => resolve(answer));
    }).on('error', reject);
  });

/** What the graph says of the first command's file. */
const fileOf = async (actionId: string, fields: string) => {
  const { data, errors } = await running.ask<{
    machineAction: { commands: readonly { file: Record<string, unknown> | null }[] };
  }>(
    `query ($tenant: String!, $actionId: ID!) { machineAction(tenant: $tenant, actionId: $actionId) { commands { file { ${fields} } } } }`,
    { tenant, actionId },
    keyHeader('lead'),
  );
  return { file: data.machineAction.commands[0]?.file ?? null, errors };
};

describe('X1: a file of live response at /files', () => {
  test('comes packed, under its name, not to be shown or kept on the way', async () => {
    const actionId = await session([getFile('C:\\Users\\Zoë\\"report".txt')]);
    const answer = await fetchFile(`${tenant}/${actionId}/0`);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="_report_.txt.gz"',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect(gunzipSync(Buffer.from(await answer.arrayBuffer())).toString()).toContain('Content of C:\\Users\\Zoë');
  });

  test('comes as it was on the machine with unpack=gzip', async () => {
    const actionId = await session([getFile('C:\\Temp\\Größe.log')]);
    const answer = await fetchFile(`${tenant}/${actionId}/0?unpack=gzip`);
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="Gr__e.log"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.log`,
    );
    expect(await answer.text()).toContain('Content of C:\\Temp\\Größe.log');
  });

  test('the report of a script too', async () => {
    const actionId = await session([{ type: 'RUN_SCRIPT', scriptName: 'echo-args.ps1', args: 'hello' }]);
    const answer = await fetchFile(`${tenant}/${actionId}/0`);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="echo-args.ps1.json"');
    expect(await answer.json()).toMatchObject({ exit_code: 0 });
  });

  test('40 MB pass without being held: their hash is in the trailers, and in the graph', async () => {
    const bytes = 40_000_000;
    const actionId = await session([getFile(`C:\\Dumps\\bytes-${bytes}.bin`)]);
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const held = (): number => {
      collect();
      const { external, arrayBuffers, heapUsed } = process.memoryUsage();
      return external + arrayBuffers + heapUsed;
    };
    // Storage itself, which is in this process, holds the file, and what TLS made of it.
    const before = held();
    let most = 0;
    let size = 0;
    let looked = 0;
    const hash = createHash('sha256');
    const answer = await read(`${tenant}/${actionId}/0`, (chunk) => {
      hash.update(chunk);
      size += chunk.length;
      if (size - looked < 4_000_000) return;
      looked = size;
      most = Math.max(most, held() - before);
    });
    const digest = hash.digest();
    expect(size).toBeGreaterThan(bytes);
    expect(most).toBeLessThan(32_000_000);
    expect(answer.trailers).toEqual({
      'content-digest': `sha-256=:${digest.toString('base64')}:`,
      'x-file-size': String(size),
    });
    expect(await fileOf(actionId, 'size sha256 contentBase64 fileName url')).toEqual({
      errors: [],
      file: {
        size,
        sha256: digest.toString('hex'),
        contentBase64: null,
        fileName: `bytes-${bytes}.bin`,
        url: `/files/${tenant}/${actionId}/0`,
      },
    });
  });

  test('a file that swells out of all proportion is cut off when it is unpacked', async () => {
    const actionId = await session([getFile('C:\\Dumps\\zeros-40000000.bin')]);
    await expect(read(`${tenant}/${actionId}/0?unpack=gzip`)).rejects.toThrow('aborted');
    const packed = await fetchFile(`${tenant}/${actionId}/0`);
    expect(gunzipSync(Buffer.from(await packed.arrayBuffer()))).toHaveLength(40_000_000);
  });

  test('a file that breaks off at storage breaks off for the caller', async () => {
    const actionId = await session([getFile('C:\\Dumps\\bytes-200000.bin')]);
    running.simulator.faults.add({ product: 'blob', times: 1, effect: { kind: 'truncated' } });
    await expect(read(`${tenant}/${actionId}/0`)).rejects.toThrow('aborted');
  });

  test.each([
    ['is busy', { kind: 'status', status: 503 }],
    ['is not reached', { kind: 'reset' }],
  ] as const)('storage that %s is asked once more', async (_name, effect) => {
    const actionId = await session([getFile('C:\\Temp\\a.txt')]);
    running.simulator.calls.reset();
    running.simulator.faults.add({ product: 'blob', times: 1, effect });
    expect((await fetchFile(`${tenant}/${actionId}/0`)).status).toBe(200);
    expect(running.simulator.calls.count({ product: 'blob' })).toBe(2);
  });

  test('a file that storage has no more is not found', async () => {
    const actionId = await session([getFile('C:\\Temp\\a.txt')]);
    running.simulator.faults.add({ product: 'blob', times: 2, effect: { kind: 'status', status: 404 } });
    expect(await refusal(await fetchFile(`${tenant}/${actionId}/0`))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  test('the link is made anew for each download, and stands in no answer', async () => {
    const actionId = await session([getFile('C:\\Temp\\a.txt')]);
    running.simulator.calls.reset();
    await (await fetchFile(`${tenant}/${actionId}/0`)).arrayBuffer();
    running.simulator.faults.add({ product: 'blob', times: 1, effect: { kind: 'status', status: 403 } });
    const refused = await fetchFile(`${tenant}/${actionId}/0`);
    const text = await refused.text();
    expect(refused.status).toBe(503);
    expect(text).toContain('UPSTREAM_UNAVAILABLE');
    expect(text).not.toMatch(/sig=|blob\.core|localhost/);
    expect(running.simulator.calls.count({ operation: 'getLiveResponseResultDownloadLink' })).toBe(2);
  });
});

describe('X1: who may not have a file, or not yet, is told so with a status', () => {
  let ready = '';
  beforeAll(async () => {
    ready = await session([getFile('C:\\Temp\\a.txt')]);
  });

  test.each([
    ['without a credential', null, '', 401, 'UNAUTHENTICATED'],
    ['without the permission', 'reader', '', 403, 'FORBIDDEN'],
    ['of a machine outside the role', servers, '', 404, 'NOT_FOUND'],
    ['of a command that there is not', 'lead', '7', 404, 'NOT_FOUND'],
    ['of what is no command', 'lead', '-1', 404, 'NOT_FOUND'],
    ['of an action that collected no package', 'lead', 'package', 404, 'NOT_FOUND'],
    ['unpacked as it is not packed', 'lead', '0?unpack=zip', 400, 'BAD_USER_INPUT'],
    ['unpacked in two ways', 'lead', '0?unpack=gzip&unpack=gzip', 400, 'BAD_USER_INPUT'],
  ])('%s', async (_name, caller, part, status, code) => {
    expect(await refusal(await fetchFile(`${tenant}/${ready}/${part || '0'}`, caller))).toMatchObject({
      status,
      code,
    });
  });

  test.each([
    ['an unknown tenant', 'nowhere/00000000-0000-4000-8000-000000000000/0', 404, 'NOT_FOUND'],
    ['an unknown action', 'contoso/00000000-0000-4000-8000-000000000000/0', 404, 'NOT_FOUND'],
    ['a malformed id', 'contoso/x/0', 400, 'BAD_USER_INPUT'],
    ['a path that climbs', 'contoso/..%2f..%2fx/0', 400, 'BAD_USER_INPUT'],
  ])('%s', async (_name, path, status, code) => {
    expect(await refusal(await fetchFile(path))).toMatchObject({ status, code });
  });

  test('a role that is limited to machines has the files of those', async () => {
    const actionId = await session([getFile('C:\\Temp\\a.txt')], { machine: freshMachine(true) });
    expect((await fetchFile(`${tenant}/${actionId}/0`, servers)).status).toBe(200);
  });

  test('a session that runs has no file yet, and one that failed never', async () => {
    const machine = freshMachine();
    machine.machineTags.push('simulator:stuck');
    const runs = await session([getFile('C:\\Temp\\a.txt')], { machine, waitSeconds: 0 });
    expect(await refusal(await fetchFile(`${tenant}/${runs}/0`))).toMatchObject({ status: 409, code: 'CONFLICT' });
    const failed = await session([getFile('C:\\missing.txt')]);
    expect(await refusal(await fetchFile(`${tenant}/${failed}/0`))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  test('a file is asked for with GET', async () => {
    expect((await fetchFile(`${tenant}/${ready}/0`, 'lead', { method: 'HEAD' })).status).toBe(400);
    expect((await fetchFile(`${tenant}/${ready}/0`, 'lead', { method: 'POST' })).status).toBe(404);
  });
});

test('X1: who took which file is in the audit log, before its first byte and at its end', async () => {
  const machine = freshMachine();
  const actionId = await session([getFile('C:\\Temp\\a.txt')], { machine });
  const audited = (target: string) => async () => {
    const { data } = await running.ask<{ auditLog: { nodes: readonly unknown[] } }>(
      `query ($target: String) { auditLog(first: 10, filter: { mutation: ["downloadFile"], target: $target }) { nodes { outcome callerName actionId input } } }`,
      { target },
      keyHeader('lead'),
    );
    return data.auditLog.nodes;
  };
  const expected = [
    { outcome: 'DONE', callerName: 'lead', actionId },
    { outcome: 'INTENDED', callerName: 'lead', input: { actionId, command: 0, path: 'C:\\Temp\\a.txt' } },
  ];
  await (await fetchFile(`${tenant}/${actionId}/0`)).arrayBuffer();
  await expect.poll(audited(machine.id)).toMatchObject(expected);
  await fileOf(actionId, 'size sha256');
  expect(await audited(actionId)()).toEqual([]);
  await fileOf(actionId, 'contentBase64');
  expect(await audited(actionId)()).toMatchObject(expected);
});

describe('X1: an investigation package', () => {
  test('is streamed as the archive that it is', async () => {
    const world = running.simulator.world(tenant);
    const template = world.actions[0];
    const machine = freshMachine();
    if (template === undefined) throw new Error('The estate has no action');
    const id = '11111111-2222-4333-8444-555555555555';
    world.actions.push({
      ...template,
      id,
      machine,
      type: 'CollectInvestigationPackage',
      status: 'Succeeded',
      commands: null,
    });
    const answer = await fetchFile(`${tenant}/${id}/package`);
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="investigation-package-${machine.computerDnsName}.zip"`,
    );
    expect(
      Buffer.from(await answer.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
    expect(await refusal(await fetchFile(`${tenant}/${id}/package`, servers))).toMatchObject({ status: 404 });
    expect(await refusal(await fetchFile(`${tenant}/${id}/package?unpack=zip`))).toMatchObject({ status: 400 });
  });
});

describe('X1: the file of the graph', () => {
  test('its name and address cost no call, its size no memory of it', async () => {
    const actionId = await session([getFile('C:\\Temp\\a.txt')]);
    running.simulator.calls.reset();
    await fileOf(actionId, 'fileName url');
    expect(running.simulator.calls.count({ product: 'blob' })).toBe(0);
    const { file } = await fileOf(actionId, 'size sha256 contentBase64');
    expect(running.simulator.calls.count({ product: 'blob' })).toBe(1);
    const bytes = Buffer.from(String(file?.contentBase64), 'base64');
    expect(file).toMatchObject({ size: bytes.length, sha256: sha256(bytes) });
  });

  test('one that is above the limit is not read through, and told where it is', async () => {
    const actionId = await session([getFile('C:\\Dumps\\bytes-42000000.bin')]);
    const { file, errors } = await fileOf(actionId, 'size');
    expect(file).toBeNull();
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining(`limits.fileHashBytes): download it from /files/${tenant}/${actionId}/0`),
        extensions: { code: 'QUERY_TOO_EXPENSIVE' },
      },
    ]);
    expect((await fileOf(actionId, 'url')).file).toEqual({ url: `/files/${tenant}/${actionId}/0` });
  });

  test('X4: of a machine outside the role it is refused', async () => {
    const actionId = await session([getFile('C:\\Temp\\a.txt')]);
    const { data, errors } = await running.ask<{ machineAction: { commands: readonly unknown[] } }>(
      `query ($tenant: String!, $actionId: ID!) { machineAction(tenant: $tenant, actionId: $actionId) { commands { file { contentBase64 } script { output } } } }`,
      { tenant, actionId },
      keyHeader(servers),
    );
    expect(JSON.stringify(data)).not.toContain('contentBase64":"');
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
});

test('X1, X6: a gateway that stops does not wait for a caller who takes nothing', async () => {
  const actionId = await session([getFile('C:\\Dumps\\bytes-30000000.bin')]);
  const stopping = await startGatewayOn(running.simulator, settings);
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${stopping.url}/files/${tenant}/${actionId}/0`, { headers: keyHeader('lead') }, resolve).on('error', reject);
  });
  const cut = new Promise((resolve) => answer.once('error', resolve));
  await stopping.stop(50);
  answer.resume();
  expect(await cut).toMatchObject({ message: 'aborted' });
});
