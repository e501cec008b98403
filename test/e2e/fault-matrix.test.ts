import { expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../support/process.ts';

const script = new URL('../../scripts/fault-matrix.ts', import.meta.url).pathname;

/** A minute alone; beside other tests on two slow cores several. */
const patienceMs = 600_000;

test(
  'a gateway that is killed at a step of an action loses nothing, repeats nothing, and the outcome is told as it is',
  async () => {
    const program = runProgram([script, '--short']);
    onTestFinished(async () => void (await program.stop()));
    const code = await program.exited;
    expect(program.output()).toMatch(/cells [1-9]\d+, lost 0, repeated 0, untrue 0, broken 0;/);
    expect(code).toBe(0);
  },
  patienceMs,
);
