import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WorldMachine } from '../../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../../support/gateway.ts';
import { keyHeader, keyRow } from '../../support/keys.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';

const most = 3;

let running: Running;
/** A file on some machines of Windows, by the alerts of Defender for Endpoint. */
let sha1: string;
let having: readonly WorldMachine[];

beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: [simTenant('contoso')], enforceQuotas: false, profile: 'mild' },
    settings: (offered) =>
      changedSettings(offered, [
        [['limits', 'targetsPerMutation'], most],
        [['access', 'roles'], { limited: { permissions: ['file:quarantine', 'machine:read'], machineTags: ['ours'] } }],
        [['access', 'apiKeys'], [keyRow('limited', { roles: ['limited'] })]],
        [['guardrails'], [{ name: 'two', requireApproval: 'quarantineFile', machineTags: 'jewel' }]],
      ]),
    watchIntervalMs: 20,
  });
  const { alerts, machines } = running.simulator.world('contoso');
  having = machines
    .filter(({ onboardingStatus, osPlatform }) => onboardingStatus === 'Onboarded' && osPlatform === 'Windows11')
    .slice(0, 2);
  const like = alerts.find(({ evidence }) => evidence.some(({ type }) => type === 'file'));
  if (like === undefined) throw new Error('The estate has no alert with a file');
  sha1 = 'fe'.repeat(20);
  for (const machine of having) addAlert(like, machine, sha1);
});
afterAll(() => running.stop());

/** One more alert, with a file on a machine. */
const addAlert = (
  like: ReturnType<Running['simulator']['world']>['alerts'][number],
  machine: WorldMachine,
  hash: string,
): void => {
  const evidence = like.evidence.flatMap((one) =>
    one.type === 'file' ? [{ ...one, machine, file: { ...one.file, sha1: hash } }] : [],
  );
  running.simulator.world('contoso').alerts.unshift({ ...like, id: crypto.randomUUID(), machine, evidence });
};

interface Answered {
  readonly payload: {
    readonly results: readonly {
      readonly machineId: string | null;
      readonly outcome: string | null;
      readonly action: { readonly relatedFile: { readonly fileIdentifier: string } | null } | null;
      readonly error: { readonly code: string; readonly message: string } | null;
    }[];
  } | null;
}

const quarantine = (input: Readonly<Record<string, unknown>>, headers: Readonly<Record<string, string>> = {}) =>
  running.ask<Answered>(
    `mutation ($input: StopAndQuarantineFileInput!) { payload: stopAndQuarantineFile(input: $input) {
      results { machineId outcome action { relatedFile { fileIdentifier } } error { code message } } } }`,
    { input: { tenant: 'contoso', comment: 'Beaconing', ...input } },
    headers,
  );

const sent = (): number => running.simulator.calls.count({ operation: 'stopAndQuarantineFile' });
const idsOf = ({ data }: Awaited<ReturnType<typeof quarantine>>): readonly (string | null)[] =>
  data.payload?.results.map(({ machineId }) => machineId).toSorted() ?? [];

test('by the hash alone it is done on the machines that have the file, once under a key', async () => {
  const before = sent();
  const input = { sha1: sha1.toUpperCase(), idempotencyKey: 'all of them' };
  const answer = await quarantine(input);
  expect(idsOf(answer)).toEqual(having.map(({ id }) => id).toSorted());
  expect(answer.data.payload?.results).toMatchObject(
    having.map(() => ({ outcome: 'DONE', error: null, action: { relatedFile: { fileIdentifier: sha1 } } })),
  );
  expect(idsOf(await quarantine(input))).toEqual(idsOf(answer));
  expect(sent()).toBe(before + having.length);
});

test('a caller who is limited to machines reaches those alone, and learns of no other', async () => {
  having[0]?.machineTags.push('ours');
  const answer = await quarantine({ sha1, dryRun: true }, keyHeader('limited'));
  expect(idsOf(answer)).toEqual([having[0]?.id]);
});

test('a file that no machine is known to have is an error, not an empty answer', async () => {
  const { errors, data } = await quarantine({ sha1: '12'.repeat(20) });
  expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  expect(data.payload).toBeNull();
});

test('machines that cannot be read are an error, and nothing is sent', async () => {
  const before = sent();
  running.simulator.faults.add({ operation: 'listFileMachines', effect: { kind: 'status', status: 500 } });
  const { errors } = await quarantine({ sha1 });
  running.simulator.faults.clear();
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  expect(sent()).toBe(before);
});

test('more machines than one mutation may name are an error with their number', async () => {
  const { alerts, machines } = running.simulator.world('contoso');
  const [like] = alerts;
  const hash = '34'.repeat(20);
  if (like !== undefined) for (const machine of machines.slice(0, most + 2)) addAlert(like, machine, hash);
  const before = sent();
  const { errors } = await quarantine({ sha1: hash });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(errors[0]?.message).toContain(String(most + 2));
  expect(sent()).toBe(before);
});

test('another file under way on the machine is a conflict, not this one under way', async () => {
  const machine = running.simulator
    .world('contoso')
    .machines.filter(
      ({ onboardingStatus, osPlatform }) => onboardingStatus === 'Onboarded' && osPlatform === 'Windows11',
    )
    .at(-1);
  machine?.machineTags.push('simulator:stuck');
  const input = { machineIds: [machine?.id] };
  await quarantine({ ...input, sha1 });
  const other = { ...input, sha1: '56'.repeat(20) };
  expect((await quarantine(other)).data.payload?.results).toMatchObject([
    { outcome: 'REFUSED', action: null, error: { code: 'CONFLICT' } },
  ]);
  expect((await quarantine({ ...other, dryRun: true })).data.payload?.results).toMatchObject([
    { outcome: 'REFUSED', error: { code: 'CONFLICT' } },
  ]);
});

test('a second person is asked about machines that are named', async () => {
  const ask = (action: object) =>
    running.ask(
      'mutation ($input: RequestApprovalInput!) { requestApproval(input: $input) { approval { targets } } }',
      { input: { action: { stopAndQuarantineFile: { tenant: 'contoso', comment: 'Beaconing', sha1, ...action } } } },
    );
  having[1]?.machineTags.push('jewel');
  expect((await ask({})).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'machineIds' } }]);
  const named = await ask({ machineIds: [having[1]?.id] });
  expect(named.data).toEqual({ requestApproval: { approval: { targets: [having[1]?.id] } } });
});
