/**
 * Lets viewers of several tenants and identities read and change in random order, over two gateways with one store, and holds what each is
 * shown against what they may see: `npm run isolation [-- --steps 1000000] [--seed N]`. Exits with 1 when somebody was shown what another
 * one reads, or what was there before an action.
 */
import { parseArgs } from 'node:util';
import { cacheControls, runSequence, type Step } from '../test/isolation/run.ts';
import { viewers } from '../test/isolation/viewers.ts';

const { values } = parseArgs({
  options: { steps: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const wanted = Number(values.steps);
const stepsOfSequence = 500;

/** Marsaglia's xorshift of 32 bits: the same numbers for the same seed. */
let state = Number(values.seed) || 1;
const below = (most: number): number => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % most;
};

const anyStep = (): Step => {
  const kind = below(28);
  if (kind < 14) return { kind: 'answer', which: below(10) };
  if (kind < 26) {
    const things = Array.from({ length: 1 + below(4) }, () => below(6));
    return { kind: 'ask', viewer: below(viewers.length), things, header: below(cacheControls.length) };
  }
  return kind === 26 ? { kind: 'action', viewer: below(viewers.length) } : { kind: 'pass', seconds: below(20) };
};

const startedMs = performance.now();
let [steps, reads, exchanges] = [0, 0, 0];
let fault: string | null = null;
while (steps < wanted && fault === null) {
  const sequence = Array.from({ length: Math.min(stepsOfSequence, wanted - steps) }, anyStep);
  const ran = await runSequence(sequence);
  steps += sequence.length;
  reads += ran.reads;
  exchanges += ran.exchanges;
  fault = ran.fault;
  if (process.stderr.isTTY) process.stderr.write(`\r${steps} steps `);
}
if (fault !== null) {
  process.stdout.write(`${fault}\n`);
  process.exitCode = 1;
}
const seconds = Math.round((performance.now() - startedMs) / 1000);
process.stdout.write(`seed ${values.seed}: ${steps} steps, ${reads} reads by ${exchanges} calls; ${seconds} s\n`);
