import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    // It counts calls: each is answered at once.
    simulator: {
      oddities: { inList: 'answered', truncatedJson: false },
      tenants: [simTenant('contoso')],
      enforceQuotas: false,
    },
    settings: (offered) => changedSettings(offered, [[['limits', 'upstreamCalls'], 4]]),
  });
});
afterAll(() => running.stop());
beforeEach(() => running.simulator.calls.reset());

interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const send = async (operations: readonly Operation[]) => {
  const response = await fetch(`${running.gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-gateway-explain': '1' },
    body: JSON.stringify(operations),
  });
  const body: unknown = await response.json();
  return { status: response.status, body };
};

const machine = (): string => running.simulator.world('contoso').machines[0]?.id ?? expect.unreachable();
const incident = (): string =>
  String(
    running.simulator.world('contoso').incidents.find(({ status }) => status !== 'redirected')?.id ??
      expect.unreachable(),
  );
const readMachine = (id: string): Operation => ({
  query: 'query ($id: ID!) { machine(tenant: "contoso", machineId: $id) { machineId } }',
  variables: { id },
});
const update = (fields: Readonly<Record<string, unknown>>): Operation => ({
  query: `mutation ($input: UpdateIncidentsInput!) { updateIncidents(input: $input) {
    results { error { code } incident { incidentId assignedTo status } } } }`,
  variables: { input: { tenant: 'contoso', incidentIds: [incident()], ...fields } },
});

describe('a list of operations', () => {
  test('reads what several queries ask for once', async () => {
    const asked = readMachine(machine());
    const { body } = await send([asked, asked, asked]);
    expect(body).toMatchObject([1, 2, 3].map(() => ({ data: { machine: { machineId: machine() } } })));
    expect(running.simulator.calls.list({ product: 'mde' })).toHaveLength(1);
  });

  test('gathers the ids that several queries name into one call', async () => {
    const ids = running.simulator
      .world('contoso')
      .machines.slice(0, 5)
      .map(({ id }) => id);
    const { body } = await send(ids.map(readMachine));
    expect(body).toMatchObject(ids.map((machineId) => ({ data: { machine: { machineId } } })));
    expect(running.simulator.calls.list({ product: 'mde' })).toHaveLength(1);
  });

  test('has one budget of upstream calls for all', async () => {
    const hunt = (count: number): Operation => ({
      query: `{ hunt(input: { query: "DeviceInfo | take ${count}", tenants: ["contoso"] }) { rowCount } }`,
    });
    const { body } = await send([1, 2, 3, 4, 5, 6].map(hunt));
    const text = JSON.stringify(body);
    expect(text.match(/QUERY_TOO_EXPENSIVE/g)).toHaveLength(2);
    expect(text.match(/"rowCount"/g)).toHaveLength(4);
  });

  test('shows each mutation its own change: nothing that another operation had loaded', async () => {
    const read: Operation = {
      query: 'query ($id: ID!) { incident(tenant: "contoso", incidentId: $id) { incidentId status } }',
      variables: { id: incident() },
    };
    const { body } = await send([read, update({ assignedTo: 'adele@contoso.example', comment: 'taken' }), read]);
    expect(body).toMatchObject([
      { data: { incident: { incidentId: incident() } } },
      { data: { updateIncidents: { results: [{ error: null, incident: { assignedTo: 'adele@contoso.example' } }] } } },
      { data: { incident: { incidentId: incident() } } },
    ]);
  });

  test('makes every change of its mutations, once each', async () => {
    await send([update({ comment: 'first' }), update({ comment: 'second' })]);
    const { data } = await running.ask<{ incident: { comments: readonly { text: string }[] } }>(
      'query ($id: ID!) { incident(tenant: "contoso", incidentId: $id) { comments { text } } }',
      { id: incident() },
    );
    const texts = data.incident.comments.map(({ text }) => text);
    expect(texts.filter((text) => text.includes('first'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('second'))).toHaveLength(1);
  });
});
