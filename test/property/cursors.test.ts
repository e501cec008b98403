import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { createCursors, type Places, questionOf } from '../../src/lists/cursor.ts';

const cursors = createCursors(new Uint8Array(32).fill(7));

const place = fc.record(
  {
    api: fc.constantFrom('graph', 'm365d', 'mde'),
    skip: fc.nat(),
    top: fc.integer({ min: 1, max: 200 }),
    taken: fc.nat({ max: 10_000 }),
    notAfter: fc.string(),
  },
  { requiredKeys: ['api', 'skip', 'top', 'taken'], noNullPrototype: true },
);
const tenantName = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);
const places: fc.Arbitrary<Places> = fc.oneof(
  fc.record({ kind: fc.constant('offset'), offset: fc.nat() }, { noNullPrototype: true }),
  fc.record(
    {
      kind: fc.constant('tenants'),
      tenants: fc.dictionary(tenantName, fc.option(place), { noNullPrototype: true }),
    },
    { noNullPrototype: true },
  ),
);
const question = fc.anything().map((value) => questionOf(typeof value, String(JSON.stringify(value))));

describe('a cursor', () => {
  test('gives back what it was made of, for the same question', () => {
    fc.assert(
      fc.property(places, question, (made, asked) => {
        expect(cursors.decode(cursors.encode(made, asked), asked)).toEqual(made);
      }),
    );
  });

  test('does not show its places to who carries it', () => {
    const skips = fc.tuple(fc.nat({ max: 9999 }), fc.nat({ max: 9999 })).filter(([one, other]) => one !== other);
    fc.assert(
      fc.property(skips, question, ([one, other], asked) => {
        const sealed = ([one, other] as const).map(
          (offset) => cursors.encode({ kind: 'offset', offset }, asked).split('.')[2] ?? '',
        );
        // The clear texts begin alike; nothing of that is left.
        expect(sealed[0]?.slice(0, 8)).not.toBe(sealed[1]?.slice(0, 8));
        expect(Buffer.from(sealed[0] ?? '', 'base64url').toString('latin1')).not.toContain('offset');
      }),
    );
  });

  test('of the same place is the same', () => {
    fc.assert(
      fc.property(places, question, (made, asked) => {
        expect(cursors.encode(made, asked)).toBe(cursors.encode(made, asked));
      }),
    );
  });

  test('needs no encoding in a URL or a shell', () => {
    fc.assert(
      fc.property(places, question, (made, asked) => {
        expect(cursors.encode(made, asked)).toMatch(/^[\w.-]+$/);
      }),
    );
  });

  test('is refused once any character of it is another', () => {
    fc.assert(
      fc.property(places, question, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (made, asked, at, other) => {
        const cursor = cursors.encode(made, asked);
        const index = at % cursor.length;
        fc.pre(cursor[index] !== other);
        const changed = cursor.slice(0, index) + other + cursor.slice(index + 1);
        expect(() => cursors.decode(changed, asked)).toThrow(InputError);
      }),
      { numRuns: 1000 },
    );
  });

  test('is refused for another question, by another key, or cut short', () => {
    const others = createCursors(new Uint8Array(32).fill(8));
    fc.assert(
      fc.property(places, question, question, fc.nat(), (made, asked, other, at) => {
        const cursor = cursors.encode(made, asked);
        if (asked !== other) expect(() => cursors.decode(cursor, other)).toThrow(InputError);
        expect(() => others.decode(cursor, asked)).toThrow(InputError);
        expect(() => cursors.decode(cursor.slice(0, at % cursor.length), asked)).toThrow(InputError);
      }),
    );
  });

  test('of any text at all is an input error, never anything else', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(fc.string(), fc.string(), fc.string(), fc.string()).map((parts) => parts.join('.')),
      fc.base64String().map((text) => `v1.${text}.${text}.${text}`),
    );
    fc.assert(
      fc.property(texts, question, (text, asked) => {
        expect(() => cursors.decode(text, asked)).toThrow(InputError);
      }),
      { numRuns: 1000 },
    );
  });
});

test('two questions are the same only when every part of them is', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.array(fc.jsonValue()), (left, right) => {
      expect(questionOf(...left) === questionOf(...right)).toBe(JSON.stringify(left) === JSON.stringify(right));
    }),
  );
});
