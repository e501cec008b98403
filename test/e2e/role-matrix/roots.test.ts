import { randomUUID } from 'node:crypto';
import { isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Permission, permissions } from '../../../src/config/permissions.ts';
import { encodeGlobalId } from '../../../src/loaders/global-id.ts';
import { createSchema } from '../../../src/server/schema.ts';
import type { Answer } from '../../support/gateway.ts';
import { expectNoLeak } from '../../support/refusals.ts';
import {
  type CallerRow,
  callers,
  holds,
  maySee,
  names,
  type Place,
  places,
  tags,
  userNames,
  wholeKey,
} from './callers.ts';
import { edges } from './edges.ts';
import { rootOf, tenantsIn, valuesUnder } from './found.ts';
import { startMatrix, warmUp } from './matrix.ts';
import { printMatrix } from './print.ts';
import { beyondFields, noFieldYet, type Rule, rules, type Subject } from './rules.ts';

/** Every root field against every kind of caller: what is expected follows from the role table and the field's rule alone. */
const matrix = startMatrix();
beforeAll(() => warmUp(matrix, callers));

const schema = createSchema();
const rootFields = ['Query', 'Mutation', 'Subscription'].flatMap((name) => {
  const type = schema.getType(name);
  return isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${name}.${field}`) : [];
});

describe('the rules are those of the schema', () => {
  test.each(rootFields)('%s has a rule', (field) => {
    expect(rules[field]?.length ?? 0, `no rule for ${field}`).toBeGreaterThan(0);
  });

  test.each(Object.keys(rules))('the rule of %s has a field', (field) => {
    expect(rootFields, `no field for the rule of ${field}`).toContain(field);
  });

  const asked = new Set(
    [...Object.values(rules).flat(), ...Object.values(edges)].flatMap(({ permission }) => permission ?? []),
  );
  test.each(permissions)('the permission %s is asked for by a rule, or known to open no field yet', (permission) => {
    const elsewhere = [...noFieldYet, ...beyondFields].includes(permission);
    expect(asked.has(permission), elsewhere ? 'has a field by now' : 'has neither').toBe(!elsewhere);
  });
});

type Outcome = 'data' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND' | 'FORBIDDEN or NOT_FOUND' | 'null';

interface Cell {
  readonly field: string;
  readonly rule: Rule;
  readonly caller: CallerRow;
  readonly place: Place;
  readonly expected: Outcome;
}

const tenantOf = ({ ofUser }: Rule, place: Place): string => (ofUser === true ? userNames : names)[place];

const expectedOf = (rule: Rule, caller: CallerRow, place: Place): Outcome => {
  if (caller.grants === null) return 'UNAUTHENTICATED';
  const { permission, hidden, refusal = 'FORBIDDEN' } = rule;
  const tenant = hidden === 'unnamed' ? undefined : tenantOf(rule, place);
  const seen = tenant === undefined || (place !== 'unknown' && maySee(caller, tenant));
  const allowed = permission === null || holds(caller, permission, seen ? tenant : undefined);
  if (seen) return allowed ? 'data' : refusal;
  if (hidden === 'null') return 'null';
  // Which of the two is said first is all the same, so long as both tenants get the same.
  return allowed ? 'NOT_FOUND' : 'FORBIDDEN or NOT_FOUND';
};

const cellsOf = (field: string): readonly Cell[] =>
  (rules[field] ?? []).flatMap((rule) =>
    callers.flatMap((caller) =>
      (rule.hidden === 'unnamed' ? (['own'] as const) : places).map((place) => ({
        field,
        rule,
        caller,
        place,
        expected: expectedOf(rule, caller, place),
      })),
    ),
  );

const subjectOf = async ({ rule, place }: Cell): Promise<Subject> => ({
  tenant: tenantOf(rule, place),
  tag: tags[place],
  world: matrix.world(place === 'own' ? tenantOf(rule, place) : names.other),
  approvalId:
    rule.ofApproval === true && place !== 'unknown' ? await matrix.approvalIn(tenantOf(rule, place)) : randomUUID(),
});

/** Asks; the calls that are counted from now on are those of this question. */
const ask = async (cell: Cell): Promise<Answer<unknown>> => {
  const [kind = ''] = cell.field.split('.');
  const subject = await subjectOf(cell);
  matrix.running().simulator.calls.reset();
  return matrix.ask(cell.caller, `${kind.toLowerCase()} { ${cell.rule.ask(subject)} }`);
};

const nameOf = ({ field, rule }: Pick<Cell, 'field' | 'rule'>): string =>
  rule.way === undefined ? field : `${field}, ${rule.way}`;

const labelOf = (cell: Cell): string => `${nameOf(cell)} in ${cell.place} tenant for ${cell.caller.name}`;

/** What came back, in the words of `Outcome`. */
const outcomeOf = ({ data, errors }: Answer<unknown>, field: string): string => {
  const [error] = errors;
  if (error !== undefined) return error.extensions.code;
  const value = rootOf(data, field.split('.')[1] ?? '');
  const nothing = Array.isArray(value) ? value.every((item) => item === null) : value === null;
  return nothing ? 'null' : 'data';
};

const printed = new Map<string, Map<string, Partial<Record<Place, string>>>>();
const record = (cell: Cell, outcome: string): void => {
  const row = printed.get(nameOf(cell)) ?? new Map<string, Partial<Record<Place, string>>>();
  printed.set(nameOf(cell), row.set(cell.caller.name, { ...row.get(cell.caller.name), [cell.place]: outcome }));
};
afterAll(() =>
  printMatrix(
    printed,
    callers.map(({ name }) => name),
  ),
);

const guid = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** An answer without the tenant's name, tag and ids: all that may differ between a hidden tenant and one that is none. */
const withoutNames = (text: string): string =>
  [names.other, userNames.other, names.unknown, tags.other, tags.unknown].reduce(
    (left, name) => left.replaceAll(name, 'IT'),
    text.replaceAll(guid, 'ID'),
  );

describe('what is refused', () => {
  test.each(rootFields)(
    '%s: says why, asks nothing of Microsoft, and tells no hidden tenant from none',
    async (field) => {
      const hidden = new Map<string, string>();
      for (const cell of cellsOf(field).filter(({ expected }) => expected !== 'data')) {
        const { calls } = matrix.running().simulator;
        const answer = await ask(cell);
        const outcome = outcomeOf(answer, field);
        record(cell, outcome);
        const label = labelOf(cell);
        expect(cell.expected.split(' or '), `${label}: ${answer.text}`).toContain(outcome);
        if (outcome === 'FORBIDDEN') expect(answer.errors[0]?.message, label).toContain(`"${cell.rule.permission}"`);
        if (outcome === 'UNAUTHENTICATED') expect(answer, label).toMatchObject({ status: 401, data: undefined });
        expect(calls.list(), label).toEqual([]);
        expectNoLeak(answer.text);
        if (cell.place !== 'unknown' && maySee(cell.caller, tenantOf(cell.rule, cell.place))) continue;
        const way = `${nameOf(cell)} ${cell.caller.name}`;
        const plain = `${answer.status} ${withoutNames(answer.text)}`;
        expect(plain, label).toBe(hidden.get(way) ?? plain);
        hidden.set(way, plain);
      }
    },
  );

  test('and none of it stands in the audit log, beside what was asked for to be refused', async () => {
    const { data, errors } = await matrix.askWithKey(wholeKey, '{ auditLog(first: 200) { nodes { callerName } } }');
    expect(errors).toEqual([]);
    expect(new Set(valuesUnder('callerName', data))).toEqual(new Set(['requester']));
  });
});

describe('what is allowed', () => {
  test.each(rootFields)('%s: is answered, for tenants that the caller may see alone', async (field) => {
    const cells = cellsOf(field).filter(({ expected }) => expected === 'data');
    expect(cells.length, 'somebody may ask for it').toBeGreaterThan(0);
    for (const cell of cells) {
      const answer = await ask(cell);
      const outcome = outcomeOf(answer, field);
      record(cell, outcome);
      const label = `${labelOf(cell)}: ${answer.text}`;
      expect(outcome, label).toBe('data');
      expect(answer.text, label).not.toContain('FORBIDDEN');
      expectNoLeak(answer.text);
      for (const tenant of tenantsIn(answer.data)) expect(maySee(cell.caller, tenant), label).toBe(true);
    }
  });
});

describe.each(callers.map((caller) => [caller.name, caller] as const))('what is no field, for %s', (_, caller) => {
  const permission = (name: Permission): boolean => holds(caller, name);

  test('x-gateway-explain tells of calls if they may know', async () => {
    const answer = await matrix.ask(caller, '{ viewer { name } }', { 'x-gateway-explain': '1' });
    expect(answer.extensions?.gateway !== undefined).toBe(permission('explain'));
  });

  test('the schema is read, and errors suggest names of it, if they may know', async () => {
    const schemaAnswer = await matrix.ask(caller, '{ __schema { queryType { name } } }');
    expect(schemaAnswer.text.includes('"name":"Query"')).toBe(permission('schema:read'));
    const slip = await matrix.ask(caller, '{ incidents { nodes { titel } } }');
    expect(slip.text.includes('Did you mean')).toBe(permission('schema:read'));
  });
});

test('several nodes at once: those of another tenant and of none are null, their own are there', async () => {
  const limitedAdmin = callers.find(({ name }) => name === 'admin');
  const idIn = (tenant: string, world: string) =>
    encodeGlobalId({ type: 'Machine', tenant, id: matrix.world(world).machines[0]?.id ?? '' });
  const ids = [idIn(names.other, names.other), idIn(names.own, names.own), idIn(names.unknown, names.other)];
  expect(limitedAdmin).toBeDefined();
  if (limitedAdmin === undefined) return;
  const answer = await matrix.ask(limitedAdmin, `{ nodes(ids: ${JSON.stringify(ids)}) { id } }`);
  expect(answer).toMatchObject({ data: { nodes: [null, { id: ids[1] }, null] }, errors: [] });
});
