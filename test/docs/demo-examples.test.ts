import { parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examples } from '../../src/demo/examples.ts';
import { roleExamples } from '../../src/server/graphiql/role-examples.ts';
import { createSchema } from '../../src/server/schema.ts';
import { type Running, startRunning } from '../support/gateway.ts';

const schema = createSchema();
let demo: Running;
beforeAll(async () => {
  demo = await startRunning({ simulator: { profile: 'mild' } });
});
afterAll(() => demo.stop());

/** Lists without a row, and actions that went wrong, each with the way to it. `changes` of a tenant that kept to a set are none. */
function* missing(value: unknown, path: string): Generator<string> {
  if (Array.isArray(value)) {
    for (const [place, each] of value.entries()) yield* missing(each, `${path}.${place}`);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    if ((key === 'nodes' || key === 'results' || key === 'rows') && Array.isArray(each) && each.length === 0)
      yield `${path}.${key}`;
    if (key === 'error' && each !== null) yield `${path}.error`;
    yield* missing(each, `${path}.${key}`);
  }
}

test('there are enough for a day, and no two of one name', () => {
  expect(examples.length).toBeGreaterThanOrEqual(10);
  expect(examples.length).toBeLessThanOrEqual(15);
  expect(new Set(examples.map(({ name }) => name)).size).toBe(examples.length);
});

describe.each(examples)('$name', ({ query, variables }) => {
  test('is valid, and fits a screen', () => {
    expect(validate(schema, parse(query))).toEqual([]);
    expect(query.split('\n').length).toBeLessThanOrEqual(30);
  });

  test('is answered without an error, and with something in every list of it', async () => {
    const { data, errors } = await demo.ask<Readonly<Record<string, unknown>>>(query, variables);
    expect(errors).toEqual([]);
    expect(Object.entries(data).filter(([, value]) => value === null)).toEqual([]);
    expect([...missing(data, '')].filter((path) => !mayBeEmpty.test(path))).toEqual([]);
  });
});

/** What some machines, alerts and incidents have none of. */
const mayBeEmpty = /\.nodes\.\d+\..*\.nodes$/;

test('P1: none is escaped into one line, or cut off in an editor', () => {
  const texts = examples.map(({ query, variables }) => `${query}${JSON.stringify(variables ?? {})}`);
  expect(texts.filter((text) => text.includes('\\n'))).toEqual([]);
});

/** As the page fills in the names of the caller's tenants. */
const filled = (variables: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> =>
  JSON.parse(JSON.stringify(variables).replaceAll('{tenants}', 'contoso').replaceAll('{tenant}', 'contoso'));

describe.each(roleExamples)('P1: the example by role $name', ({ name, query, variables }) => {
  test('is valid, fits a screen, and is answered in the tenants of its caller', async () => {
    expect(validate(schema, parse(query))).toEqual([]);
    expect(query.split('\n').length).toBeLessThanOrEqual(30);
    const { data, errors } = await demo.ask<Readonly<Record<string, unknown>>>(query, filled(variables));
    expect(errors).toEqual([]);
    // Whoever runs it puts a machine or an incident of theirs in.
    if (!name.includes('into the variables')) expect(JSON.stringify(data)).not.toContain('"code":"');
  });
});

test('the tenants differ in how far they are from the set of the example', async () => {
  const [drift] = examples.filter(({ query }) => query.includes('planIndicators'));
  const { data } = await demo.ask<{ readonly planIndicators: readonly Readonly<Record<string, unknown>>[] }>(
    drift?.query ?? '',
    drift?.variables,
  );
  expect(
    data.planIndicators.map(({ tenant, added, changed, unchanged }) => ({ tenant, added, changed, unchanged })),
  ).toEqual([
    { tenant: { name: 'adatum' }, added: 2, changed: 0, unchanged: 0 },
    { tenant: { name: 'contoso' }, added: 1, changed: 0, unchanged: 1 },
    { tenant: { name: 'fabrikam' }, added: 1, changed: 1, unchanged: 0 },
  ]);
});
