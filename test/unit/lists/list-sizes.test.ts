import { expect, test } from 'vitest';
import { createListSizes } from '../../../src/lists/list-sizes.ts';

test('sizes are of one reader and tenant, the last that were noted; those who read last are remembered', () => {
  const sizes = createListSizes();
  sizes.note('first', 'contoso', 5);
  sizes.note('first', 'contoso', 7);
  sizes.note('first', 'fabrikam', 9);
  expect(sizes.of('first', 'contoso')).toBe(7);
  expect(sizes.of('first', 'fabrikam')).toBe(9);
  expect(sizes.of('first', 'adatum')).toBeUndefined();
  expect(sizes.of('second', 'contoso')).toBeUndefined();
  for (let other = 0; other < 499; other += 1) sizes.note(`other ${other}`, 'contoso', 1);
  sizes.note('first', 'contoso', 8);
  sizes.note('one more', 'contoso', 1);
  expect(sizes.of('first', 'contoso')).toBe(8);
  expect(sizes.of('other 0', 'contoso')).toBeUndefined();
});
