import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WorldMachine } from '../../../src/simulator/world/types.ts';
import type { Running } from '../../support/gateway.ts';
import { as, idsOf, limited, seenBy, startEstates } from './estate.ts';

const tenant = 'by-graph';
const caller = 'of-a-group';

let running: Running;
beforeAll(async () => {
  running = await startEstates();
});
afterAll(() => running.stop());
beforeEach(() => running.simulator.calls.reset());

const machineOf = (seen: boolean): WorldMachine => {
  const { machines, actions } = running.simulator.world(tenant);
  const machine = machines.find(
    (candidate) =>
      limited[caller]?.(candidate) === seen &&
      candidate.onboardingStatus === 'Onboarded' &&
      candidate.osPlatform.startsWith('Windows') &&
      !actions.some((action) => action.machine === candidate && action.type === 'Isolate'),
  );
  if (machine === undefined) throw new Error('The estate has no such machine');
  return machine;
};

interface Row {
  readonly action: { readonly actionId: string } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}
const perform = async (name: string, input: object): Promise<readonly Row[]> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const shown = name.startsWith('update') ? '' : 'action { actionId }';
  const { data, errors } = await running.ask<Readonly<Record<string, { readonly results: readonly Row[] }>>>(
    `mutation ($input: ${type}!) { ${name}(input: $input) { results { ${shown} error { code message } } } }`,
    { input: { tenant, comment: 'Case 12', ...input } },
    as(caller),
  );
  expect(errors).toEqual([]);
  return data[name]?.results ?? [];
};
const sent = (operation: string): number => running.simulator.calls.count({ operation });
const notFound = { error: { code: 'NOT_FOUND' } };

describe('a caller whose role is limited to machines may act on those alone', () => {
  test.each([false, true])('isolating (dry run: %s)', async (dryRun) => {
    const [own, hidden] = [machineOf(true), machineOf(false)];
    const rows = await perform('isolateMachines', { machineIds: [own.id, hidden.id, hidden.computerDnsName], dryRun });
    expect(rows).toMatchObject([{ error: null }, notFound, notFound]);
    const [absent] = await perform('isolateMachines', { machineIds: ['f'.repeat(40)], dryRun: true });
    expect(rows[1]?.error?.message).toBe(absent?.error?.message.replace('f'.repeat(40), hidden.id));
    expect(sent('isolateMachine')).toBe(dryRun ? 0 : 1);
  });

  test('cancelling, and taking up a session', async () => {
    const { actions } = running.simulator.world(tenant);
    const hidden = actions.find(({ machine }) => limited[caller]?.(machine) === false);
    expect(await perform('cancelMachineActions', { actionIds: [hidden?.id] })).toMatchObject([notFound]);
    const theirs = machineOf(false);
    const { data } = await running.ask<{ runLiveResponse: { results: readonly Row[] } }>(
      'mutation ($input: RunLiveResponseInput!) { runLiveResponse(input: $input) { results { action { actionId } } } }',
      {
        input: {
          tenant,
          machineIds: [theirs.id],
          comment: 'x',
          waitSeconds: 0,
          commands: [{ type: 'GET_FILE', path: 'C:\\x' }],
        },
      },
    );
    const actionId = data.runLiveResponse.results[0]?.action?.actionId;
    expect(actionId).toBeDefined();
    expect(await perform('runLiveResponse', { actionId, comment: null })).toMatchObject([
      { action: null, ...notFound },
    ]);
    expect(sent('cancelMachineAction')).toBe(0);
  });

  test.each([
    ['updateIncidents', 'incidentIds', 'incidents'],
    ['updateAlerts', 'alertIds', 'alerts'],
  ] as const)('%s', async (name, field, list) => {
    const seen = (await seenBy(running, caller, tenant))[list];
    const all = await idsOf(running, null, list, tenant);
    const [own, hidden] = [all.find((id) => seen.has(id)), all.find((id) => !seen.has(id))];
    const rows = await perform(name, { [field]: [own, hidden], comment: null, assignedTo: 'ana@contoso.com' });
    expect(rows).toMatchObject([{ error: null }, notFound]);
    const dry = await perform(name, {
      [field]: [own, hidden],
      comment: null,
      assignedTo: 'bo@contoso.com',
      dryRun: true,
    });
    expect(dry).toMatchObject([{ error: null }, notFound]);
  });
});
