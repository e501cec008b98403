import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asked, type Given, none, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn(12, ['mde']);
});
afterAll(() => standIn.stop());

const [own, other] = ['a'.repeat(40), 'b'.repeat(40)];
const machine = (id: string, more: object = {}) => ({
  ...{ id, computerDnsName: `${id.slice(0, 4)}.contoso.com`, osPlatform: 'Windows11', onboardingStatus: 'Onboarded' },
  ...{ firstSeen: new Date(Date.now() - 86_400_000).toISOString(), machineTags: [], deviceValue: 'Normal', ...more },
});
const actionId = '00000000-0000-4000-8000-00000000000a';

interface Told {
  readonly outcome: string;
}

/** What results show, where it is not the machine alone. */
const shownOf: Readonly<Record<string, string>> = {
  isolateMachines: 'action { actionId }',
  startInvestigation: 'investigationId',
  createAlert: 'alertId',
};

/** What is told of an action on machines whose service gives this answer to it. `listed`: its machines. */
const perform = async (
  mutation: string,
  input: Readonly<Record<string, unknown>>,
  answer: (asked: Asked) => Given,
  listed: readonly ReturnType<typeof machine>[],
) => {
  const reads = ({ path }: Asked) => (path.endsWith('/machines') ? listed : []);
  const tenant = standIn.tenant((asked) => {
    if (asked.method !== 'GET') return answer(asked);
    const id = /\/machines\/(\w{40})$/.exec(asked.path)?.[1];
    if (id === undefined) return { body: { value: reads(asked) } };
    const one = listed.find((each) => each.id === id);
    return one === undefined ? none : { body: one };
  });
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const shown = shownOf[mutation] ?? 'machine { machineId }';
  const { data } = await tenant.ask<{ readonly told: { readonly results: readonly Told[] } }>(
    `mutation ($input: ${type}!) { told: ${mutation}(input: $input) {
      results { outcome ${shown} error { code } } } }`,
    { input: { tenant: tenant.name, ...input } },
  );
  const audit = await tenant.ask<{ readonly auditLog: { readonly nodes: readonly Told[] } }>(
    'query ($tenants: [String!]) { auditLog(tenants: $tenants) { nodes { outcome } } }',
    { tenants: [tenant.name] },
  );
  return {
    told: data.told.results,
    sent: tenant.asked.filter(({ method }) => method !== 'GET').length,
    audit: audit.data.auditLog.nodes.map(({ outcome }) => outcome),
  };
};

test.each([
  ['Failed', 'FAILED'],
  ['TimeOut', 'FAILED'],
  ['Pending', 'DONE'],
])('X1: an isolation that is answered with %s is told to the caller and the audit alike', async (status, outcome) => {
  const answered = { id: actionId, type: 'Isolate', status, machineId: own };
  const { told, audit } = await perform(
    'isolateMachines',
    { machineIds: [own], comment: 'Beaconing' },
    () => ({ status: 201, body: answered }),
    [machine(own)],
  );
  expect(told).toMatchObject([{ outcome, action: { actionId } }]);
  expect(audit).toEqual([outcome, 'INTENDED']);
});

describe('an answer about another machine', () => {
  test.each([null, 'Beaconing'])(
    'X1: an isolation that is answered so (comment %s) is not told as done',
    async (comment) => {
      const answered = {
        id: actionId,
        type: 'Isolate',
        status: 'Pending',
        machineId: other,
        requestorComment: comment,
      };
      const { told, sent } = await perform(
        'isolateMachines',
        { machineIds: [own], comment: 'Beaconing' },
        () => ({ status: 201, body: answered }),
        [machine(own)],
      );
      expect(told).toMatchObject([{ outcome: 'UNKNOWN', action: null, error: { code: 'UPSTREAM_UNAVAILABLE' } }]);
      expect(sent).toBe(1);
    },
  );

  test.each([
    ['tagMachines', { tag: 'x', operation: 'ADD' }, { machineTags: ['x'] }],
    ['setDeviceValue', { deviceValue: 'HIGH' }, { deviceValue: 'High' }],
  ] as const)('X1: nor is a change by %s, and the other machine is not shown', async (mutation, input, changed) => {
    const { told, sent } = await perform(
      mutation,
      { machineIds: [own], ...input },
      () => ({ body: machine(other, changed) }),
      [machine(own)],
    );
    expect(told).toMatchObject([{ outcome: 'UNKNOWN', machine: { machineId: own } }]);
    expect(sent).toBe(1);
  });

  test('X1: nor is an investigation', async () => {
    const { told, sent } = await perform(
      'startInvestigation',
      { machineIds: [own], comment: 'Beaconing' },
      () => ({ body: { id: '77', machineId: other } }),
      [machine(own)],
    );
    expect(told).toMatchObject([{ outcome: 'UNKNOWN', investigationId: null }]);
    expect(sent).toBe(1);
  });
});

test('X1: an alert that is answered as one of another machine is not told as made', async () => {
  const input = {
    ...{ machineId: own, reportId: '1', eventTime: '2026-01-31T08:00:00Z', severity: 'LOW', category: 'GENERAL' },
    ...{ title: 'Beacon', description: 'Found', recommendedAction: 'Look' },
  };
  const answer = () => ({ body: { id: 'da9_9', machineId: other, title: 'Beacon' } });
  const { told, sent } = await perform('createAlert', input, answer, [machine(own)]);
  expect(told).toMatchObject([{ outcome: 'UNKNOWN', alertId: null }]);
  expect(sent).toBe(1);
});

test('X1: of machines that are tagged together the one that the answer leaves out is not told as done', async () => {
  const { told, sent } = await perform(
    'tagMachines',
    { machineIds: [own, other], tag: 'x', operation: 'ADD' },
    () => ({ body: { value: [machine(own, { machineTags: ['x'] })] } }),
    [machine(own), machine(other)],
  );
  expect(told).toMatchObject([{ outcome: 'DONE' }, { outcome: 'UNKNOWN', machine: { machineId: other } }]);
  expect(sent).toBe(1);
});
