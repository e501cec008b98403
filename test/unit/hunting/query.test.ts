import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { library } from '../../../src/hunting/library/index.ts';
import { checkedQuery } from '../../../src/hunting/query.ts';
import { stringLiteral } from '../../../src/routing/kql.ts';

/** What of a query is seen before it is sent. */

const refusal = (query: string): string => {
  try {
    checkedQuery(query);
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : 'no error';
  }
};

describe('what is refused, and where it is', () => {
  test.each([
    ['T | where A == "x', 'does not end on its line (line 1, position 16)'],
    ["T\n| where A == 'x", 'line 2, position 14'],
    ['T | where A == @"x\\', 'does not end on its line'],
    ['T | where A == "x\ny"', 'does not end on its line'],
    ['T | where A == ```x', 'does not end on its line'],
    ['T | where (A == "x"', '"(" is not closed (line 1, position 11)'],
    ['T | where A == "x")', '")" closes nothing'],
    ['T | extend B = dynamic([1, 2}', '"}" closes nothing'],
    ['.show tables', 'management commands'],
    ['T | take 1; .show tables', 'management commands'],
    ['set notruncation; T', '`set`'],
    ['cluster("x").database("y").T', 'other clusters'],
    ['database ("y").T', 'other clusters'],
    ['let I = externaldata(a:string)["https://x/y"]; T', '`externaldata`'],
    ['union *', '`union`'],
    ['union withsource = Name * | take 1', '`union`'],
    ['search "x"', '`search`'],
    ['let a = 1; find where A == "x"', '`find`'],
    [' ', 'empty'],
  ])('%s', (query, says) => {
    expect(refusal(query)).toContain(says);
  });
});

describe('what is sent as it is', () => {
  test.each([
    'union Device*, AlertInfo | where DeviceId == "a"',
    'T | where A == "externaldata(" or B == \'union *\' // set x; .drop ( " \'',
    'T | where A == @"C:\\" and B == @\'it\'\'s\' and C == h"x" and D == H@"y\\"',
    'T | where A == "a\\"(" | extend B = ```\n"(```, C = ~~~[~~~',
    'T | extend [\'odd name\'] = A["b"] | project-away C*',
    'union T, (U | where A == 1)',
    'union withsource = Name T, U',
    'T | join kind=inner (U | where A * 2 > 1) on B | extend C = B * 2',
    'search in (T, U) "x"',
    'find in (T, U) where A == "x"',
    'T | where A has "set" and Database == 1 | extend settings = 1; // find',
    'let set_of = dynamic({"a": [1, (2)]}); T | summarize make_set(A), count() by bin(B, 1h)',
    'T // an open ( and a " in a comment\n| take 1',
    'https://x | take 1',
  ])('%s', (query) => {
    expect(refusal(query)).toBe('');
  });

  test('every query of the library', () => {
    expect(library.map(({ kql }) => refusal(kql)).filter((each) => each !== '')).toEqual([]);
  });

  test('any text as the gateway writes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (one, other) => {
        expect(refusal(`T | where A == ${stringLiteral(one)} or (B == ${stringLiteral(other)})`)).toBe('');
      }),
    );
  });
});

test('a query of 100,000 signs is looked through at once', () => {
  const begin = performance.now();
  for (const sign of ['"', '(', '/', '@', '\\', '`', 'union ', ' ', ';', "h'"])
    refusal(sign.repeat(100_000 / sign.length));
  expect(performance.now() - begin).toBeLessThan(2000);
});
