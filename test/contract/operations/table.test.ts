import { expect, test } from 'vitest';
import { operationNames, unreached } from './table.ts';

test('every operation that Microsoft documents is asked for by something that callers may send', () => {
  expect(unreached).toEqual([]);
  expect(operationNames.length).toBeGreaterThanOrEqual(118);
});
