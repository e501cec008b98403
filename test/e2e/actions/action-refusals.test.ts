import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ActionName, actionNames } from '../../../src/actions/table.ts';
import type { WorldMachine } from '../../../src/simulator/world/types.ts';
import { type AnswerError, type Running, startRunning } from '../../support/gateway.ts';
import { keyHeader, keyRow } from '../../support/keys.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';
import { type ActionRow, actionRows, freshMachine, type RowedAction } from './action-rows.ts';

const readOnly = { mde: ['Machine.Read.All'], m365d: ['Incident.Read.All'], graph: ['SecurityIncident.Read.All'] };
const most = 5;
const isoNow = (): string => new Date().toISOString();
/** Targets that a test has acted on. */
const taken = new Set<string>();

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    simulator: {
      tenants: [
        simTenant('contoso', { scale: 4 }),
        simTenant('fabrikam', { permissions: readOnly }),
        simTenant('guarded'),
        simTenant('asked'),
      ],
      enforceQuotas: false,
      profile: 'mild',
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['access', 'apiKeys'], [keyRow('reader', { roles: ['reader'] })]],
        [['limits', 'targetsPerMutation'], most],
        [
          ['guardrails'],
          [
            { name: 'no', deny: 'all', tenants: 'guarded' },
            { name: 'two', requireApproval: 'all', tenants: 'asked' },
          ],
        ],
      ]),
    watchIntervalMs: 20,
  });
  for (const tenant of ['contoso', 'fabrikam', 'guarded', 'asked']) {
    const { actions, machines } = running.simulator.world(tenant);
    // No older an action can hold on them than those that are kept.
    for (const one of machines) Object.assign(one, { firstSeen: new Date(Date.now() - 20 * 86_400_000).toISOString() });
    const [like] = actions;
    const machine = machines.find(({ osPlatform }) => osPlatform === 'macOS');
    if (like === undefined || machine === undefined) throw new Error('The estate has no action to go by');
    machine.machineTags.push('simulator:stuck');
    actions.unshift({
      ...like,
      id: randomUUID(),
      type: 'Isolate',
      status: 'Pending',
      machine,
      createdAt: isoNow(),
      unanswered: true,
    });
  }
});
afterAll(() => running.stop());

interface Told {
  readonly outcome: string | null;
  readonly error: { readonly code: string; readonly upstreamCode: string | null } | null;
}

interface Answered {
  readonly told: readonly Told[];
  readonly errors: readonly AnswerError[];
}

type Input = Readonly<Record<string, unknown>>;

const inputOf = ({ targets, input }: ActionRow, ids: readonly string[]): Input => ({
  tenant: 'contoso',
  comment: 'Beaconing',
  ...input,
  [targets]: ids,
});

const perform = async (
  name: RowedAction,
  input: Input,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> => {
  const shown = rows[name].becomesAction ? 'action { status }' : '';
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const { data, errors } = await running.ask<{ payload: { results: readonly Told[] } | null } | null>(
    `mutation ($input: ${type}!) { payload: ${name}(input: $input) { results { outcome ${shown} error { code upstreamCode } } } }`,
    { input },
    headers,
  );
  return { told: data?.payload?.results ?? [], errors };
};

/** Calls of its operations that reached Microsoft's side. */
const sent = ({ operations }: ActionRow): number =>
  operations.reduce((all, operation) => all + running.simulator.calls.count({ operation }), 0);

const codeOf = ({ told: [told], errors: [error] }: Answered): string | undefined =>
  told?.error?.code ?? error?.extensions.code;

const machineWhere = (holds: (machine: WorldMachine) => boolean): string => {
  const found = running.simulator.world('contoso').machines.find(holds);
  if (found === undefined) throw new Error('The estate has no such machine');
  return found.id;
};

const rows: Readonly<Record<RowedAction, ActionRow>> = actionRows;
const isRowed = (name: ActionName): name is RowedAction => Object.hasOwn(actionRows, name);
const rowed = actionNames.filter(isRowed);
const targetIn = (row: ActionRow, tenant = 'contoso'): string => row.target(running.simulator.world(tenant), taken);

/** A target that no other test uses, as the action needs it. */
const takenBy = async (row: ActionRow): Promise<string> => {
  const id = targetIn(row);
  taken.add(id);
  if (row.after !== null) await perform(row.after, { ...inputOf(rows[row.after], [id]), waitSeconds: 20 });
  return id;
};

/** One way to ask for an action that is refused, with the code of its refusal. */
interface RefusalRow {
  readonly name: string;
  readonly applies?: (row: ActionRow) => boolean;
  readonly code: string;
  readonly ask: (name: RowedAction, row: ActionRow) => Promise<Answered>;
}

const refusals: readonly RefusalRow[] = [
  { name: 'no target', code: 'BAD_USER_INPUT', ask: (name, row) => perform(name, inputOf(row, [])) },
  { name: 'a blank target', code: 'BAD_USER_INPUT', ask: (name, row) => perform(name, inputOf(row, [' '])) },
  {
    name: 'too many targets',
    code: 'BAD_USER_INPUT',
    ask: (name, row) =>
      perform(
        name,
        inputOf(
          row,
          Array.from({ length: most + 1 }, (_, index) => `t${index}`),
        ),
      ),
  },
  {
    name: 'a blank comment',
    applies: ({ needsComment }) => needsComment,
    code: 'BAD_USER_INPUT',
    ask: (name, row) => perform(name, { ...inputOf(row, [targetIn(row)]), comment: ' ' }),
  },
  {
    name: 'no comment',
    applies: ({ needsComment }) => needsComment,
    code: 'BAD_USER_INPUT',
    ask: (name, row) => {
      const { comment: _, ...input } = inputOf(row, [targetIn(row)]);
      return perform(name, input);
    },
  },
  {
    name: 'a blank key',
    code: 'BAD_USER_INPUT',
    ask: (name, row) => perform(name, { ...inputOf(row, [targetIn(row)]), idempotencyKey: ' ' }),
  },
  {
    name: 'no permission at the gateway',
    code: 'FORBIDDEN',
    ask: (name, row) => perform(name, inputOf(row, [targetIn(row)]), keyHeader('reader')),
  },
  {
    name: 'no permission in the tenant',
    code: 'MISSING_PERMISSION',
    ask: (name, row) => perform(name, { ...inputOf(row, [targetIn(row, 'fabrikam')]), tenant: 'fabrikam' }),
  },
  {
    name: 'a guardrail',
    code: 'GUARDRAIL',
    ask: (name, row) => perform(name, { ...inputOf(row, [targetIn(row, 'guarded')]), tenant: 'guarded' }),
  },
  {
    name: 'a guardrail, dry run',
    // What nobody can lift is told first.
    applies: ({ alreadyAfter }) => alreadyAfter !== 'nothing',
    code: 'GUARDRAIL',
    ask: (name, row) => perform(name, { ...inputOf(row, [targetIn(row, 'guarded')]), tenant: 'guarded', dryRun: true }),
  },
  ...[false, true].flatMap((dryRun): readonly RefusalRow[] => [
    {
      name: `a machine that is not onboarded${dryRun ? ', dry run' : ''}`,
      applies: ({ notOnboarded }) => notOnboarded,
      code: 'NOT_ONBOARDED',
      ask: (name, row) =>
        perform(name, {
          ...inputOf(row, [machineWhere(({ onboardingStatus }) => onboardingStatus !== 'Onboarded')]),
          dryRun,
        }),
    },
    ...(['macOS', 'Linux', 'iOS', 'Android'] as const).map(
      (platform): RefusalRow => ({
        name: `a machine with ${platform}${dryRun ? ', dry run' : ''}`,
        applies: ({ wrongPlatforms }) => wrongPlatforms.includes(platform),
        code: 'UPSTREAM_REJECTED',
        ask: (name, row) =>
          perform(name, {
            ...inputOf(row, [
              machineWhere(
                ({ osPlatform, onboardingStatus }) => osPlatform === platform && onboardingStatus === 'Onboarded',
              ),
            ]),
            dryRun,
          }),
      }),
    ),
  ]),
];

const cells = rowed.flatMap((name) =>
  refusals
    .filter(({ applies }) => applies?.(rows[name]) ?? true)
    .map((refusal) => [name, refusal.name, refusal] as const),
);

describe('an action that cannot be done is answered with the reason, and Microsoft sees nothing of it', () => {
  test.each(cells)('X2: %s: %s', async (name, _what, { ask, code }) => {
    const before = sent(rows[name]);
    expect(codeOf(await ask(name, rows[name]))).toBe(code);
    expect(sent(rows[name])).toBe(before);
  });

  const malformed = rowed.flatMap((name) => rows[name].malformed.map((input) => [name, input] as const));
  test.each(malformed)('X2: %s with %j', async (name, input) => {
    const before = sent(rows[name]);
    const answer = await perform(name, { ...inputOf(rows[name], [targetIn(rows[name])]), ...input });
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
    expect(sent(rows[name])).toBe(before);
  });
});

describe('where a machine stands already is told, and nothing is sent', () => {
  const stateful = rowed.filter((name) => rows[name].alreadyAfter !== null);
  test.each(stateful)('X2: %s of a machine that is so already', async (name) => {
    const row = rows[name];
    const machineId = targetIn(row);
    taken.add(machineId);
    const first = row.alreadyAfter;
    if (first !== null && first !== 'nothing') {
      await perform(first, { ...inputOf(rows[first], [machineId]), waitSeconds: 20 });
    }
    const before = sent(row);
    const input = inputOf(row, [machineId]);
    const dry = await perform(name, { ...input, dryRun: true });
    expect(dry.told).toMatchObject([{ outcome: 'REFUSED', error: { code: 'ALREADY_IN_STATE' } }]);
    expect(sent(row)).toBe(before);
    const done = await perform(name, input);
    expect(codeOf(done)).toBe('ALREADY_IN_STATE');
    // Actions that say nothing leave it to Microsoft: not all that is done to a machine is listed.
    expect(sent(row)).toBe(before + (first === 'nothing' ? 1 : 0));
  });

  test.each(rowed.filter((name) => rows[name].after !== null))(
    'X2: %s of what was taken back already',
    async (name) => {
      const row = rows[name];
      const input = inputOf(row, [await takenBy(row)]);
      await perform(name, { ...input, waitSeconds: 20 });
      const before = sent(row);
      const again = await perform(name, input);
      expect(again.told).toMatchObject([{ outcome: 'REFUSED', error: { code: 'ALREADY_IN_STATE' } }]);
      expect(sent(row)).toBe(before);
    },
  );

  test.each(rowed.filter((name) => rows[name].canBeUnderWay))('X2: %s that is under way', async (name) => {
    const row = rows[name];
    const machine = freshMachine(running.simulator.world('contoso'), taken);
    taken.add(machine.id);
    machine.machineTags.push('simulator:stuck');
    await perform(name, inputOf(row, [machine.id]));
    const before = sent(row);
    for (const dryRun of [false, true]) {
      const again = await perform(name, { ...inputOf(row, [machine.id]), dryRun });
      expect(again.told).toMatchObject([{ outcome: 'UNDER_WAY', error: null }]);
    }
    expect(sent(row)).toBe(before);
  });

  test.each([
    ['what is listed as going on for days', 'Pending', 5],
    ['a state of tomorrow', 'Queued', 0],
  ])('X2: %s keeps nothing back: Microsoft is asked', async (_what, status, days) => {
    const { actions } = running.simulator.world('contoso');
    const machine = freshMachine(running.simulator.world('contoso'), taken);
    taken.add(machine.id);
    const [like] = actions;
    if (like === undefined) throw new Error('The estate has no action to go by');
    const createdAt = new Date(Date.now() - days * 86_400_000).toISOString();
    const left = { ...like, id: randomUUID(), type: 'Isolate', machine, createdAt, unanswered: true } as const;
    actions.unshift(Object.assign({ ...left, status: 'Pending' as const }, { status }));
    const before = sent(rows.isolateMachines);
    await perform('isolateMachines', inputOf(rows.isolateMachines, [machine.id]));
    expect(sent(rows.isolateMachines)).toBe(before + 1);
  });

  const looking = ['listMachines', 'getMachine', 'listMachineActions', 'listInvestigations'];
  test.each(rowed.filter((name) => rows[name].looksFirst && rows[name].after === null))(
    'X2: %s is sent where nothing of that can be read',
    async (name) => {
      const row = rows[name];
      const machineId = targetIn(row);
      taken.add(machineId);
      for (const operation of looking) {
        running.simulator.faults.add({ tenant: 'contoso', operation, effect: { kind: 'status', status: 503 } });
      }
      const { told } = await perform(name, inputOf(row, [machineId]));
      running.simulator.faults.clear();
      expect(told).toMatchObject([{ outcome: 'DONE', error: null }]);
    },
  );
});

describe('every action can be put before a second person', () => {
  const askFor = (name: RowedAction, input: Input) =>
    running.ask<{
      payload: { approval: { mutation: string; targets: readonly string[]; guardrails: readonly string[] } } | null;
    } | null>(
      `mutation ($input: RequestApprovalInput!) { payload: requestApproval(input: $input) {
        approval { mutation targets guardrails } } }`,
      { input: { action: { [name]: input } } },
    );

  test.each(rowed)('X3: %s under a rule that asks for it', async (name) => {
    const row = rows[name];
    const id = targetIn(row, 'asked');
    const input = { ...inputOf(row, [id]), tenant: 'asked' };
    const before = sent(row);
    expect(codeOf(await perform(name, input))).toBe('GUARDRAIL');
    const { data, errors } = await askFor(name, input);
    expect(errors).toEqual([]);
    expect(data?.payload?.approval).toEqual({ mutation: name, targets: [id], guardrails: ['two'] });
    expect(sent(row)).toBe(before);
  });
});

describe('a key stands for one input', () => {
  test.each(rowed)('X1: %s: repeated it is sent once; with other input it is refused', async (name) => {
    const row = rows[name];
    const input = { ...inputOf(row, [await takenBy(row)]), idempotencyKey: `once-${name}` };
    const first = await perform(name, input);
    expect(first.told).toMatchObject([{ outcome: 'DONE', error: null }]);
    const before = sent(row);
    expect((await perform(name, input)).told).toMatchObject([{ outcome: 'DONE', error: null }]);
    expect(codeOf(await perform(name, { ...input, ...row.other }))).toBe('CONFLICT');
    expect(sent(row)).toBe(before);
  });
});

describe('what is sent is what Microsoft documents, and its end is waited for', () => {
  test.each(rowed.filter((name) => rows[name].targets === 'machineIds'))('%s', async (name) => {
    const row = rows[name];
    const machineId = await takenBy(row);
    const waiting = row.becomesAction ? { waitSeconds: 30 } : {};
    const answer = await perform(name, { ...inputOf(row, [machineId]), ...waiting });
    const [operation = ''] = row.operations;
    const call = running.simulator.calls.list({ operation }).at(-1);
    expect(call?.path).toContain(`/${machineId}/`);
    const comment = { Comment: expect.stringMatching(/^Beaconing \[dg:[0-9a-f]{12}\]$/) };
    expect(call?.body).toEqual({ ...row.body, ...(row.becomesAction ? comment : {}) });
    const ended = row.becomesAction ? { action: { status: 'SUCCEEDED' } } : {};
    expect(answer.told).toMatchObject([{ outcome: 'DONE', error: null, ...ended }]);
  });
});
