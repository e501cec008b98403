import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retryAfterSeconds } from '../../src/upstream/http/waits.ts';

const now = Date.parse('2026-11-22T10:00:00Z');

describe('Retry-After', () => {
  test('of any text is a number of seconds that can be waited, or nothing', () => {
    const headers = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.double().map(String),
      fc.integer().map(String),
    );
    fc.assert(
      fc.property(headers, (header) => {
        const seconds = retryAfterSeconds(header, now);
        if (seconds !== null) expect(seconds >= 0 && Number.isFinite(seconds)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('in seconds is those seconds', () => {
    fc.assert(fc.property(fc.nat(), (seconds) => retryAfterSeconds(String(seconds), now) === seconds));
  });

  test('as a date is the time until then, never less than nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), (seconds) => {
        const header = new Date(now + seconds * 1000).toUTCString();
        expect(retryAfterSeconds(header, now)).toBe(Math.max(0, seconds));
      }),
    );
  });

  test.each([
    ['absent', undefined],
    ['empty', ''],
    ['blank', '  '],
    ['a word', 'soon'],
  ])('that is %s says nothing', (_, header) => {
    expect(retryAfterSeconds(header, now)).toBeNull();
  });
});
