import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byDay, byWord } from '../../../src/entities/groupings.ts';

interface Filter {
  readonly createdAfter?: string | null;
  readonly createdBefore?: string | null;
  readonly severity?: readonly string[] | null;
}
interface Row {
  readonly createdAt: string | null;
  readonly severity: string;
}

const days = byDay<Filter, Row>();
const now = Date.parse('2026-03-01T15:30:00Z');
const asked = { tenant: 'contoso', now };

const meets = ({ createdAfter, createdBefore }: Filter, ms: number): boolean =>
  (createdAfter == null || ms >= Date.parse(createdAfter)) && (createdBefore == null || ms < Date.parse(createdBefore));

test('days: every moment that meets the filter is in one part, that of its day, and no other moment is in any', () => {
  const moment = fc.integer({ min: Date.parse('2026-01-25T00:00:00Z'), max: now });
  fc.assert(
    fc.property(moment, fc.option(moment), moment, (from, until, at) => {
      const filter: Filter = {
        createdAfter: new Date(from).toISOString(),
        ...(until === null ? {} : { createdBefore: new Date(until).toISOString() }),
      };
      const parted = days.parted?.(filter, asked);
      if (parted == null) return;
      expect(parted).not.toHaveProperty('rest');
      const found = parted.parts.filter((part) => meets(part.filter, at)).map(({ key }) => key);
      const createdAt = new Date(at).toISOString();
      expect(found).toEqual(meets(filter, at) ? [days.keyOf({ createdAt, severity: '' })] : []);
    }),
    { numRuns: 500 },
  );
});

test.each<[string, Filter, number | null]>([
  ['a month', { createdAfter: '2026-01-30T12:00:00Z' }, 31],
  ['a day more', { createdAfter: '2026-01-29T23:59:59Z' }, null],
  ['no beginning', {}, null],
  ['no beginning, but an end', { createdBefore: '2026-02-01T00:00:00Z' }, null],
  ['to the end of a day', { createdAfter: '2026-02-01T00:00:00Z', createdBefore: '2026-02-03T00:00:00Z' }, 2],
  ['days that are still to come', { createdAfter: '2026-03-03T00:00:00Z' }, null],
])('days of %s', (_, filter, expected) => {
  expect(days.parted?.(filter, asked)?.parts.length ?? null).toBe(expected);
});

test('words: each value that the filter allows but the one that no filter finds, under which the rest is', () => {
  const grouping = byWord<Filter, Row, string>(
    ['UNKNOWN', 'LOW', 'HIGH'],
    ({ severity }) => severity,
    ({ severity }) => severity,
    (value) => ({ severity: [value] }),
  );
  const since = { createdAfter: '2026-01-01T00:00:00Z' };
  expect(grouping.parted?.(since, asked)).toEqual({
    parts: [
      { key: 'LOW', filter: { ...since, severity: ['LOW'] } },
      { key: 'HIGH', filter: { ...since, severity: ['HIGH'] } },
    ],
    rest: 'UNKNOWN',
  });
  expect(grouping.parted?.({ severity: ['HIGH'] }, asked)).toEqual({
    parts: [{ key: 'HIGH', filter: { severity: ['HIGH'] } }],
  });
});
