import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { assertInterfaceType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { machineIdsOf } from '../../../src/domain/alert-machines.ts';
import { edges } from '../../../src/entities/edges.ts';
import { createSchema } from '../../../src/server/schema.ts';
import { alertFromGraph } from '../../../src/unification/alert.ts';
import { evidenceListFromGraph } from '../../../src/unification/evidence/from-graph.ts';
import type { Kind } from '../../../src/unification/evidence/kind.ts';
import { kinds } from '../../../src/unification/evidence/kinds.ts';
import { readFields, type WireObject, wireNames } from '../../../src/unification/fields.ts';
import { isRecord } from '../../../src/upstream/http/shape.ts';
import { contoso } from './fixture.ts';

const rows = Object.entries<Kind>(kinds);
const graphName = (kind: string): string => `${kind.charAt(0).toLowerCase()}${kind.slice(1)}`;

const schema = createSchema();
const common = Object.keys(assertInterfaceType(schema.getType('AlertEvidence')).getFields());

test.each(rows)('R8: %s has in the graph what its row reads', (kind, { fields, inside = {} }) => {
  const type = schema
    .getPossibleTypes(assertInterfaceType(schema.getType('AlertEvidence')))
    .find(({ name }) => name === kind);
  const read = [...common, ...Object.keys(readFields(fields)({})), ...Object.keys(inside)];
  const told = Object.keys(type?.getFields() ?? {}).filter((name) => !Object.hasOwn(edges, `${kind}.${name}`));
  expect(told.sort()).toEqual([...new Set(read)].sort());
  for (const [name, { of, many }] of Object.entries(inside)) {
    const named = of ?? 'AlertEvidence';
    expect(String(type?.getFields()[name]?.type)).toBe(many ? `[${named}!]!` : named);
  }
});

const reference = new URL('../../../../shared/reference/graph-security-schema.json', import.meta.url);
const documented: unknown = existsSync(reference) ? JSON.parse(readFileSync(reference, 'utf8')) : {};
const types = isRecord(documented) && isRecord(documented.types) ? documented.types : {};
const names = isRecord(documented) && Array.isArray(documented.evidenceTypes) ? documented.evidenceTypes : [];

/** Properties of a type of the metadata, and how each is typed. */
const propertiesOf = (type: string): Readonly<Record<string, unknown>> => {
  const row = types[type];
  return isRecord(row) && isRecord(row.properties) ? row.properties : {};
};

describe.skipIf(names.length === 0)("R8: the kinds against Graph's metadata", () => {
  test('no kind is missing', () => {
    expect(rows.map(([kind]) => `security.${graphName(kind)}`).sort()).toEqual([...names].sort());
  });

  test.each(rows)('%s reads every property', (kind, { fields, inside = {} }) => {
    const read = new Set([...wireNames(fields), ...Object.values(inside).map(({ name }) => name)]);
    const sent = Object.keys(propertiesOf(`security.${graphName(kind)}`));
    expect(sent.filter((name) => !read.has(name))).toEqual([]);
  });
});

/** A nest of objects and lists in which anything may stand anywhere. */
const nest = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.jsonValue({ maxDepth: 1 }), tie('list'), tie('record')),
  list: fc.array(tie('value'), { maxLength: 3 }),
  record: fc.dictionary(
    fc.constantFrom(
      'host',
      'account',
      'files',
      'processes',
      'pod',
      'containers',
      'image',
      'cloudResource',
      '@odata.type',
      'labels',
    ),
    tie('value'),
    { maxKeys: 4 },
  ),
})).record;

describe('R8: unknown shapes', () => {
  test('of any kind, at any depth, never throw and are kept whole', () => {
    fc.assert(
      fc.property(fc.constantFrom(...rows.map(([kind]) => graphName(kind)), 'quantumEvidence'), nest, (type, inner) => {
        const wire = { ...(isRecord(inner) ? inner : {}), '@odata.type': `#microsoft.graph.security.${type}` };
        const { evidence } = alertFromGraph(contoso, { id: 'a', evidence: [wire] });
        expect(evidence).toMatchObject([{ raw: wire }]);
      }),
      { numRuns: 500 },
    );
  });

  test('nested without end are read to a depth, and searched for machines to the bottom', () => {
    let image: WireObject = { imageId: 'last', mdeDeviceId: 'm1' };
    for (let level = 0; level < 20_000; level += 1) image = { imageId: `${level}`, digestImage: image };
    const wire = { ...image, '@odata.type': '#microsoft.graph.security.containerImageEvidence' };
    const alert = alertFromGraph(contoso, { id: 'a', evidence: [wire] });
    expect(alert.evidence).toMatchObject([{ imageId: '19999', digestImage: { imageId: '19998' } }]);
    expect(alert.machineId).toBe('m1');
  });

  test('a verdict that is no word of ours is kept beside it', () => {
    const [item] = evidenceListFromGraph('contoso', [{ '@odata.type': 'dnsEvidence', verdict: 'benignPositive' }]);
    expect(item).toMatchObject({ kind: 'DnsEvidence', verdict: 'UNKNOWN', verdictName: 'benignPositive' });
  });

  test('inside is read as the kind that the metadata says, also without a type of its own', () => {
    const wire = {
      '@odata.type': '#microsoft.graph.security.kubernetesClusterEvidence',
      cloudResource: { '@odata.type': '#microsoft.graph.security.amazonResourceEvidence', amazonAccountId: '1' },
    };
    const pod = {
      '@odata.type': 'kubernetesPodEvidence',
      namespace: { cluster: wire },
      podIp: {},
      containers: [null, 1],
    };
    expect(evidenceListFromGraph('contoso', [pod])).toMatchObject([
      {
        kind: 'KubernetesPodEvidence',
        podIp: null,
        containers: [],
        namespace: {
          kind: 'KubernetesNamespaceEvidence',
          cluster: { cloudResource: { kind: 'AmazonResourceEvidence', tenant: 'contoso', amazonAccountId: '1' } },
        },
      },
    ]);
  });
});

const of = (type: string, own: WireObject): WireObject => ({
  '@odata.type': `#microsoft.graph.security.${type}`,
  ...own,
});

test.each<[string, WireObject, readonly string[]]>([
  ['the host of a log-on session', of('hostLogonSessionEvidence', { host: { mdeDeviceId: 'm1' } }), ['m1']],
  [
    'the files and processes of a malware',
    of('malwareEvidence', {
      files: [{ mdeDeviceId: 'm1' }],
      processes: [{ mdeDeviceId: 'm2' }, { mdeDeviceId: 'm1' }],
    }),
    ['m1', 'm2'],
  ],
  ['the files of a Teams message', of('teamsMessageEvidence', { files: [{ mdeDeviceId: 'm1' }] }), ['m1']],
  ['a device inside a kind that is not known', of('quantumEvidence', { twin: { mdeDeviceId: 'm1' } }), ['m1']],
  ['an IoT device, whose id is no machine', of('ioTDeviceEvidence', { deviceId: 'plc' }), []],
])('R8: the machines that an alert names are those of %s', (_name, wire, expected) => {
  const alert = alertFromGraph(contoso, { id: 'a', evidence: [wire] });
  expect([...machineIdsOf(alert)].sort()).toEqual(expected);
  expect(alert.machineId === null ? [] : [alert.machineId]).toEqual(expected.slice(0, 1));
});
