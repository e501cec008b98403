import { setTimeout as sleep } from 'node:timers/promises';
import { parseConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { askGateway } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';
import type { StoreFault } from './places.ts';
import { type Ask, type Probed, startProbing } from './probe.ts';

/** What one fault did to the callers. */
export interface FaultResult {
  readonly name: string;
  /** Why it was not tried; null: it was. */
  readonly skipped: string | null;
  /** By kind of request: outcomes during the fault with how often each came, and the slowest answer. */
  readonly kinds: Readonly<Record<string, KindResult>>;
  readonly blockedMs: number;
  /** Warnings and errors in the log of the gateway, from the fault's beginning to all being well. */
  readonly logLines: readonly string[];
}

export interface KindResult {
  readonly outcomes: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  /** Milliseconds from the end of the fault to the first of the requests that all went well; null: they never did. */
  readonly wellAfterMs: number | null;
}

const read = '{ machines(first: 1) { nodes { machineId } failures { code } } }';
const action = 'mutation ($input: TagMachinesInput!) { tagMachines(input: $input) { results { error { code } } } }';

interface ReadAnswer {
  readonly machines: { readonly failures: readonly { readonly code: string }[] } | null;
}
interface ActionAnswer {
  readonly tagMachines: { readonly results: readonly { readonly error: { readonly code: string } | null }[] } | null;
}

/** Milliseconds after a fault for which is looked at what becomes of it. */
const recoveryMs = 8000;
/** The short form ends as soon as all is well, and waits long for it where a machine does much else. */
const shortRecoveryMs = 60_000;
/** Longer than it takes to find that something hangs: a look of 1.5 seconds, whose answer serves for one. */
const shortFaultMs = 4000;

const resultOf = (probed: readonly Probed[], from: number, to: number, good: ReadonlySet<string>): KindResult => {
  const during = probed.filter(({ atMs }) => atMs >= from && atMs <= to);
  const outcomes: Record<string, number> = {};
  for (const { outcome } of during) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  const inOrder = probed.toSorted((a, b) => a.atMs - b.atMs);
  const lastBad = inOrder.findLastIndex(({ outcome, atMs, tookMs }) => atMs + tookMs >= from && !good.has(outcome));
  const well = inOrder[lastBad + 1];
  return {
    outcomes,
    slowestMs: Math.round(Math.max(0, ...during.map(({ tookMs }) => tookMs))),
    wellAfterMs: well === undefined ? null : Math.max(0, Math.round(well.atMs + well.tookMs - to)),
  };
};

/** A gateway on the place of a fault, asked for reads, actions and its readiness from before the fault to after it. */
export const runStoreFault = async (
  { name, open, lastsMs, losesKeys = false }: StoreFault,
  { short = false }: { readonly short?: boolean } = {},
): Promise<FaultResult> => {
  const place = await open();
  if (place === null) {
    return { name, skipped: 'a disk of its own cannot be mounted here', kinds: {}, blockedMs: 0, logLines: [] };
  }
  const simulator = await startSimulator({ tenants: [simTenant('contoso')], enforceQuotas: false });
  const settings = changedSettings(gatewaySettings(simulator), [
    [['server', 'port'], 0],
    [['store'], place.store],
    [['audit'], place.audit],
  ]);
  const config = await parseConfig(settings, { env: {}, baseDir: process.cwd() });
  const logLines: string[] = [];
  const log = createLog({ level: 'warn', destination: { write: (line) => void logLines.push(line.trim()) } });
  const gateway = await startGateway({ config, log, caPem: simulator.caPem });
  const machineId = simulator.world('contoso').machines.find((one) => one.onboardingStatus === 'Onboarded')?.id;
  let asked = 0;
  const acting =
    (keyed: boolean): Ask =>
    async () => {
      asked += 1;
      const tag = `t-${asked}`;
      const key = keyed ? { idempotencyKey: `fault-${asked}` } : {};
      const input = { tenant: 'contoso', machineIds: [machineId], operation: 'ADD', tag, ...key };
      const { data, errors } = await askGateway<ActionAnswer | null>(gateway.url, action, { input });
      const found = simulator.world('contoso').machines.find(({ id }) => id === machineId);
      const isDone = found?.machineTags.includes(tag) === true;
      if (found !== undefined) found.machineTags = found.machineTags.filter((one) => one !== tag);
      const code = errors[0]?.extensions.code ?? data?.tagMachines?.results[0]?.error?.code ?? 'OK';
      if (code === 'OK') return isDone ? code : 'OK, BUT NOT DONE';
      return `${code}, ${isDone ? 'BUT DONE' : 'not done'}`;
    };
  const kinds: Readonly<Record<string, Ask>> = {
    read: async () => {
      const { data, errors } = await askGateway<ReadAnswer | null>(gateway.url, read);
      return errors[0]?.extensions.code ?? data?.machines?.failures[0]?.code ?? 'OK';
    },
    action: acting(false),
    'action with a key': acting(true),
    '/readyz': async (signal) => String((await fetch(`${gateway.url}/readyz`, { signal })).status),
    '/readyz/reads': async (signal) => String((await fetch(`${gateway.url}/readyz/reads`, { signal })).status),
  };
  try {
    for (const ask of Object.values(kinds)) await ask(AbortSignal.timeout(10_000));
    logLines.length = 0;
    const probing = startProbing(kinds, 250);
    await sleep(500);
    const from = probing.elapsedMs();
    await place.fault(short ? Math.min(lastsMs, shortFaultMs) : lastsMs);
    const to = probing.elapsedMs();
    const good = new Set(['OK', '200']);
    const refused = losesKeys ? [...good, 'CONFLICT, not done'] : [...good];
    const isWell = (): boolean =>
      Object.values(probing.series).every((probed) => {
        const last = probed.at(-1);
        return last !== undefined && last.atMs > to && refused.includes(last.outcome);
      });
    if (!short) await sleep(recoveryMs);
    else while (!isWell() && probing.elapsedMs() - to < shortRecoveryMs) await sleep(100);
    await probing.stop();
    return {
      name,
      skipped: null,
      kinds: Object.fromEntries(
        Object.entries(probing.series).map(([kind, probed]) => [
          kind,
          resultOf(probed, from, to, kind === 'action with a key' ? new Set(refused) : good),
        ]),
      ),
      blockedMs: Math.round(probing.blockedMs()),
      logLines,
    };
  } finally {
    await gateway.stop(2000);
    await simulator.stop();
    await place.stop();
  }
};
