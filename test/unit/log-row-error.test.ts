import { expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { rowErrorOf } from '../../src/log/row-error.ts';
import { createLog } from '../../src/log.ts';

const logged = () => {
  const lines: string[] = [];
  return { lines, log: createLog({ level: 'info', destination: { write: (line) => void lines.push(line) } }) };
};

test('a fault that is masked in its row is logged whole', () => {
  const { lines, log } = logged();
  expect(rowErrorOf(new TypeError('x is not a function'), log, { tenant: 'contoso' }).code).toBe('INTERNAL');
  expect(lines.join()).toContain('x is not a function');
  expect(lines.join()).toContain('contoso');
});

test('a fault that the row tells is not logged as unexpected', () => {
  const { lines, log } = logged();
  expect(rowErrorOf(new InputError('first: 0'), log, {}).code).toBe('BAD_USER_INPUT');
  expect(lines).toEqual([]);
});
