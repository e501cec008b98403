import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../../support/gateway.ts';
import { keyHeader, keyRow } from '../../support/keys.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: [simTenant('contoso', { scale: 0.2 })], enforceQuotas: false },
    settings: (offered) =>
      changedSettings(offered, [
        [['access'], { apiKeys: ['reader', 'hunter', 'responder'].map((role) => keyRow(role, { roles: [role] })) }],
      ]),
  });
});
afterAll(() => running.stop());

const edge = '{ machines(first: 200) { nodes { computerDnsName logonUsers { nodes { accountName } } } } }';

describe('D1: what an operation costs', () => {
  test('D1: is said beside its calls to who may have it explained, and to nobody else', async () => {
    const explain = { 'x-gateway-explain': '1' };
    const { extensions } = await running.ask(
      '{ machines(first: 5) { nodes { id } } }',
      {},
      { ...keyHeader('hunter'), ...explain },
    );
    const call = expect.objectContaining({ tenant: 'contoso' });
    expect(extensions).toMatchObject({ gateway: { cost: 15, upstreamCalls: expect.arrayContaining([call]) } });
    const other = await running.ask(
      '{ machines(first: 5) { nodes { id } } }',
      {},
      { ...keyHeader('reader'), ...explain },
    );
    expect(other.extensions).toBeUndefined();
  });

  test('D1: is said before anything is run: calls that nothing gathers, too', async () => {
    running.simulator.calls.reset();
    const { data, errors, extensions } = await running.ask(edge, {}, { ...keyHeader('reader'), 'x-gateway-plan': '1' });
    expect({ data, errors }).toEqual({ data: null, errors: [] });
    // A page of machines, and of each who logs on to it.
    expect(extensions).toEqual({
      gateway: { cost: expect.any(Number), costLimit: 200_000, calls: 201, callsLimit: 300 },
    });
    expect(running.simulator.calls.count()).toBe(0);
  });

  test('D1: is said of what is too dear to be run', async () => {
    const deep = '{ incidents(first: 200) { nodes { alerts(first: 200) { nodes { evidence { __typename } } } } } }';
    const plan = await running.ask(deep, {}, { ...keyHeader('reader'), 'x-gateway-plan': '1' });
    expect(plan).toMatchObject({
      status: 200,
      extensions: { gateway: { cost: expect.any(Number), costLimit: 200_000 } },
    });
    expect((await running.ask(deep, {}, keyHeader('reader'))).errors).toMatchObject([
      { extensions: { code: 'QUERY_TOO_EXPENSIVE' } },
    ]);
  });

  const isolate = (machineId: string): string =>
    `mutation { isolateMachines(input: { tenant: "contoso", machineIds: ["${machineId}"], comment: "x" }) { results { error { code } } } }`;

  test('D1: is said of an action without doing it', async () => {
    const { machines, actions } = running.simulator.world('contoso');
    const before = actions.length;
    running.simulator.calls.reset();
    const plan = { ...keyHeader('responder'), 'x-gateway-plan': '1' };
    const answer = await running.ask(isolate(machines[0]?.id ?? ''), {}, plan);
    expect(answer).toMatchObject({ status: 200, data: null, extensions: { gateway: { calls: 1 } } });
    expect(running.simulator.calls.count()).toBe(0);
    expect(running.simulator.world('contoso').actions).toHaveLength(before);
  });

  test.each(['true', '0', 'yes', ''])(
    'D1: a plan that is asked for by "%s" is refused, and nothing is done',
    async (word) => {
      const { machines, actions } = running.simulator.world('contoso');
      const before = actions.length;
      const answer = await running.ask(
        isolate(machines[0]?.id ?? ''),
        {},
        { ...keyHeader('responder'), 'x-gateway-plan': word },
      );
      expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
      expect(running.simulator.world('contoso').actions).toHaveLength(before);
    },
  );

  test('D1: a plan of what is malformed tells its fault', async () => {
    const plan = { ...keyHeader('reader'), 'x-gateway-plan': '1' };
    const answer = await running.ask('query ($n: Int) { machines(first: $n) { truncated } }', { n: 'many' }, plan);
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});
