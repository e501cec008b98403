import fc from 'fast-check';
import { expect, test } from 'vitest';
import { waitInWords } from '../../src/upstream/http/wait-words.ts';

const now = Date.parse('2026-11-27T11:00:00Z');
const words = fc.constantFrom(
  'again',
  'in',
  'after',
  'retry-after',
  'per',
  'until',
  'wait',
  'before',
  '36',
  '1,500',
  '01:00:00',
  'PT1H',
  'P',
  'minutes',
  'hour',
  'and',
  '2026-11-27T12:00:00Z',
  '99/99/9999 99:99',
  'at 99:99 UTC',
  ':',
  '"',
  '\\',
  '.',
  '__proto__',
  'constructor',
);

test('R7: any text says a number of seconds, or nothing', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words, { maxLength: 30 }).map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const seconds = waitInWords(text, now);
      if (seconds !== null) expect(Number.isFinite(seconds) && seconds >= 0).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('R7: "again in N seconds" is N, whatever stands around it', () => {
  const noise = fc.constantFrom('', 'API calls quota exceeded! ', '<b>', 'Slow down. ');
  fc.assert(
    fc.property(noise, fc.nat({ max: 100_000 }), noise, (before, seconds, behind) => {
      expect(waitInWords(`${before}You can send requests again in ${seconds} seconds. ${behind}`, now)).toBe(seconds);
    }),
  );
});

test.each(['1', ' ', 'a ', '1 hour and ', 'again in ', 'per ', '1.', 'until ', 'retry after ', 'wait '])(
  'R7: a body of "%s" alone is read in no time',
  (part) => {
    const started = performance.now();
    waitInWords(part.repeat(200_000), now);
    expect(performance.now() - started).toBeLessThan(5000);
  },
);
