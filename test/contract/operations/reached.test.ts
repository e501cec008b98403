import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freezeSharedAnswers, frozenAnswers } from '../../support/frozen-answers.ts';
import { contractOf, departuresOf } from './contract.ts';
import { type ReachLab, startReachLab } from './lab.ts';
import { notYet } from './reach.ts';
import { factOf, operationNames, table } from './table.ts';

let lab: ReachLab;
beforeAll(async () => {
  // What requests share is never changed in place, whatever is asked.
  freezeSharedAnswers();
  lab = await startReachLab();
});
afterAll(() => lab.stop());

const rows = operationNames.flatMap((name) => {
  const row = table[name];
  return row === notYet ? [] : [[name, row] as const];
});

describe('every documented operation can be asked for, and is asked as it is documented', () => {
  test.each(rows)('%s', async (name, row) => {
    const { faults, calls } = await lab.reach(name, row);
    expect(faults).toEqual([]);
    expect(calls.map(({ status }) => status)).toContainEqual(expect.toBeOneOf([200, 201, 204]));
    const contract = contractOf(factOf(name));
    expect(calls.flatMap((call) => departuresOf(call, contract))).toEqual([]);
  });
});

test('what requests share was frozen', () => {
  expect(frozenAnswers()).toBeGreaterThan(100);
});

describe('without any permission in the tenant no operation is called, and the answer says so', () => {
  test.each(rows)('%s', async (name, { ask }) => {
    const { permissions } = factOf(name);
    const { faults, calls } = await lab.reach(name, { of: 'withoutAny', ask });
    // Some pages name no permission.
    if (permissions.length === 0) return expect({ faults, called: calls.length }).toEqual({ faults: [], called: 1 });
    expect(faults).toContainEqual(expect.stringContaining('needs one of these permissions'));
    expect(calls).toEqual([]);
  });
});
