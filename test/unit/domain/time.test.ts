import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DateTime } from '../../../resolvers/scalars.ts';
import { compareTimes, readMoment, utcMoment } from '../../../src/domain/time.ts';
import { time } from '../../../src/unification/values.ts';
import { compareTime } from '../../../src/upstream/http/odata.ts';

describe('R8: a time as a service sent it', () => {
  test.each([
    ['2026-01-01T10:00:00.1234567Z', '2026-01-01T10:00:00.1234567Z'],
    ['2026-01-01T10:00:00.1234567', '2026-01-01T10:00:00.1234567Z'],
    ['2026-01-01T10:00:00', '2026-01-01T10:00:00Z'],
    ['2026-01-01 10:00:00.5', '2026-01-01T10:00:00.5Z'],
    ['2026-01-01 10:00:00Z', '2026-01-01T10:00:00Z'],
    ['2026-01-01t10:00:00z', '2026-01-01T10:00:00Z'],
    ['2026-01-01T10:00Z', '2026-01-01T10:00:00Z'],
    ['2026-01-01T10:00:00,25Z', '2026-01-01T10:00:00.25Z'],
    ['2026-01-01T10:00:00.123456789Z', '2026-01-01T10:00:00.123456789Z'],
    ['2026-01-01T10:00:00.1234567890123456Z', '2026-01-01T10:00:00.123456789012Z'],
    ['2026-01-01T10:00:00.1234567+02:00', '2026-01-01T08:00:00.1234567Z'],
    ['2026-01-01T01:30:00.1234567+0530', '2025-12-31T20:00:00.1234567Z'],
    ['2025-12-31T23:30:00.0000001-08', '2026-01-01T07:30:00.0000001Z'],
    ['2026-01-01T10:00:00+00:00', '2026-01-01T10:00:00Z'],
    ['2026-01-01', '2026-01-01T00:00:00Z'],
    ['2024-02-29T00:00:00', '2024-02-29T00:00:00Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00Z'],
    ['2026-10-31T00:00:00Z', '2026-10-31T00:00:00Z'],
  ])('%s is given out as %s', (sent, given) => expect(utcMoment(sent)).toBe(given));

  test.each([
    '',
    'never',
    '2026-02-30T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T25:00:00Z',
    '2026-01-01T10:61:00Z',
    '9999-12-31T23:00:00-02:00',
    '1772438400',
    '2026-01-01T10:00:00Zulu',
  ])('%s is none', (sent) => expect(utcMoment(sent)).toBeNull());

  test('whatever is let through is taken back as it was given', () => {
    const two = fc.integer({ min: 0, max: 99 }).map((value) => String(value).padStart(2, '0'));
    const written = fc
      .tuple(
        fc.constantFrom('0000', '0050', '1969', '2026', '9999'),
        two,
        two,
        fc.constantFrom('T', 't', ' ', ''),
        two,
        two,
        two,
        fc.constantFrom('', '.1', '.1234567', ',123456789', '.12345678901234567'),
        fc.constantFrom('', 'Z', 'z', '+02:00', '-0930', '+14', '+99:99'),
      )
      .map(([y, mo, d, t, h, mi, s, fraction, zone]) => `${y}-${mo}-${d}${t}${h}:${mi}:${s}${fraction}${zone}`);
    fc.assert(
      fc.property(fc.oneof(written, fc.string()), (sent) => {
        const given = time(sent);
        if (given === null) return;
        expect(DateTime.parseValue(given)).toBe(given);
        expect(time(given)).toBe(given);
        expect(given.endsWith('Z')).toBe(true);
        expect(compareTime('createdDateTime', 'le', given).text).toBe(`createdDateTime le ${given}`);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('the order of times', () => {
  test.each([
    ['2026-01-01T10:00:00.1234567Z', '2026-01-01T10:00:00.1234568Z', -1],
    ['2026-01-01T10:00:00.1Z', '2026-01-01T10:00:00.1000000Z', 0],
    ['2026-01-01T10:00:00Z', '2026-01-01T10:00:00.0Z', 0],
    ['2026-01-01T10:00:00Z', '2026-01-01T10:00:00.000000001Z', -1],
    ['2026-01-01T10:00:00.12345678Z', '2026-01-01T10:00:00.1234567Z', 1],
    ['2026-01-01T10:00:00', '2026-01-01T10:00:00Z', 0],
    ['2026-01-01T10:00:00.5+02:00', '2026-01-01T08:00:00.5Z', 0],
    ['2026-01-01T23:00:00-02:00', '2026-01-02T00:00:00Z', 1],
    ['2026-01-01T10:00:10Z', '2026-01-01T10:00:01Z', 1],
    [null, '0002-01-01T00:00:00Z', -1],
    ['never', '0002-01-01T00:00:00Z', -1],
    ['never', null, 0],
  ])('%s and %s: %i', (a, b, expected) => {
    expect(Math.sign(compareTimes(a, b))).toBe(expected);
    expect(Math.sign(compareTimes(b, a))).toBe(0 - expected);
  });

  test('R8: does not depend on the time zone of the machine', () => {
    const script = `
      import { compareTimes, utcMoment } from './src/domain/time.ts';
      const times = ['2026-03-29T02:30:00', '2026-03-29T02:30:00.0000001Z', '2026-03-29T03:30:00+01:00', '2026-03-29 02:15'];
      process.stdout.write(JSON.stringify([times.map(utcMoment), times.toSorted(compareTimes)]));`;
    const seen = ['UTC', 'America/Los_Angeles', 'Europe/Berlin', 'Asia/Kathmandu'].map((TZ) =>
      execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
        encoding: 'utf8',
        env: { ...process.env, TZ },
      }),
    );
    expect(new Set(seen).size).toBe(1);
    expect(JSON.parse(seen[0] ?? '')[1]).toEqual([
      '2026-03-29 02:15',
      '2026-03-29T02:30:00',
      '2026-03-29T03:30:00+01:00',
      '2026-03-29T02:30:00.0000001Z',
    ]);
  });
});

describe('a moment as a caller writes it', () => {
  test.each([
    ['2026-01-31', '2026-01-31T00:00:00Z'],
    ['2026-01-31T08:00Z', '2026-01-31T08:00Z'],
    ['2026-01-31T08:00:00.123456789+01:00', '2026-01-31T08:00:00.123456789+01:00'],
    ['2026-01-31T08:00:00', null],
    ['2026-02-30', null],
    ['2026-01-31 08:00:00Z', null],
  ])('%s is %s', (written, read) => expect(readMoment(written)).toBe(read));
});
