import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLObjectType,
  getNamedType,
  isEnumType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Listed, none, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn(60, ['graph', 'm365d', 'mde'], {
    tokens: 100_000,
    cost: 1_000_000,
    aliases: 10_000,
    depth: 20,
  });
});
afterAll(() => api.stop());
const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));

/** Every leaf of a type that needs no further call. */
/** Fields that are read off something else, or are the row itself. */
const elsewhere = [
  ...['id', 'tenant', 'machine', 'incident', 'alert', 'action', 'vulnerability', 'software', 'raw'],
  ...[
    'isolationState',
    'restrictedState',
    'gatewayCaller',
    'antivirusHealth',
    'mergedInto',
    'file',
    'relatedFiles',
    'relatedDomains',
    'relatedIpAddresses',
  ],
];

const leavesOf = (name: string, depth = 3): string => {
  const type = schema.getType(name);
  if (!isObjectType(type) && !isInterfaceType(type)) return '__typename';
  const parts = Object.values(type.getFields()).flatMap((field) => {
    const inner = getNamedType(field.type);
    if (field.args.length > 0 || elsewhere.includes(field.name)) return [];
    if (isScalarType(inner) || isEnumType(inner)) return [field.name];
    if (depth === 0) return [];
    if (isInterfaceType(inner))
      return [
        `${field.name} { __typename ${schema
          .getPossibleTypes(inner)
          .map((one) => `... on ${one.name} { ${aliased(one, depth - 1)} }`)
          .join(' ')} }`,
      ];
    if (isUnionType(inner))
      return [
        `${field.name} { __typename ${inner
          .getTypes()
          .map((one) => `... on ${one.name} { ${aliased(one, depth - 1)} }`)
          .join(' ')} }`,
      ];
    if (
      isObjectType(inner) &&
      ![
        'Machine',
        'Incident',
        'Alert',
        'Tenant',
        'Software',
        'Vulnerability',
        'MissingKb',
        'MachineAction',
        'LogonUser',
      ].includes(inner.name)
    )
      return [`${field.name} { ${leavesOf(inner.name, depth - 1)} }`];
    return [];
  });
  return ['__typename', ...parts].join(' ');
};
const aliased = (type: GraphQLObjectType, depth: number): string =>
  leavesOf(type.name, depth).split(' ').length > 0 ? aliasTop(type, depth) : '__typename';
const aliasTop = (type: GraphQLObjectType, depth: number): string => {
  const inner = Object.values(type.getFields()).flatMap((field) => {
    const named = getNamedType(field.type);
    if (field.args.length > 0 || ['machine', 'incident', 'tenant', 'raw', 'evidence', 'file'].includes(field.name))
      return [];
    const alias = `${type.name}_${field.name}: ${field.name}`;
    if (isScalarType(named) || isEnumType(named)) return [alias];
    if (depth <= 0 || !isObjectType(named) || ['Machine', 'Incident', 'Alert', 'Tenant'].includes(named.name))
      return [];
    return [`${alias} { ${leavesOf(named.name, depth - 1)} }`];
  });
  return inner.length === 0 ? '__typename' : inner.join(' ');
};

const fixture = (name: string) => JSON.parse(readFileSync(`test/fixtures/${name}.json`, 'utf8'));
const odd: Readonly<Record<string, unknown>> = {
  null: null,
  number: 42,
  negative: -1.5e30,
  text: 'surprise',
  empty: '',
  object: { a: { b: 1 } },
  array: ['x', null, 3, { y: 1 }],
  nested: [[[1]]],
  true: true,
  emptyObject: {},
  emptyArray: [],
  long: 'x'.repeat(70_000),
  date: '0001-01-01T00:00:00Z',
  bigText: '99999999999999999999',
  proto: JSON.parse('{"__proto__": {"a": 1}, "constructor": 1, "toString": "x"}'),
};
/** The value with every leaf, or every property at a depth, in the odd form; `keep` names stay. */
const oddly = (value: unknown, form: unknown, depth: number, keep: readonly string[]): unknown => {
  if (Array.isArray(value)) return depth === 0 ? form : value.map((item) => oddly(item, form, depth - 1, keep));
  if (typeof value === 'object' && value !== null)
    return depth === 0
      ? form
      : Object.fromEntries(
          Object.entries(value).map(([key, inner]) => [
            key,
            keep.includes(key) ? inner : oddly(inner, form, depth - 1, keep),
          ]),
        );
  return form;
};
const keep = ['id', 'alertId', 'incidentId', '@odata.type', 'createdDateTime'];

const kinds = {
  graphAlerts: {
    list: 'alerts',
    type: 'Alert',
    path: /alerts_v2$/,
    row: () => fixture('graph-incident').alerts?.[0] ?? null,
  },
  graphEvidence: {
    list: 'alerts',
    type: 'Alert',
    path: /alerts_v2$/,
    row: () => ({
      id: 'da1',
      createdDateTime: '2026-01-01T00:00:00Z',
      evidence: Object.values(fixture('graph-evidence')).flat(),
    }),
  },
  graphIncidents: {
    list: 'incidents',
    type: 'Incident',
    path: /security\/incidents$/,
    row: () => fixture('graph-incident'),
  },
  m365dIncidents: {
    list: 'incidents',
    type: 'Incident',
    path: /^\/api\/incidents$/,
    row: () => fixture('m365d-incident'),
  },
  mdeAlerts: { list: 'alerts', type: 'Alert', path: /^\/api\/alerts$/, row: () => fixture('mde-alert') },
  machines: { list: 'machines', type: 'Machine', path: /^\/api\/machines$/, row: () => fixture('mde-machine') },
  actions: {
    list: 'machineActions',
    type: 'MachineAction',
    path: /^\/api\/machineactions$/,
    row: () => fixture('mde-machine-action'),
  },
} as const;

describe('R8: fields of another form than documented: never INTERNAL, never a lost row', () => {
  for (const [kind, { list, type, path, row }] of Object.entries(kinds))
    test(kind, async () => {
      const original = row();
      expect(original).not.toBeNull();
      let sent: unknown;
      const tenant = api.tenant((asked) =>
        path.test(asked.path)
          ? { body: { value: [sent] } }
          : asked.path.startsWith('/api/') || asked.path.startsWith('/v1.0')
            ? { status: 403, body: { error: { code: 'Disabled', message: 'no' } } }
            : none,
      );
      const bad: unknown[] = [];
      const query = `query ($tenant: String!) { list: ${list}(tenants: [$tenant]) { nodes { ${leavesOf(type)} raw } failures { code message } } }`;
      for (const [name, form] of Object.entries(odd))
        for (const depth of [1, 2, 3, 4, 5]) {
          sent = oddly(original, form, depth, keep);
          const { data, errors } = await tenant.ask<Listed>(query);
          if (errors.length > 0 || data?.list?.nodes?.length !== 1 || data.list.failures.length > 0)
            bad.push({
              name,
              depth,
              errors: errors.slice(0, 2).map(({ message, path: at, extensions }) => [message, at, extensions?.code]),
              failures: data?.list?.failures,
              count: data?.list?.nodes?.length,
            });
        }
      expect(bad).toEqual([]);
    });
});
