import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { runProgram } from '../support/process.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';
import { begin, type SoakFault } from './faults.ts';
import { createLoad } from './load.ts';
import { grownIn, leastOf, type Reading, readOf } from './readings.ts';

/** How often callers got what, by fault and kind of request. */
export type SoakTable = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;

export interface SoakResult {
  readonly table: SoakTable;
  /** What was left after each round over all faults. */
  readonly rounds: readonly Reading[];
  /** What grew, in words. */
  readonly grown: readonly string[];
  readonly exitCode: number | null;
}

export interface SoakOptions {
  readonly faults: readonly SoakFault[];
  readonly minutes: number;
  /** Milliseconds for which a fault is in force, and of rest behind it. */
  readonly faultMs: number;
  readonly restMs: number;
  readonly onRound?: (reading: Reading) => void;
}

const main = new URL('../../src/main.ts', import.meta.url).pathname;
/** Node that clears away what nobody needs when it is told to, so that what is left is what grows. */
const collecting = ['--expose-gc', '--import', 'data:text/javascript,process.on("SIGUSR2", () => globalThis.gc())'];
/** Milliseconds between two requests of one caller, and after which they give up. */
const pauseMs = 150;
const patienceMs = 40_000;
const noAnswer = 'WRONG: no answer';

/** A gateway in a process of its own under mixed load, while the faults are switched on in turn, round after round. */
export const runSoak = async ({ faults, minutes, faultMs, restMs, onRound }: SoakOptions): Promise<SoakResult> => {
  const simulator = await startSimulator({
    tenants: [simTenant('contoso'), simTenant('fabrikam')],
    enforceQuotas: false,
  });
  // Long enough that it does not end in the buffers of a connection.
  simulator.oddities.set({ exportedRows: 200_000 });
  const folder = await mkdtemp(join(tmpdir(), 'soak-'));
  await writeFile(join(folder, 'ca.pem'), simulator.caPem);
  const settings = changedSettings(gatewaySettings(simulator), [
    [['server'], { port: 0, drainSeconds: 0 }],
    [['limits'], { fileIdleMs: 1000 }],
    [['upstream', 'caFile'], 'ca.pem'],
    [['store', 'url'], 'sqlite:store.db'],
  ]);
  await writeFile(join(folder, 'gateway.yaml'), settings);
  const program = runProgram(['--max-semi-space-size=4', ...collecting, main, '--config', 'gateway.yaml'], {
    cwd: folder,
  });
  const table: Record<string, Record<string, Record<string, number>>> = {};
  const count = (fault: string, kind: string, outcome: string): void => {
    const kinds = table[fault] ?? {};
    const outcomes = kinds[kind] ?? {};
    table[fault] = { ...kinds, [kind]: { ...outcomes, [outcome]: (outcomes[outcome] ?? 0) + 1 } };
  };
  const rounds: Reading[] = [];
  try {
    const [, url = ''] = await program.printed(/"url":"(http:[^"]+)"/);
    const load = await createLoad(url, simulator);
    const until = performance.now() + minutes * 60_000;
    do {
      for (const fault of faults) {
        const isOver = new AbortController();
        const asking = Object.entries(load).map(async ([kind, ask]) => {
          while (!isOver.signal.aborted) {
            const signal = AbortSignal.timeout(patienceMs);
            const outcome = await ask(signal).catch((error: unknown) => `${noAnswer}: ${String(error)}`);
            count(fault.name, kind, outcome);
            await sleep(pauseMs, undefined, { signal: isOver.signal }).catch(() => {});
          }
        });
        const end = begin(simulator, fault);
        await sleep(faultMs);
        // Who asks in the fault gets their answer in it, or is answered from what comes behind it.
        isOver.abort();
        const done = Promise.all(asking);
        await Promise.race([done, sleep(restMs / 2)]);
        end();
        await done;
        await sleep(restMs);
      }
      const readings: Reading[] = [];
      for (let nth = 0; nth < 10; nth += 1) {
        program.process.kill('SIGUSR2');
        await sleep(restMs / 5);
        readings.push(await readOf(url));
      }
      const left = leastOf(readings);
      rounds.push(left);
      onRound?.(left);
    } while (performance.now() < until);
    return { table, rounds, grown: grownIn(rounds), exitCode: await program.stop() };
  } finally {
    await program.stop('SIGKILL');
    await simulator.stop();
    await rm(folder, { recursive: true, force: true });
  }
};

/** What was told wrongly, each with its fault and kind of request. */
export const wrongIn = (table: SoakTable): readonly string[] =>
  Object.entries(table).flatMap(([fault, kinds]) =>
    Object.entries(kinds).flatMap(([kind, outcomes]) =>
      Object.entries(outcomes).flatMap(([outcome, times]) =>
        outcome.startsWith('WRONG') ? [`${fault}: ${kind}: ${outcome} (${times} times)`] : [],
      ),
    ),
  );

/** One line for each fault and kind of request, with what callers got and how often. */
export const soakReport = ({ table, rounds }: Pick<SoakResult, 'table' | 'rounds'>): string => {
  const lines = Object.entries(table).flatMap(([fault, kinds]) => [
    '',
    fault,
    ...Object.entries(kinds).map(([kind, outcomes]) => {
      const told = Object.entries(outcomes).toSorted(([, a], [, b]) => b - a);
      return `  ${kind.padEnd(18)} ${told.map(([outcome, times]) => `${times} ${outcome}`).join('; ')}`;
    }),
  ]);
  const readings = rounds.map(
    ({ rssMb, heapMb, externalMb, handles, lagMs }, index) =>
      `  round ${index + 1}: RSS ${rssMb.toFixed(0)} MB, heap ${heapMb.toFixed(1)} MB, buffers ${externalMb.toFixed(1)} MB, ${handles} handles, event loop ${lagMs.toFixed(0)} ms late`,
  );
  return [...lines, '', 'left after each round', ...readings, ''].join('\n');
};
