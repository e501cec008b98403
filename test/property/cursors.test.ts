import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { createCursors, questionOf } from '../../src/lists/cursor.ts';
import type { Places, TenantPlace } from '../../src/lists/places.ts';

const cursors = createCursors(new Uint8Array(32).fill(7));

const api = fc.constantFrom('graph' as const, 'm365d' as const, 'mde' as const);
const ids = fc.array(fc.string({ maxLength: 40 }), { maxLength: 30 });
const plain = { noNullPrototype: true } as const;
const place: fc.Arbitrary<TenantPlace> = fc.oneof(
  fc.record({ kind: fc.constant('skip' as const), api, skip: fc.nat(), given: ids }, plain),
  fc.record({ kind: fc.constant('page' as const), api, skip: fc.nat(), given: ids, before: ids }, plain),
  fc.record({ kind: fc.constant('time' as const), api, notAfter: fc.string(), given: ids, undated: ids }, plain),
);
const tenantName = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/);
const bound = fc.dictionary(tenantName, fc.string({ maxLength: 8 }), plain);
const places: fc.Arbitrary<Places> = fc.oneof(
  fc.record({ kind: fc.constant('offset' as const), offset: fc.nat() }, plain),
  fc.record({ kind: fc.constant('row' as const), offset: fc.nat(), ids }, plain),
  fc.record({ kind: fc.constant('row' as const), offset: fc.nat(), ids, snapshot: fc.uuid(), bound }, plain),
  fc.record(
    { kind: fc.constant('tenants' as const), tenants: fc.dictionary(tenantName, fc.option(place), plain), bound },
    { ...plain, requiredKeys: ['kind', 'tenants'] },
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
      fc.base64String().map((text) => `v2.${text}.${text}.${text}`),
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

describe('R2: the size of a cursor', () => {
  const guid = (seed: number): string => {
    const hex = createHash('sha256').update(String(seed)).digest('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  };
  const timePlace = (count: number, seed: number): TenantPlace => ({
    kind: 'time',
    api: 'graph',
    notAfter: '2026-01-01T00:00:00.1234567Z',
    given: Array.from({ length: count }, (_, index) => guid(seed * 10_000 + index)),
    undated: [],
  });
  const sizeOf = (tenants: Record<string, TenantPlace | null>): number =>
    cursors.encode({ kind: 'tenants', tenants }, 'q').length;

  test('over 200 tenants is below 16 KB', () => {
    expect(
      sizeOf(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`tenant-${index}`, timePlace(1, index)]))),
    ).toBeLessThan(16_384);
  });

  test('with 500 rows of one time is below 16 KB', () => {
    expect(sizeOf({ contoso: timePlace(500, 1) })).toBeLessThan(16_384);
  });

  test('has a bound: what is longer is refused when it is made and when it is shown', () => {
    expect(() => sizeOf({ contoso: timePlace(5000, 1) })).toThrow(/so many rows have the same time/i);
    expect(() => cursors.decode(`v2.q.${'A'.repeat(100_000)}.x`, 'q')).toThrow(InputError);
  });
});

test('a cursor of the version before is refused as none of this gateway', () => {
  const old = cursors.encode({ kind: 'offset', offset: 1 }, 'q').replace(/^v2/, 'v1');
  expect(() => cursors.decode(old, 'q')).toThrow(/not a cursor of this gateway/);
});
