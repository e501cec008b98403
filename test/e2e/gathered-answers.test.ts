import { type GraphQLObjectType, getNamedType, isLeafType, isObjectType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EntityName, entities, entityNames, isListed, lookUpOf } from '../../src/entities/table.ts';
import { createSchema } from '../../src/server/schema.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { simTenant } from '../support/tenants.ts';

/** What is read with others, beside the same read alone: every type of entity that is looked up by its id, over real HTTP. */

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    simulator: { profile: 'mild', tenants: [simTenant('contoso')], enforceQuotas: false },
  });
});
afterAll(() => running.stop());
beforeEach(() => {
  running.simulator.faults.clear();
  running.simulator.calls.reset();
});

const schema = createSchema();
const typeOf = (name: string): GraphQLObjectType => {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`There is no type ${name}`);
  return type;
};

/** All fields that hold a value of their own. */
const valuesOf = (name: EntityName): string =>
  Object.values(typeOf(entities[name].type).getFields())
    .filter(({ type, args }) => isLeafType(getNamedType(type)) && args.length === 0)
    .map((field) => field.name)
    .join(' ');

const looked = entityNames.filter(
  (name) => isListed(name) && typeOf('Query').getFields()[lookUpOf(name)] !== undefined,
);

const question = (name: EntityName, id: string, fields: string): string =>
  `{ one: ${lookUpOf(name)}(tenant: "contoso", ${entities[name].id.field}: ${JSON.stringify(id)}) { ${fields} } }`;

interface One {
  readonly one: Readonly<Record<string, unknown>> | null;
}

/** Where it says that it comes from, and when it was made: those differ. */
const varying = new Set(['@odata.context', 'dataRefreshTimestamp']);

const withoutVarying = (data: One): unknown =>
  JSON.parse(JSON.stringify(data, (name, value: unknown) => (varying.has(name) ? undefined : value)));

const idsOf = async (name: EntityName): Promise<readonly string[]> => {
  const { field } = entities[name].id;
  const { data } = await running.ask<{ list: { nodes: readonly Readonly<Record<string, string>>[] } }>(
    `{ list: ${name}(tenants: ["contoso"], first: 12) { nodes { ${field} } } }`,
  );
  return data.list.nodes.map((node) => String(node[field]));
};

/** Lists that take part: their pages show all that single reads do. */
const together: readonly EntityName[] = ['investigations', 'machines', 'software', 'vulnerabilities'];

describe('of many callers who each ask for one', () => {
  test.each(looked.map((name) => [name]))('%s: each is told what they are told alone', async (name) => {
    const ids = await idsOf(name);
    expect(ids.length).toBeGreaterThan(0);
    const fields = valuesOf(name);
    const alone: unknown[] = [];
    for (const id of ids) {
      const { data, errors } = await running.ask<One>(question(name, id, fields));
      expect(errors).toEqual([]);
      alone.push(withoutVarying(data));
    }
    const all = async () => {
      running.simulator.calls.reset();
      const told = await Promise.all(ids.map((id) => running.ask<One>(question(name, id, fields))));
      expect(told.flatMap(({ errors }) => errors)).toEqual([]);
      return told.map(({ data }) => withoutVarying(data));
    };
    // The first time it is tried whether they may go together.
    expect(await all()).toEqual(alone);
    expect(await all()).toEqual(alone);
    const asked = running.simulator.calls.list().map(({ path }) => new URL(path, 'http://localhost').searchParams);
    const several = asked.filter((query) => / in \(.*,/.test(query.get('$filter') ?? ''));
    if (together.includes(name)) expect(several).not.toEqual([]);
    else expect(several).toEqual([]);
  });

  test('those that take part are all that are compared', () => {
    expect(looked.filter((name) => together.includes(name)).toSorted()).toEqual(together);
  });
});

describe('where the list of machines has no room', () => {
  const ask = (id: string) =>
    running.ask<{ machine: { machineId: string } }>(
      `{ machine(tenant: "contoso", machineId: "${id}") { machineId } }`,
      {},
      { 'x-gateway-max-wait-seconds': '30' },
    );
  const machineIds = () => running.simulator.world('contoso').machines.map(({ id }) => id);
  const askAll = (ids: readonly string[]) => Promise.all(ids.map(ask));

  test('nobody waits for it', async () => {
    const ids = machineIds();
    await askAll(ids.slice(0, 10));
    await askAll(ids.slice(0, 10));
    running.simulator.calls.reset();
    running.simulator.faults.add({
      operation: 'listMachines',
      effect: { kind: 'status', status: 429, retryAfter: 12 },
    });
    for (const first of [0, 10, 20]) {
      const since = performance.now();
      const some = ids.slice(first, first + 10);
      const told = await askAll(some);
      expect(told.flatMap(({ errors }) => errors)).toEqual([]);
      expect(told.map(({ data }) => data.machine.machineId)).toEqual(some);
      expect(performance.now() - since).toBeLessThan(3000);
    }
    expect(running.simulator.calls.count({ operation: 'listMachines' })).toBe(1);
  });
});
