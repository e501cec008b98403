import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { alertShape } from '../../../../src/simulator/graph/alert-shape.ts';
import { incidentShape } from '../../../../src/simulator/graph/incident-shape.ts';
import { contoso, record } from '../call.ts';

const reference = new URL('../../../../../shared/reference/graph-security-schema.json', import.meta.url);
const known = existsSync(reference);
if (!known)
  process.stdout.write('graph-security-schema.json is not here: the comparison with the metadata is skipped\n');
const schema = known ? record(JSON.parse(readFileSync(reference, 'utf8'))) : { types: {}, enums: {} };
const types = record(schema.types);
const enums = record(schema.enums);

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** All properties of a type with those of its bases. */
function propertiesOf(name: string): Readonly<Record<string, unknown>> {
  if (!(name in types)) return {};
  const type = record(types[name]);
  return { ...(typeof type.base === 'string' ? propertiesOf(type.base) : {}), ...record(type.properties) };
}

const plain: Readonly<Record<string, (value: unknown) => boolean>> = {
  'Edm.String': (value) => typeof value === 'string',
  'Edm.Guid': (value) => typeof value === 'string',
  'Edm.DateTimeOffset': (value) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$/.test(String(value)),
  'Edm.Int32': Number.isInteger,
  'Edm.Int64': Number.isInteger,
  'Edm.Double': Number.isFinite,
  'Edm.Boolean': (value) => typeof value === 'boolean',
};

/** Every way in which a value differs from its type of the metadata. */
function faults(value: unknown, spelled: string, path: string): readonly string[] {
  const type = spelled.replace('!', '');
  if (value === null) return spelled.endsWith('!') ? [`${path} is null`] : [];
  const item = /^Collection\((.*)\)$/.exec(type)?.[1];
  if (item !== undefined) {
    return Array.isArray(value)
      ? value.flatMap((one: unknown, at) => faults(one, item, `${path}[${at}]`))
      : [`${path} is no list`];
  }
  const members = enums[type];
  if (Array.isArray(members)) return members.includes(value) ? [] : [`${path} is ${String(value)}, not in ${type}`];
  const test = plain[type];
  if (test !== undefined) return test(value) ? [] : [`${path} is ${String(value)}, not ${type}`];
  return objectFaults(record(value), type, path);
}

function objectFaults(value: Readonly<Record<string, unknown>>, declared: string, path: string): readonly string[] {
  const derived = value['@odata.type'];
  const type = typeof derived === 'string' ? derived.replace('#microsoft.graph.', '') : declared;
  // Open types hold whatever their owner says.
  if (type === 'security.quantumEvidence' || type === 'security.dictionary') return [];
  const properties = propertiesOf(type);
  const navigation = record(record(types[type] ?? {}).navigation ?? {});
  const own = Object.keys(value).filter((key) => key !== '@odata.type' && key !== 'id' && !(key in navigation));
  return [
    ...own.filter((key) => !(key in properties)).map((key) => `${path}.${key} is not in ${type}`),
    ...Object.keys(properties)
      .filter((key) => !(key in value))
      .map((key) => `${path}.${key} is missing`),
    ...own.flatMap((key) => faults(value[key], String(properties[key] ?? ''), `${path}.${key}`)),
  ];
}

const world = contoso();
const asIs = (_kind: string, value: string) => value;

describe.skipIf(!known)('what Graph renders fits the metadata', () => {
  test('incidents', () => {
    const shapes = world.incidents.map((incident) => incidentShape(incident, world, asIs, null));
    expect(shapes.flatMap((shape) => objectFaults(shape, 'security.incident', String(shape.id)))).toEqual([]);
  });

  test('alerts with every kind of evidence', () => {
    const shapes = world.alerts.map((alert) => alertShape(alert, world, asIs));
    expect(shapes.flatMap((shape) => objectFaults(shape, 'security.alert', String(shape.id)))).toEqual([]);
    const types = shapes.flatMap(({ evidence }) => (Array.isArray(evidence) ? evidence : []));
    const kinds = new Set(
      types.map((one: unknown) => String(record(one)['@odata.type']).replace('#microsoft.graph.', '')),
    );
    expect(kinds).toEqual(new Set([...list(schema.evidenceTypes), 'security.quantumEvidence']));
  });
});

test('evidence of a type that the metadata lacks keeps its own @odata.type', () => {
  const types = world.alerts.flatMap((alert) => {
    const { evidence } = alertShape(alert, world, asIs);
    return Array.isArray(evidence) ? evidence.map((one: unknown) => record(one)['@odata.type']) : [];
  });
  expect(types).toContain('#microsoft.graph.security.quantumEvidence');
});
