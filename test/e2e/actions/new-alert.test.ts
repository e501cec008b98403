import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { settledMs } from '../../../src/actions/once/journal.ts';
import { type ActionsLab, startActionsLab } from './lab.ts';

let lab: ActionsLab;
let events: readonly Readonly<Record<string, unknown>>[];
beforeAll(async () => {
  lab = await startActionsLab();
  events = await lab.hunt('DeviceProcessEvents | take 5 | project DeviceId, ReportId, Timestamp');
});
afterEach(() => lab.simulator.faults.clear());
afterAll(() => lab.stop());

const about = (title: string, place = 0) => {
  const { DeviceId: machineId, ReportId, Timestamp: eventTime } = events[place] ?? {};
  return {
    ...{ machineId, reportId: String(ReportId), eventTime, title, severity: 'HIGH', category: 'COMMAND_AND_CONTROL' },
    ...{ description: 'Found by hunting', recommendedAction: 'Isolate it' },
  };
};
const alertsTitled = (title: string) => lab.simulator.world('contoso').alerts.filter((alert) => alert.title === title);
const sent = (): number => lab.calls('createAlertByReference');

// First: every time that is let pass moves the gateway's clock away from Microsoft's.
test('an answer without the alert is looked up', async () => {
  lab.simulator.oddities.set({ actionsAnswered: 'emptyOk' });
  const { told } = await lab.perform('createAlert', about('Empty', 4));
  lab.simulator.oddities.set({ actionsAnswered: 'documented' });
  expect(told).toMatchObject([{ outcome: 'DONE', alertId: alertsTitled('Empty')[0]?.id, alert: { title: 'Empty' } }]);
});

test('an alert is made of a row of hunting, and comes back', async () => {
  const input = { ...about('Beacon'), eventTime: String(about('Beacon').eventTime).replace(/Z$/, '') };
  const { told } = await lab.perform('createAlert', input);
  const [made] = alertsTitled('Beacon');
  expect(told).toMatchObject([
    {
      ...{ outcome: 'DONE', machineId: input.machineId, alertId: made?.id, error: null },
      alert: { alertId: made?.id, title: 'Beacon', severity: 'HIGH', category: 'CommandAndControl' },
    },
  ]);
  expect(await lab.audit(String(input.machineId))).toEqual(['DONE', 'INTENDED']);
});

test('a repeat with the key gives the same alert', async () => {
  const input = { ...about('Once', 1), idempotencyKey: 'once' };
  const first = await lab.perform('createAlert', input);
  const again = await lab.perform('createAlert', input);
  expect(again.told).toMatchObject([{ outcome: 'DONE', alertId: alertsTitled('Once')[0]?.id, error: null }]);
  expect(again.told).toEqual(first.told);
});

test.each([
  ['made', true, 0],
  ['not made', false, 1],
])(
  'X1: one that was %s when its answer was lost is found by title, machine and time',
  async (_what, handled, again) => {
    const title = `Lost ${handled}`;
    const input = { ...about(title, 2), idempotencyKey: title };
    lab.simulator.faults.add({ operation: 'createAlertByReference', times: 1, effect: { kind: 'reset', handled } });
    expect((await lab.perform('createAlert', input)).told).toMatchObject([{ outcome: 'UNKNOWN', alert: null }]);
    const before = sent();
    lab.clock.advance(settledMs);
    const { told } = await lab.perform('createAlert', input);
    expect(told).toMatchObject([{ outcome: 'DONE', alertId: alertsTitled(title)[0]?.id, error: null }]);
    expect(sent() - before).toBe(again);
    expect(alertsTitled(title)).toHaveLength(1);
  },
);

test('X1: an alert of the same title from shortly before is not taken for one that never arrived', async () => {
  const title = 'Twice a night';
  await lab.perform('createAlert', about(title, 3));
  const at = new Date(lab.clock.now() - 480_000).toISOString();
  for (const alert of alertsTitled(title)) Object.assign(alert, { status: 'resolved', createdAt: at, updatedAt: at });
  lab.simulator.faults.add({ operation: 'createAlertByReference', times: 1, effect: { kind: 'reset' } });
  const input = { ...about(title, 3), idempotencyKey: title };
  expect((await lab.perform('createAlert', input)).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
  lab.clock.advance(settledMs);
  expect((await lab.perform('createAlert', input)).told).toMatchObject([
    { outcome: 'UNKNOWN', error: { code: 'UPSTREAM_UNAVAILABLE', message: expect.stringContaining('same title') } },
  ]);
});

test('X1: under a key the name of a machine stands for the one that had it first', async () => {
  const { machines } = lab.simulator.world('contoso');
  const first = machines.find(({ id }) => id === about('').machineId);
  const other = lab.freshMachine();
  const name = first?.computerDnsName;
  const input = { ...about('Moved'), machineId: name, idempotencyKey: 'moved' };
  const made = await lab.perform('createAlert', input);
  expect(made.told).toMatchObject([{ outcome: 'DONE', machineId: first?.id }]);
  Object.assign(first ?? {}, { computerDnsName: 'retired.contoso.com' });
  Object.assign(other, { computerDnsName: name });
  const before = sent();
  const again = await lab.perform('createAlert', input);
  Object.assign(other, { computerDnsName: 'other.contoso.com' });
  Object.assign(first ?? {}, { computerDnsName: name });
  expect(again.told).toEqual(made.told);
  expect(sent()).toBe(before);
});

test('X1: without a key a lost answer is UNKNOWN, and nothing is sent again', async () => {
  const effect = { kind: 'reset', handled: true } as const;
  lab.simulator.faults.add({ operation: 'createAlertByReference', times: 1, effect });
  const before = sent();
  expect((await lab.perform('createAlert', about('No key', 3))).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
  expect(sent() - before).toBe(1);
});

test('an event that there is not is NOT_FOUND', async () => {
  const { told } = await lab.perform('createAlert', { ...about('Nothing', 4), reportId: '1' });
  expect(told).toMatchObject([{ outcome: 'FAILED', alertId: null, error: { code: 'NOT_FOUND' } }]);
  expect(told[0]?.error?.message).toContain('There is no event');
});

test('a dry run sends nothing', async () => {
  const { told } = await lab.perform('createAlert', { ...about('Dry'), dryRun: true });
  expect(told).toMatchObject([{ outcome: null, error: null }]);
  expect(alertsTitled('Dry')).toEqual([]);
});

test('a key that was used with other input is CONFLICT', async () => {
  await lab.perform('createAlert', { ...about('First'), idempotencyKey: 'reused' });
  const { errors } = await lab.perform('createAlert', { ...about('Second'), idempotencyKey: 'reused' });
  expect(errors).toMatchObject([{ extensions: { code: 'CONFLICT' } }]);
});

test('a guardrail on machines counts for the machine of the alert', async () => {
  const input = about('Guarded');
  const machine = lab.simulator.world('contoso').machines.find(({ id }) => id === input.machineId);
  await lab.restart([[['guardrails'], [{ deny: 'createAlert', osPlatform: machine?.osPlatform }]]]);
  const before = sent();
  const { told } = await lab.perform('createAlert', input);
  expect(told).toMatchObject([{ outcome: 'REFUSED', alert: null, error: { code: 'GUARDRAIL' } }]);
  expect(sent()).toBe(before);
});
