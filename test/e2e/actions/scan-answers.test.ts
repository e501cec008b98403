import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asked, type Given, none, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startStandIn(12, ['mde']);
});
afterAll(() => standIn.stop());

const machineId = 'a'.repeat(40);
const agent = { id: `org_${machineId}`, machineId };
const scan = (id: string, scanName = `Scan ${id}`) => ({
  ...{ id, scanName, scanType: 'Network', isActive: true, target: '10.0.0.1', intervalInHours: 24, targetType: 'Ip' },
  scannerAgent: { machineId },
});
const refused = (status: number): Given => ({ status, body: { error: { code: 'BadRequest', message: 'No.' } } });

const creation = {
  ...{ scanName: 'New', scanType: 'NETWORK', targetType: 'IP', targets: ['10.0.0.1'], intervalInHours: 24, machineId },
  authentication: { type: 'NO_AUTH_NO_PRIV', username: 'snmp' },
};

/** A tenant with scans `first000` and `second00`, and what its service says to an action. */
const perform = async (
  mutation: string,
  input: Readonly<Record<string, unknown>>,
  answer: (asked: Asked, scans: Map<string, object>) => Given,
  agents: Given = { body: { value: [agent] } },
) => {
  const scans = new Map<string, object>(['first000', 'second00'].map((id) => [id, scan(id)]));
  const tenant = standIn.tenant((asked) => {
    if (asked.path.endsWith('Agents')) return agents;
    if (asked.method === 'GET')
      return asked.path.endsWith('Definitions') ? { body: { value: [...scans.values()] } } : none;
    return answer(asked, scans);
  });
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
  const { data } = await tenant.ask<{ readonly told: { readonly results: readonly { outcome: string }[] } }>(
    `mutation ($input: ${type}!) { told: ${mutation}(input: $input) {
      results { outcome error { code } scanDefinition { scanDefinitionId } } } }`,
    { input: { tenant: tenant.name, ...input } },
  );
  return { told: data.told.results, sent: tenant.asked.filter(({ method }) => method !== 'GET').length };
};

test.each([
  [404, 'NOT_FOUND'],
  [400, 'UPSTREAM_REJECTED'],
])('X1: of several that are answered %i after some were deleted those are done', async (status, code) => {
  const ids = ['first000', 'second00'];
  const { told } = await perform('deleteScanDefinitions', { scanDefinitionIds: ids }, ({ body }, scans) => {
    const asked: { readonly ScanDefinitionIds: readonly string[] } = JSON.parse(body);
    for (const id of asked.ScanDefinitionIds) if (id === 'second00' || !scans.delete(id)) return refused(status);
    return { status: 200 };
  });
  expect(told).toMatchObject([
    { outcome: 'DONE', error: null },
    { outcome: 'FAILED', error: { code } },
  ]);
});

test('X1: a change that is answered with another scan is not told as done', async () => {
  const input = { scanDefinitionIds: ['first000'], isActive: false };
  const { told, sent } = await perform('updateScanDefinitions', input, () => ({ body: scan('second00') }));
  expect(told).toMatchObject([{ outcome: 'UNKNOWN', scanDefinition: null }]);
  expect(sent).toBe(1);
});

test.each([
  ['New', 'DONE'],
  [' new ', 'DONE'],
  ['Other', 'UNKNOWN'],
])('X1: a scan "New" that is answered as "%s" is %s', async (scanName, outcome) => {
  const { told, sent } = await perform('createScanDefinition', creation, () => ({ body: scan('third000', scanName) }));
  expect(told).toMatchObject([{ outcome }]);
  expect(sent).toBe(1);
});

const other = { id: `org_${'b'.repeat(40)}`, machineId: 'b'.repeat(40) };
test.each<readonly [string, Given]>([
  ['a scanner without an id beside it', { body: { value: [{ machineId }, other] } }],
  ['a scanner that does not say its machine', { body: { value: [{ id: agent.id }, other] } }],
  ['a list that is refused', refused(400)],
])('X1: %s keeps back no scan, and a dry run says that it cannot tell', async (_, agents) => {
  const answer = () => ({ body: scan('third000', 'New') });
  const { told, sent } = await perform('createScanDefinition', creation, answer, agents);
  expect({ told, sent }).toMatchObject({ told: [{ outcome: 'DONE', error: null }], sent: 1 });
  const dry = await perform('createScanDefinition', { ...creation, dryRun: true }, answer, agents);
  expect(dry).toMatchObject({ told: [{ outcome: 'REFUSED', error: { code: 'UPSTREAM_REJECTED' } }], sent: 0 });
});
