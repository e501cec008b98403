import { expect, test } from 'vitest';
import { exportFormats } from '../../../src/server/exports/formats.ts';

test('CSV of one column has a line for each row, also of those that have nothing in it', () => {
  const rows = [{ name: null }, { name: '' }, { name: 'x' }, {}];
  expect(exportFormats.csv.rows(rows, ['name'])).toBe('""\r\n""\r\nx\r\n""\r\n');
  expect(exportFormats.csv.rows([{ a: null, b: '' }], ['a', 'b'])).toBe(',\r\n');
});
