import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { demoTenants } from '../../src/simulator/index.ts';
import type { WorldMachine } from '../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../support/gateway.ts';

let running: Running;

/** A key for one role alone: the demo's anonymous caller may do everything. */
const scannerKey = 'scanner-key-for-tests';
const access = `access:
  anonymous: admin
  roles: { scanner: ['tenant:read', 'machine:read', 'machine:scan', 'action:read', 'action:cancel'] }
  apiKeys: [{ name: scanner, sha256: ${createHash('sha256').update(scannerKey).digest('hex')}, roles: [scanner] }]`;

beforeAll(async () => {
  running = await startRunning({
    settings: (offered) => offered.replace('access: { anonymous: admin }', access),
    simulator: {
      tenants: demoTenants.map((tenant) => (tenant.name === 'contoso' ? { ...tenant, scale: 2 } : tenant)),
      // More sessions in a minute than Defender allows a tenant, for the tests are many.
      enforceQuotas: false,
    },
  });
});
afterEach(() => running.simulator.faults.clear());
afterAll(() => running.stop());

const used = new Set<string>();

/** A Windows machine that no test has touched. */
const freshMachine = (platform = 'Windows'): WorldMachine => {
  const { machines, actions } = running.simulator.world('contoso');
  const machine = machines.find(
    (candidate) =>
      candidate.onboardingStatus === 'Onboarded' &&
      candidate.osPlatform.startsWith(platform) &&
      candidate.healthStatus === 'Active' &&
      !used.has(candidate.id) &&
      !actions.some((action) => action.machine === candidate),
  );
  if (machine === undefined) throw new Error('The estate has no fresh machine left');
  used.add(machine.id);
  return machine;
};

const results = `clientMutationId dryRun results {
  machineId alreadyUnderWay machine { machineId computerDnsName }
  action { actionId type status isFinal scope requestorComment machineId commands { index type status script { scriptName exitCode output errors } file { size sha256 contentBase64 } } }
  queued { reason waitedSeconds behind { actionId } }
  error { code message upstreamCode }
}`;

interface Command {
  readonly script: { readonly output: string } | null;
  readonly file: { readonly contentBase64: string } | null;
}

interface Result {
  readonly machineId: string;
  readonly action: {
    readonly actionId: string;
    readonly status: string;
    readonly requestorComment: string;
    readonly commands: readonly Command[];
  };
  readonly error: { readonly code: string } | null;
}

interface Payload {
  readonly results: readonly Result[];
}

const inputType = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;

const mutate = async (
  name: string,
  input: Readonly<Record<string, unknown>>,
  headers?: Readonly<Record<string, string>>,
) => {
  const query = `mutation M($input: ${inputType(name)}!) { ${name}(input: $input) { ${results} } }`;
  const answer = await running.ask<Readonly<Record<string, Payload>>>(
    query,
    { input: { tenant: 'contoso', ...input } },
    headers,
  );
  const payload = answer.data?.[name];
  const first = (): Result => {
    const result = payload?.results[0];
    if (result === undefined) throw new Error(`${name} has no result: ${answer.text}`);
    return result;
  };
  return { errors: answer.errors, payload, first };
};

const isolate = (input: Readonly<Record<string, unknown>>) =>
  mutate('isolateMachines', { comment: 'Beaconing to 198.51.100.7', ...input });

const sent = (operation: string) => running.simulator.calls.count({ operation, tenant: 'contoso' });

describe('isolateMachines', () => {
  test('isolates, waits for the end, and answers in the order of the input', async () => {
    // Selective isolation is for Windows 10 and 11.
    const [a, b] = [freshMachine('Windows1'), freshMachine('Windows1')];
    const { payload } = await isolate({
      machineIds: [b.id, a.id],
      waitSeconds: 20,
      isolationType: 'SELECTIVE',
      clientMutationId: 'm-1',
    });
    expect(payload).toMatchObject({
      clientMutationId: 'm-1',
      dryRun: false,
      results: [b, a].map(({ id, computerDnsName }) => ({
        machineId: id,
        machine: { machineId: id, computerDnsName },
        alreadyUnderWay: false,
        action: { type: 'ISOLATE', status: 'SUCCEEDED', isFinal: true, scope: 'Selective', machineId: id },
        error: null,
      })),
    });
    for (const { action } of payload?.results ?? []) {
      expect(action.requestorComment).toMatch(/^Beaconing to 198\.51\.100\.7 \[dg:[0-9a-f]{12}\]$/);
    }
  });

  test('answers at once without a wait', async () => {
    const { first } = await isolate({ machineIds: [freshMachine().id] });
    expect(first().action).toMatchObject({ status: 'PENDING', isFinal: false });
  });

  test('an unknown machine and one that cannot be isolated fail alone', async () => {
    const good = freshMachine();
    const mac = running.simulator.world('contoso').machines.find(({ osPlatform }) => osPlatform === 'macOS');
    const unknown = 'f'.repeat(40);
    const { payload } = await isolate({ machineIds: [unknown, good.id, mac?.id ?? ''] });
    expect(payload?.results).toMatchObject([
      {
        machineId: unknown,
        machine: null,
        action: null,
        error: { code: 'NOT_FOUND', message: `There is no machine ${unknown} in contoso` },
      },
      { machineId: good.id, error: null },
      { action: null, error: { code: 'UPSTREAM_REJECTED', upstreamCode: 'OsPlatformNotSupported' } },
    ]);
  });

  test('a machine that is named twice, by id and by DNS name, is isolated once and answered at each place', async () => {
    const machine = freshMachine();
    const before = sent('isolateMachine');
    const names = [machine.id, machine.computerDnsName.toUpperCase(), machine.id.toUpperCase()];
    const { payload, first } = await isolate({ machineIds: names });
    expect(sent('isolateMachine') - before).toBe(1);
    expect(payload?.results).toMatchObject(
      names.map(() => ({ machineId: machine.id, action: { actionId: first().action.actionId } })),
    );
  });

  test('a host name that nobody has is not found', async () => {
    const { payload } = await isolate({ machineIds: ['no-such-host.contoso.com'] });
    expect(payload?.results).toMatchObject([{ machineId: 'no-such-host.contoso.com', error: { code: 'NOT_FOUND' } }]);
  });

  test('a busy machine gives the isolation that is under way', async () => {
    const machine = freshMachine();
    machine.machineTags.push('simulator:stuck');
    const begun = await isolate({ machineIds: [machine.id] });
    const second = await isolate({ machineIds: [machine.id] });
    expect(second.payload?.results).toMatchObject([
      { alreadyUnderWay: true, action: { actionId: begun.first().action.actionId }, error: null },
    ]);
  });

  test('a dry run reads the machines in one call and does nothing', async () => {
    const machines = [freshMachine(), freshMachine()];
    running.simulator.calls.reset();
    const unknown = 'f'.repeat(40);
    const { payload } = await isolate({ machineIds: [...machines.map(({ id }) => id), unknown], dryRun: true });
    expect(payload).toMatchObject({
      dryRun: true,
      results: [
        ...machines.map(({ id, computerDnsName }) => ({
          machine: { machineId: id, computerDnsName },
          action: null,
          error: null,
        })),
        { machineId: unknown, machine: null, error: { code: 'NOT_FOUND' } },
      ],
    });
    expect(running.simulator.calls.count({ product: 'mde', operation: 'isolateMachine' })).toBe(0);
    expect(running.simulator.calls.list({ operation: 'listMachines' })).toHaveLength(1);
  });

  test.each([
    ['no machine', { machineIds: [] }, 'machineIds is empty'],
    ['a blank comment', { machineIds: ['x'], comment: ' ' }, 'comment is blank'],
    ['a wait that is too long', { machineIds: ['x'], waitSeconds: 3600 }, '0 to 600'],
  ])('%s is an input error', async (_name, input, message) => {
    const { errors } = await isolate(input);
    expect(errors).toMatchObject([
      { message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });
});

describe('an action that is not answered', () => {
  test.each([
    ['a reset connection', { kind: 'reset', handled: true }],
    ['a 500', { kind: 'status', status: 500, handled: true }],
    ['half an answer', { kind: 'truncated' }],
  ] as const)('%s after it was done is found again, and nothing is sent twice', async (_name, effect) => {
    const machine = freshMachine();
    const before = sent('isolateMachine');
    running.simulator.faults.add({ operation: 'isolateMachine', times: 1, effect });
    const { payload } = await isolate({ machineIds: [machine.id] });
    expect(payload?.results).toMatchObject([
      { action: { machineId: machine.id, type: 'ISOLATE' }, alreadyUnderWay: false, error: null },
    ]);
    expect(sent('isolateMachine') - before).toBe(1);
  });

  test('and cannot be found says that it may or may not have been done', async () => {
    const machine = freshMachine();
    const before = sent('isolateMachine');
    running.simulator.faults.add({ operation: 'isolateMachine', times: 1, effect: { kind: 'reset' } });
    const { payload } = await isolate({ machineIds: [machine.id] });
    expect(payload?.results).toMatchObject([
      {
        action: null,
        error: {
          code: 'UPSTREAM_UNAVAILABLE',
          message: expect.stringMatching(/may or may not have been done.*\[dg:[0-9a-f]{12}\]/),
        },
      },
    ]);
    expect(sent('isolateMachine') - before).toBe(1);
  });

  test('but was turned away with 429 is sent again after its Retry-After', async () => {
    const before = sent('isolateMachine');
    const effect = { kind: 'status', status: 429, retryAfter: 1 } as const;
    running.simulator.faults.add({ operation: 'isolateMachine', times: 1, effect });
    const { payload } = await isolate({ machineIds: [freshMachine().id] });
    expect(payload?.results).toMatchObject([{ action: { status: 'PENDING' }, error: null }]);
    expect(sent('isolateMachine') - before).toBe(2);
  });
});

describe('idempotencyKey', () => {
  test('the same request again gives the same action; other input is a conflict', async () => {
    const [machine, other] = [freshMachine(), freshMachine()];
    const before = sent('runAntivirusScan');
    const input = { machineIds: [machine.id], comment: 'Weekly', idempotencyKey: 'scan-2026-11' };
    const begun = await mutate('scanMachines', input);
    const [again, concurrent] = await Promise.all([
      mutate('scanMachines', { ...input, waitSeconds: 20 }),
      mutate('scanMachines', input),
    ]);
    const { actionId } = begun.first().action;
    expect(again.payload?.results).toMatchObject([{ action: { actionId, status: 'SUCCEEDED' } }]);
    expect(concurrent.payload?.results).toMatchObject([{ action: { actionId } }]);
    expect(sent('runAntivirusScan') - before).toBe(1);
    const conflict = await mutate('scanMachines', { ...input, machineIds: [other.id] });
    expect(conflict.errors).toMatchObject([{ extensions: { code: 'CONFLICT', field: 'idempotencyKey' } }]);
  });

  test('gives a caller who left before the answer what was done for them', async () => {
    const machine = freshMachine();
    const before = sent('runAntivirusScan');
    running.simulator.faults.add({ operation: 'runAntivirusScan', times: 1, effect: { kind: 'slow', delayMs: 600 } });
    const input = { machineIds: [machine.id], comment: 'Impatient', idempotencyKey: 'left-early' };
    const query = 'mutation M($input: ScanMachinesInput!) { scanMachines(input: $input) { dryRun } }';
    const left = fetch(`${running.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { input: { tenant: 'contoso', ...input } } }),
      signal: AbortSignal.timeout(200),
    });
    await expect(left).rejects.toThrow();
    const { payload } = await mutate('scanMachines', input);
    expect(payload?.results).toMatchObject([
      { alreadyUnderWay: false, action: { machineId: machine.id }, error: null },
    ]);
    expect(sent('runAntivirusScan') - before).toBe(1);
  });

  test('two at the same moment are one action', async () => {
    const machine = freshMachine();
    const before = sent('runAntivirusScan');
    const input = { machineIds: [machine.id], comment: 'At once', idempotencyKey: 'at-once' };
    const answers = await Promise.all([mutate('scanMachines', input), mutate('scanMachines', input)]);
    const ids = answers.map(({ first }) => first().action.actionId);
    expect(ids[0]).toBe(ids[1]);
    expect(sent('runAntivirusScan') - before).toBe(1);
  });
});

describe('releaseMachines', () => {
  test('undoes an isolation', async () => {
    const machine = freshMachine();
    await isolate({ machineIds: [machine.id], waitSeconds: 20 });
    const { payload } = await mutate('releaseMachines', {
      machineIds: [machine.id],
      comment: 'Clean',
      waitSeconds: 20,
    });
    expect(payload?.results).toMatchObject([{ action: { type: 'UNISOLATE', status: 'SUCCEEDED' }, error: null }]);
  });
});

describe('cancelMachineActions', () => {
  const cancel = (actionIds: readonly string[], headers?: Readonly<Record<string, string>>) =>
    mutate('cancelMachineActions', { actionIds, comment: 'Wrong machine' }, headers);

  test('cancels what runs; what has ended and what does not exist fail alone', async () => {
    const [stuck, ended] = [freshMachine(), freshMachine()];
    stuck.machineTags.push('simulator:stuck');
    const open = await isolate({ machineIds: [stuck.id] });
    const closed = await isolate({ machineIds: [ended.id], waitSeconds: 20 });
    const ids = [open, closed].map(({ first }) => first().action.actionId);
    const unknown = '00000000-0000-4000-8000-000000000000';
    const { payload } = await cancel([...ids, unknown]);
    expect(payload?.results).toMatchObject([
      { machineId: stuck.id, action: { status: 'CANCELLED' }, error: null },
      { machineId: ended.id, action: { status: 'SUCCEEDED' }, error: { code: 'CONFLICT' } },
      { machineId: null, action: null, error: { code: 'NOT_FOUND' } },
    ]);
    expect((await cancel(ids.slice(0, 1))).payload?.results).toMatchObject([
      { action: { status: 'CANCELLED' }, error: { code: 'ALREADY_IN_STATE' } },
    ]);
  });

  test('needs the permission of the action that is cancelled', async () => {
    const machine = freshMachine();
    machine.machineTags.push('simulator:stuck');
    const { first } = await isolate({ machineIds: [machine.id] });
    const refused = await cancel([first().action.actionId], { 'x-api-key': scannerKey });
    expect(refused.payload?.results).toMatchObject([
      { action: null, error: { code: 'FORBIDDEN', message: expect.stringContaining('machine:isolate') } },
    ]);
  });
});

test('a caller without the permission may not action, and nothing is sent', async () => {
  const before = sent('isolateMachine');
  const input = { machineIds: ['a'.repeat(40)], comment: 'x' };
  const { errors } = await mutate('isolateMachines', input, { 'x-api-key': scannerKey });
  expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(sent('isolateMachine')).toBe(before);
});

test('R6: what is no id of an action is not asked for, and keeps no other from being cancelled', async () => {
  const machine = freshMachine();
  machine.machineTags.push('simulator:offline');
  const { actionId } = (await isolate({ machineIds: [machine.id] })).first().action;
  running.simulator.calls.reset();
  const { payload } = await mutate('cancelMachineActions', { actionIds: ['xyz', actionId, '../../x'], comment: 'x' });
  expect(payload?.results).toMatchObject([
    { action: null, error: { code: 'BAD_USER_INPUT' } },
    { action: { actionId }, error: null },
    { action: null, error: { code: 'BAD_USER_INPUT' } },
  ]);
  expect(JSON.stringify(running.simulator.calls.list())).not.toMatch(/xyz/);
  expect(sent('getMachineAction')).toBeLessThanOrEqual(1);
});

describe('runLiveResponse', () => {
  const runScript = { type: 'RUN_SCRIPT', scriptName: 'echo-args.ps1', args: 'hello' };
  const getFile = { type: 'GET_FILE', path: 'C:\\Windows\\Temp\\report.txt' };
  const start = (machineIds: readonly string[], more: Readonly<Record<string, unknown>> = {}) =>
    mutate('runLiveResponse', { machineIds, commands: [runScript, getFile], comment: 'Triage', ...more });

  test('without an id starts a session, waits for its end, and gives script output and file', async () => {
    const machine = freshMachine();
    const { errors, first } = await start([machine.id]);
    expect(errors).toEqual([]);
    const { action } = first();
    expect(action).toMatchObject({
      type: 'LIVE_RESPONSE',
      status: 'SUCCEEDED',
      commands: [
        {
          type: 'RUN_SCRIPT',
          status: 'Completed',
          script: { scriptName: 'echo-args.ps1', exitCode: 0, errors: '' },
          file: null,
        },
        { type: 'GET_FILE', status: 'Completed', script: null },
      ],
    });
    expect(action.commands[0]?.script?.output).toContain('hello');
    const file = action.commands[1]?.file;
    const bytes = Buffer.from(file?.contentBase64 ?? '', 'base64');
    expect(file).toMatchObject({ size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
  });

  test('a file is fetched without the token of Defender', async () => {
    running.simulator.calls.reset();
    await start([freshMachine().id]);
    const downloads = running.simulator.calls.list({ product: 'blob' });
    expect(downloads.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('hands back id and status when the time is up, and is taken up by the id', async () => {
    const machine = freshMachine();
    const begun = await start([machine.id], { waitSeconds: 0 });
    const { actionId, status } = begun.first().action;
    expect(status).toBe('PENDING');
    const before = sent('runLiveResponse');
    const { payload } = await mutate('runLiveResponse', { actionId });
    expect(payload?.results).toMatchObject([{ machineId: machine.id, action: { actionId, status: 'SUCCEEDED' } }]);
    expect(sent('runLiveResponse')).toBe(before);
  });

  test('the id wins over all other input', async () => {
    const machine = freshMachine();
    const begun = await start([machine.id], { waitSeconds: 0 });
    const { actionId } = begun.first().action;
    const before = sent('runLiveResponse');
    const { payload } = await start([freshMachine().id], { actionId });
    expect(payload?.results).toMatchObject([{ machineId: machine.id, action: { actionId } }]);
    expect(sent('runLiveResponse')).toBe(before);
  });

  test('an id of no session falls back to the other input', async () => {
    const machine = freshMachine();
    const { payload } = await start([machine.id], { actionId: '00000000-0000-4000-8000-000000000000' });
    expect(payload?.results).toMatchObject([{ machineId: machine.id, action: { status: 'SUCCEEDED' } }]);
  });

  test('X1: both an id and new input, and the session failed: it is started anew', async () => {
    const machine = freshMachine();
    const lost = await start([machine.id], { commands: [{ type: 'GET_FILE', path: 'C:\\missing.txt' }] });
    const { actionId } = lost.first().action;
    const before = sent('runLiveResponse');
    const { first } = await start([machine.id], { actionId, commands: [getFile] });
    expect(first()).toMatchObject({ action: { status: 'SUCCEEDED' }, error: null });
    expect(first().action.actionId).not.toBe(actionId);
    expect(sent('runLiveResponse')).toBe(before + 1);
  });

  test('X1: a get-file session is not taken up where a script is wanted', async () => {
    const machine = freshMachine();
    const { actionId } = (await start([machine.id], { commands: [getFile] })).first().action;
    const before = sent('runLiveResponse');
    const { errors } = await start([machine.id], { actionId, commands: [runScript] });
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('is of GET_FILE, and RUN_SCRIPT is wanted'),
        extensions: { code: 'BAD_USER_INPUT', field: 'actionId' },
      },
    ]);
    expect(sent('runLiveResponse')).toBe(before);
  });

  test.each(['xyz', '../../machines', '{00000000-0000-4000-8000-000000000000}'])(
    'R6: what is no id of a session (%s) is refused, whatever else is given, and asks nobody',
    async (actionId) => {
      running.simulator.calls.reset();
      for (const { errors } of [await mutate('runLiveResponse', { actionId }), await start(['a'], { actionId })]) {
        expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'actionId' } }]);
      }
      expect(running.simulator.calls.count({ tenant: 'contoso' })).toBe(0);
    },
  );

  test('an id of no session alone is not found', async () => {
    const { payload } = await mutate('runLiveResponse', { actionId: '00000000-0000-4000-8000-000000000000' });
    expect(payload?.results).toMatchObject([{ machineId: null, action: null, error: { code: 'NOT_FOUND' } }]);
  });

  test('an action of another kind is no session, whatever else is given', async () => {
    const isolated = await isolate({ machineIds: [freshMachine().id] });
    const before = sent('runLiveResponse');
    const { errors } = await start([freshMachine().id], { actionId: isolated.first().action.actionId });
    expect(errors).toMatchObject([
      { message: expect.stringContaining('not a live response session'), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(sent('runLiveResponse')).toBe(before);
  });

  test.each([
    ['nothing', {}, 'Give actionId'],
    ['machines without commands', { machineIds: ['a'], comment: 'x' }, 'commands must be given too'],
    [
      'commands without machines',
      { commands: [{ type: 'GET_FILE', path: '/x' }], comment: 'x' },
      'machineIds must be given too',
    ],
    ['no comment', { machineIds: ['a'], commands: [{ type: 'GET_FILE', path: '/x' }] }, 'comment must be given too'],
    ['commands out of order', { machineIds: ['a'], comment: 'x', commands: [getFile, runScript] }, 'cannot come after'],
  ])('%s is an input error', async (_name, input, message) => {
    const { errors } = await mutate('runLiveResponse', input);
    expect(errors).toMatchObject([
      { message: expect.stringContaining(message), extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  test('a machine with a session: the next does not begin, and says what it waits for', async () => {
    const machine = freshMachine();
    machine.machineTags.push('simulator:stuck');
    const begun = await start([machine.id], { waitSeconds: 0 });
    const second = await start([machine.id], { waitSeconds: 0 });
    const { actionId } = begun.first().action;
    expect(second.payload?.results).toMatchObject([
      {
        alreadyUnderWay: true,
        action: { actionId },
        queued: { reason: 'MACHINE_BUSY', behind: { actionId } },
        error: { code: 'CONFLICT' },
      },
    ]);
  });

  test('sessions on one machine wait for each other, each with its own commands', async () => {
    const machine = freshMachine();
    const answers = await Promise.all([1, 2, 3].map(() => start([machine.id], { waitSeconds: 60 })));
    const ids = answers.map(({ first }) => first().action.actionId);
    expect(new Set(ids).size).toBe(3);
    expect(answers.map(({ payload }) => payload?.results[0]?.error ?? null)).toEqual([null, null, null]);
    expect(answers.map(({ first }) => first().action.status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  });

  test('a script that ends with an error is a completed command with its exit code', async () => {
    const commands = [{ type: 'RUN_SCRIPT', scriptName: 'failing-script.ps1' }];
    const { first } = await start([freshMachine().id], { commands });
    expect(first().action.commands).toMatchObject([
      { status: 'Completed', script: { exitCode: 1, errors: 'no such key' } },
    ]);
  });

  test('a command that fails has no result', async () => {
    const commands = [{ type: 'GET_FILE', path: 'C:\\missing.txt' }];
    const { first } = await start([freshMachine().id], { commands });
    expect(first().action).toMatchObject({
      status: 'FAILED',
      commands: [{ status: 'Failed', script: null, file: null }],
    });
    expect(first()).toMatchObject({ error: { code: 'ACTION_FAILED', message: expect.stringContaining('failed') } });
  });

  test.each(['packed', 'utf16'] as const)(
    'the report of a script is read as storage has it: %s',
    async (scriptReports) => {
      running.simulator.oddities.set({ scriptReports });
      const { first } = await start([freshMachine().id], { commands: [runScript] });
      running.simulator.oddities.reset();
      expect(first().action.commands).toMatchObject([{ script: { scriptName: 'echo-args.ps1', exitCode: 0 } }]);
      expect(first().action.commands[0]?.script?.output).toContain('hello');
    },
  );

  test('X1: a session that is told as succeeded though a command failed is an error, and is started anew', async () => {
    running.simulator.oddities.set({ failedCommand: 'overlooked' });
    const machine = freshMachine();
    const lost = await start([machine.id], { commands: [runScript, { type: 'GET_FILE', path: 'C:\\missing.txt' }] });
    running.simulator.oddities.reset();
    const { action, error } = lost.first();
    expect(action).toMatchObject({
      status: 'SUCCEEDED',
      commands: [{ script: { exitCode: 0 } }, { status: 'Failed' }],
    });
    expect(error).toMatchObject({
      code: 'ACTION_FAILED',
      message: expect.stringMatching(/failed in command 1 \(GetFile\): .*does not exist/),
    });
    const again = await start([machine.id], { actionId: action.actionId, commands: [getFile] });
    expect(again.first().action.actionId).not.toBe(action.actionId);
    expect(again.first().error).toBeNull();
  });

  test('X1: a session that ends CANCELLED or FAILED by the time it is taken up is told as such', async () => {
    const machine = freshMachine();
    machine.machineTags.push('simulator:offline');
    const { actionId } = (await start([machine.id], { waitSeconds: 0 })).first().action;
    await mutate('cancelMachineActions', { actionIds: [actionId], comment: 'No longer needed' });
    const { first } = await mutate('runLiveResponse', { actionId });
    expect(first()).toMatchObject({ action: { status: 'CANCELLED' }, error: { code: 'ACTION_FAILED' } });
  });

  test('X1: an isolation that fails within the wait is an error beside its action', async () => {
    const machine = freshMachine();
    machine.machineTags.push('simulator:fail');
    const { first } = await isolate({ machineIds: [machine.id], waitSeconds: 60 });
    expect(first()).toMatchObject({
      action: { status: 'FAILED' },
      error: { code: 'ACTION_FAILED', message: expect.stringContaining('0x80004005') },
    });
  });
});
