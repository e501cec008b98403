import { setTimeout as sleep } from 'node:timers/promises';
import { startLab } from '../e2e/door/lab.ts';
import { openRedisPlace } from '../store-faults/places.ts';
import { type Probed, startProbing } from '../store-faults/probe.ts';
import { type SoakFault, soakFaults } from './faults.ts';
import { good, loadOf, wrong } from './load.ts';
import { growthOf, type Sample, sampleFor } from './process.ts';

/** What callers got while a fault lasted, or while there was none. */
export interface Row {
  readonly fault: string;
  /** By kind of request: how often each outcome came, and the slowest answer. */
  readonly kinds: Readonly<
    Record<string, { readonly outcomes: Readonly<Record<string, number>>; readonly slowestMs: number }>
  >;
  /** What the process took when all had been well again for a while. */
  readonly sample: Sample;
}

export interface SoakResult {
  readonly rows: readonly Row[];
  /** What was not right, a sentence each. */
  readonly faults: readonly string[];
}

export interface SoakOptions {
  /** Milliseconds of each fault. */
  readonly faultMs: number;
  /** How often all faults are gone through. */
  readonly rounds: number;
  readonly only?: (fault: SoakFault) => boolean;
  readonly onRow?: (row: Row) => void;
}

/** Milliseconds for which is looked at what should be well again. */
export const lookedAtMs = 3000;

/** The part of answers without a fault that may fail all the same: a machine that is busy with others stands still at times. */
const mayFail = 0.2;

const countsOf = (probed: readonly Probed[]) => {
  const outcomes: Record<string, number> = {};
  for (const { outcome } of probed) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return { outcomes, slowestMs: Math.round(Math.max(0, ...probed.map(({ tookMs }) => tookMs))) };
};

/** A gateway in a process of its own under mixed load, with faults switched on in turn. */
export const runSoak = async ({
  faultMs,
  rounds,
  only = () => true,
  onRow = () => {},
}: SoakOptions): Promise<SoakResult> => {
  const { hands: redis, ...place } = await openRedisPlace();
  const lab = await startLab([
    [['store'], place.store],
    [['audit'], place.audit],
    [['limits'], { upstreamTimeoutMs: 2000, requestTimeoutMs: 8000, requestsPerMinute: 0, costPerMinute: 0 }],
  ]);
  const load = loadOf(lab);
  const rows: Row[] = [];
  const found: string[] = [];
  try {
    // The first answers are what the others have to be.
    for (const ask of Object.values(load)) await ask(AbortSignal.timeout(10_000));
    const probing = startProbing(load, 300);
    const between = (from: number, to: number) =>
      Object.entries(probing.series).map(
        ([kind, probed]) => [kind, probed.filter(({ atMs }) => atMs >= from && atMs <= to)] as const,
      );
    for (let round = 0; round < rounds; round += 1) {
      for (const fault of soakFaults.filter(only)) {
        const from = probing.elapsedMs();
        const end = await fault.begin({ lab, redis });
        await sleep(faultMs);
        await end();
        const to = probing.elapsedMs();
        const sample = await sampleFor(lab.url, fault.wellWithinMs + lookedAtMs);
        const kinds = Object.fromEntries(between(from, to).map(([kind, probed]) => [kind, countsOf(probed)]));
        const row = { fault: fault.name, kinds, sample };
        rows.push(row);
        onRow(row);
        for (const [kind, probed] of between(to + fault.wellWithinMs, Number.POSITIVE_INFINITY)) {
          const bad = probed.filter(({ outcome }) => !good.has(outcome));
          if (bad.length > probed.length * mayFail)
            found.push(`${kind} is not well again after "${fault.name}": ${bad[0]?.outcome}`);
        }
      }
    }
    await probing.stop();
    for (const [kind, probed] of Object.entries(probing.series)) {
      for (const outcome of new Set(probed.map((one) => one.outcome))) {
        if (outcome.startsWith(wrong) || !/^(?:[A-Z_ ]+|\d{3})$/.test(outcome) || outcome === 'NO ANSWER')
          found.push(`${kind}: ${outcome}`);
      }
    }
    return { rows, faults: [...found, ...growthOf(rows.map(({ sample }) => sample))] };
  } finally {
    await lab.stop();
    await place.stop();
  }
};
