import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Severity } from '../../../src/domain/enums.ts';
import {
  always,
  alwaysWord,
  as,
  asBoolean,
  asId,
  asInteger,
  asJson,
  asNumber,
  asObject,
  asObjects,
  asSent,
  asText,
  asTexts,
  asTime,
  asWord,
  type EntityOf,
  type Field,
  type FieldsOf,
  or,
  readFields,
  wireNames,
} from '../../../src/unification/fields.ts';
import { readUpToDate } from '../../../src/unification/words/antivirus.ts';
import { readSeverity } from '../../../src/unification/words/triage.ts';

const address = { street: asText('street'), number: asInteger('number') } as const;

const table = {
  thingId: asId('id'),
  name: asText('displayName', 'name'),
  severity: asWord(readSeverity, 'severity', 'Severity'),
  seenAt: asTime('lastSeen', 'lastseen'),
  size: asNumber('size'),
  count: asInteger('count'),
  isOpen: asBoolean('isOpen'),
  tags: asTexts('customTags', 'tags'),
  details: asJson('details'),
  home: asObject(address, 'home'),
  others: asObjects(address, 'others'),
  command: asText(['command', 'type']),
  shout: as((value) => (typeof value === 'string' ? value.toUpperCase() : null), 'whisper'),
  status: or(asText('status'), ''),
  origin: always('HERE'),
  verdict: alwaysWord('UNKNOWN'),
  raw: asSent('others'),
} as const;
const read = readFields(table);

interface Thing {
  readonly tenant: string;
  readonly severity: Severity;
  readonly severityName: string | null;
  readonly familyName: string | null;
}

describe('a table of fields', () => {
  test('reads each field under its name, a word as the member and as sent', () => {
    const wire = {
      id: 7,
      displayName: 'a',
      severity: 'HIGH',
      lastSeen: '2026-01-01T00:00:00.1234567Z',
      size: 4.5,
      count: 3,
      isOpen: true,
      tags: ['x'],
      details: { a: 1 },
      home: { street: 'Main', number: 1 },
      others: [{ street: 'Side', number: null }, 'no address'],
      command: { type: 'RunScript' },
      whisper: 'psst',
    };
    const { others: _, ...raw } = wire;
    expect(read(wire)).toEqual({
      thingId: '7',
      name: 'a',
      severity: 'HIGH',
      severityName: 'HIGH',
      seenAt: '2026-01-01T00:00:00.1234567Z',
      size: 4.5,
      count: 3,
      isOpen: true,
      tags: ['x'],
      details: { a: 1 },
      home: { street: 'Main', number: 1 },
      others: [{ street: 'Side', number: null }],
      command: 'RunScript',
      shout: 'PSST',
      status: '',
      origin: 'HERE',
      verdict: 'UNKNOWN',
      verdictName: null,
      raw,
    });
  });

  test('R8: an unknown word of an enum is kept as sent, and none is null', () => {
    expect(read({ severity: 'apocalyptic' })).toMatchObject({ severity: 'UNKNOWN', severityName: 'apocalyptic' });
    expect(read({})).toMatchObject({ severity: 'UNKNOWN', severityName: null });
  });

  test.each([
    [{ name: 'old' }, { name: 'old' }],
    [{ displayName: '', name: 'old' }, { name: 'old' }],
    [{ displayName: 'new', name: 'old' }, { name: 'new' }],
    [{ displayName: {}, name: 'old' }, { name: 'old' }],
    [
      { severity: null, Severity: 'Low' },
      { severity: 'LOW', severityName: 'Low' },
    ],
    [{ customTags: [], tags: ['x'] }, { tags: ['x'] }],
    [{ lastSeen: '0001-01-01T00:00:00Z', lastseen: '2026-01-01T00:00:00Z' }, { seenAt: '2026-01-01T00:00:00Z' }],
  ])('takes the first spelling under which there is something: %j', (wire, expected) =>
    expect(read(wire)).toMatchObject(expected),
  );

  const nothing = {
    thingId: '',
    name: null,
    severity: 'UNKNOWN',
    severityName: null,
    seenAt: null,
    size: null,
    count: null,
    isOpen: null,
    tags: [],
    home: null,
    others: [],
    command: null,
    shout: null,
    status: '',
  };
  test.each([[{}], [[]], [null], [undefined], [[{}]]])('%j in place of every value reads as nothing', (value) => {
    const properties = wireNames(table).filter((name) => name !== 'others');
    expect(read(Object.fromEntries(properties.map((name) => [name, value])))).toMatchObject(nothing);
  });

  test('never throws, whatever JSON stands in a property', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...wireNames(table)), fc.jsonValue()), (wire) => {
        expect(Object.keys(read(wire)).sort()).toEqual([...Object.keys(table), 'severityName', 'verdictName'].sort());
      }),
    );
  });

  test('says which wire properties it reads, of all or of some fields', () => {
    expect(wireNames(table, ['thingId', 'name', 'command'])).toEqual(['id', 'displayName', 'name', 'command']);
    expect(wireNames({ a: asText('x'), b: asText('x', 'y') })).toEqual(['x', 'y']);
  });

  test('what was sent is not copied unless something is left out of it', () => {
    const wire = { id: 'x' };
    expect(readFields({ raw: asSent('others') })(wire).raw).toBe(wire);
  });

  test('infers the exact type', () => {
    expectTypeOf<EntityOf<typeof table>['severity']>().toEqualTypeOf<Severity>();
    expectTypeOf<EntityOf<typeof table>['severityName']>().toEqualTypeOf<string | null>();
    expectTypeOf<EntityOf<typeof table>['status']>().toEqualTypeOf<string>();
    expectTypeOf<EntityOf<typeof table>['others'][number]['number']>().toEqualTypeOf<number | null>();
    expectTypeOf<FieldsOf<Thing, 'tenant'>>().toExtend<{ severity: unknown; familyName: unknown }>();
    expectTypeOf<keyof FieldsOf<Thing, 'tenant'>>().toEqualTypeOf<'severity' | 'familyName'>();
    expectTypeOf<{ severity: Field<Severity>; familyName: Field<string | null> }>().not.toExtend<
      FieldsOf<Thing, 'tenant'>
    >();
  });
});

test('a word that is sent as a Boolean is read as the word', () => {
  const { of } = asWord(readUpToDate, 'avIsEngineUpToDate');
  expect([true, 'True', false, 'false', null, 1].map((avIsEngineUpToDate) => of({ avIsEngineUpToDate }))).toEqual([
    ...['UP_TO_DATE', 'UP_TO_DATE', 'OUT_OF_DATE', 'OUT_OF_DATE', 'UNKNOWN', 'UNKNOWN'],
  ]);
});
