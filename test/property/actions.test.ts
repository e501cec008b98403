import { expect, test } from 'vitest';
import { actionNames } from '../../src/actions/table.ts';
import { asks } from '../actions-model/asks.ts';
import { runModel } from '../actions-model/run.ts';
import { mutationNames } from '../fault-matrix/requests.ts';

/** The same every time; `npm run actions-model` takes others. */
const seed = 20260301;
const steps = 500;

/** Some seconds alone; beside other tests on two slow cores several times as long. */
const patienceMs = 120_000;

test('every action of the table has a row in the fault matrix and in the model', () => {
  expect(mutationNames).toEqual(expect.arrayContaining([...actionNames]));
  expect(Object.keys(asks).sort()).toEqual([...actionNames].sort());
});

test(
  `each asked-for change is at Microsoft exactly once, or told as not done (seed ${seed}, ${steps} steps)`,
  async () => {
    const run = await runModel({ steps, seed, shrinks: false });
    expect(run.fault).toBeNull();
    expect(run.steps).toBeGreaterThanOrEqual(steps);
    expect(run.kills).toBeGreaterThan(10);
  },
  patienceMs,
);
