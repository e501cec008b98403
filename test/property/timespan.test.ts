import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { checkedTimespan } from '../../src/hunting/query.ts';

const part = (letter: string) =>
  fc.option(fc.integer({ min: 0, max: 999 }), { nil: null }).map((n) => (n === null ? '' : `${n}${letter}`));
const duration = fc
  .tuple(part('Y'), part('M'), part('W'), part('D'), part('H'), part('M'), part('S'))
  .map(([years, months, weeks, days, hours, minutes, seconds]) => {
    const clock = `${hours}${minutes}${seconds}`;
    return `P${years}${months}${weeks}${days}${clock === '' ? '' : `T${clock}`}`;
  })
  .filter((text) => text !== 'P');
const moment = fc
  .date({ noInvalidDate: true, min: new Date('2000-01-01'), max: new Date('2099-01-01') })
  .chain((date) =>
    fc.constantFrom(date.toISOString(), date.toISOString().slice(0, 10), date.toISOString().replace('Z', '+02:00')),
  );
const documented = fc.oneof(
  duration,
  moment,
  fc
    .tuple(moment, moment)
    .filter(([start, end]) => Date.parse(start) < Date.parse(end))
    .map((both) => both.join('/')),
  fc.tuple(moment, duration).map((both) => both.join('/')),
  fc.tuple(duration, moment).map((both) => both.join('/')),
);

describe('a time span', () => {
  test('in any of the five documented forms passes unchanged', () => {
    fc.assert(fc.property(documented, (text) => checkedTimespan(text) === text));
  });

  test('with anything before or behind it is refused', () => {
    fc.assert(
      fc.property(
        documented,
        fc.constantFrom(' ', '"', "'", '/', ';', '\n', 'x'),
        fc.boolean(),
        (text, extra, before) => {
          expect(() => checkedTimespan(before ? extra + text : text + extra)).toThrow(InputError);
        },
      ),
    );
  });

  test.each([
    '2026-02-01/2026-01-01',
    '2026-01-01/2026-01-01',
    '2026-01-01T00:00:00Z/2026-01-01T01:00:00+02:00',
    '2026-01-01T00:00:00.0000002Z/2026-01-01T00:00:00.0000001Z',
  ])('"%s" has nothing between its ends', (text) => {
    expect(() => checkedTimespan(text)).toThrow(/ends before it begins/);
  });

  test('of any text passes unchanged or is an input error, never anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[PTDHM\d/:Z-]{0,30}$/)), (text) => {
        try {
          expect(checkedTimespan(text)).toBe(text);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test.each(['', 'P', 'PT', 'P1', '7D', 'P1H', 'P1DT', '7 days', '2026-01-01/', '/P1D', 'P1D/P1D/P1D'])(
    '"%s" is refused',
    (text) => {
      expect(() => checkedTimespan(text)).toThrow(InputError);
    },
  );
});
