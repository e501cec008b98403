import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '@keyv/redis';
import { parseConfig } from '../../src/config/config.ts';
import { type Gateway, startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';
import { startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { type AuditRow, askOnce, readAudit, type ToldOfAll, toldBy } from '../fault-matrix/answers.ts';
import { createAdvancingClock } from '../fault-matrix/clock.ts';
import { createPassing } from '../fault-matrix/passing.ts';
import { passTime } from '../fault-matrix/places.ts';
import { approvalKeys, createRequests, type MutationName } from '../fault-matrix/requests.ts';
import { keyRow } from '../support/keys.ts';
import { freePort, startRedis, stopRedis } from '../support/redis.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';
import { type StallPoint, startStallProxy } from './proxy.ts';

/** Milliseconds that a command of Redis may take, and for which it stalls. */
const limitMs = 300;
const stallMs = 900;
/** What is not known by then is lost. */
const patienceMs = 400_000;
const mostRepeats = 20;

/** What one stall left. */
export interface Stalled {
  readonly point: StallPoint;
  /** The first answer, and the last of the repeats under the key. */
  readonly first: ToldOfAll;
  readonly last: ToldOfAll;
  readonly found: readonly string[];
  /** Whether it was done when the first answer came. */
  readonly doneAtFirst: boolean;
  readonly audit: readonly AuditRow[];
  readonly journal: number;
  /** What is wrong; none: nothing. */
  readonly faults: readonly string[];
}

const notDone: readonly (string | null)[] = ['REFUSED', 'FAILED', 'NOT_BEGUN'];

const faultsOf = (
  { first, last, found, doneAtFirst, audit, journal }: Omit<Stalled, 'faults' | 'point'>,
  hasActionId: boolean,
): readonly string[] => {
  const [told, again] = [first.targets[0], last.targets[0]];
  const ends = [...Map.groupBy(audit, ({ auditId }) => auditId).values()];
  const done = ends.filter(([end]) => end?.outcome === 'DONE');
  const is = (holds: boolean, what: string): readonly string[] => (holds ? [what] : []);
  return [
    ...is(doneAtFirst && told?.outcome === null, `done, and the first answer is ${told?.error}`),
    ...is(found.length > 1, `sent ${found.length} times`),
    ...is(found.length === 0, 'never done, though the caller asked until it was answered'),
    ...is(again?.error != null, `the repeats end with ${again?.error}`),
    ...is(hasActionId && told?.error === null && told.actionId !== found[0], 'the first answer names another action'),
    ...is(hasActionId && again?.actionId !== found[0], 'the last answer names another action'),
    ...is(
      ends.some(([end]) => end?.outcome === 'INTENDED'),
      'the audit has no end of an action',
    ),
    ...is(done.length !== 1, `the audit has DONE for ${done.length} actions`),
    ...is(
      ends.some((rows) => rows.filter(({ outcome }) => outcome === 'DONE').length > 1),
      'DONE stands twice',
    ),
    ...is(journal > 0, `${journal} entries stay in the journal`),
    ...is(notDone.includes(told?.outcome ?? null) && told?.error === null, 'not done, without an error'),
  ];
};

/** A gateway on a Redis of its own behind a proxy that stalls. */
export const startStallLab = async () => {
  const simulator = await startSimulator({
    tenants: [
      ...['contoso', 'fabrikam', 'tailspin'].map((name) => simTenant(name, { scale: 10 })),
      simTenant('northwind'),
    ],
    enforceQuotas: false,
    actionTimes: { pendingMs: 0, runningMs: 1 },
  });
  const port = await freePort();
  const redis = await startRedis(port, null);
  const client = createClient({ url: `redis://127.0.0.1:${port}` });
  await client.connect();
  const requests = createRequests({
    graph: simulator.world('contoso'),
    defender: simulator.world('fabrikam'),
    guarded: simulator.world('tailspin'),
    small: simulator.world('northwind'),
  });

  /** Does the mutation once, as Redis stalls at a point; null: at none. Gives its writes too. */
  const run = async (
    mutation: MutationName,
    point: StallPoint | null,
  ): Promise<Omit<Stalled, 'point'> & { readonly writes: readonly string[] }> => {
    await client.flushDb();
    const clock = createAdvancingClock();
    let jumpedMs = 0;
    const proxy = await startStallProxy({
      ...{ port, forMs: stallMs },
      advancedMs: () => clock.advancedMs() - jumpedMs,
      jump: (ms) => {
        jumpedMs += ms;
        clock.advance(ms);
      },
    });
    const settings = changedSettings(gatewaySettings(simulator), [
      [['server', 'port'], 0],
      [['limits', 'eventLoopLagMs'], 3_600_000],
      [['store'], { url: `redis://127.0.0.1:${proxy.port}`, encryptionKey: Buffer.alloc(32, 7).toString('base64') }],
      [['audit'], { url: `redis://127.0.0.1:${proxy.port}` }],
      [['guardrails'], [{ name: 'two', requireApproval: 'isolate', tenants: 'tailspin' }]],
      [
        ['access', 'apiKeys'],
        approvalKeys.map((name) => keyRow(name, { roles: ['admin'], owner: `${name}@contoso.com` })),
      ],
    ]);
    const config = await parseConfig(settings, { env: {}, baseDir: process.cwd() });
    const start = (): Promise<Gateway> =>
      startGateway({
        config,
        log: createLog({ level: process.env.STALL_LOG === undefined ? 'silent' : 'info' }),
        clock,
        caPem: simulator.caPem,
        redisLimitMs: limitMs,
      });
    const { pass, during } = createPassing(clock, async (ms) => {
      await client.eval(passTime, { arguments: [String(ms)] });
    });
    const journal = async () => (await client.keys('defender-gateway:journal:*')).length;
    let gateway = await start();
    try {
      const request = requests[mutation]();
      const key = request.takesKey ? { idempotencyKey: randomUUID() } : {};
      const input = { ...(await request.input(gateway.url)), ...key };
      const ask = async () => toldBy(await askOnce(gateway.url, request, input), request);
      await sleep(50);
      proxy.arm(point);
      const first = await ask();
      const doneAtFirst = (request.targets[0]?.found().length ?? 0) > 0;
      const writes = [...proxy.writes];
      let last = first;
      if (point !== null && !proxy.hasStalled()) throw new Error(`It did not come to ${JSON.stringify(point)}`);
      for (let turn = 0; turn < mostRepeats && (turn === 0 || last.targets[0]?.error !== null); turn += 1) {
        if (turn > 0) await sleep(200);
        last = toldBy(await during(askOnce(gateway.url, request, input)), request);
        if (last.askAgainAfterSeconds !== null) await pass(last.askAgainAfterSeconds * 1000);
      }
      await sleep(stallMs);
      await pass(150_000);
      await gateway.stop(0);
      gateway = await start();
      await pass(20_000);
      while (clock.advancedMs() < patienceMs && (await journal()) > 0) await pass(10_000);
      // A machine that is busy is no fault of Redis, nor of the gateway.
      for (let turn = 0; turn < 5 && (turn === 0 || last.targets[0]?.error !== null); turn += 1) {
        if (turn > 0) await sleep(stallMs);
        last = toldBy(await during(askOnce(gateway.url, request, input)), request);
      }
      const [target] = request.targets;
      const left = {
        ...{ first, last, doneAtFirst, found: target?.found() ?? [], journal: await journal() },
        audit: (await readAudit(gateway.url)).filter(
          (row) => row.target === target?.id && row.mutation === request.action,
        ),
      };
      return { ...left, faults: faultsOf(left, target?.hasActionId === true), writes };
    } finally {
      await gateway.stop(0);
      await proxy.stop();
    }
  };
  return {
    run,
    stop: async () => {
      client.destroy();
      await stopRedis(redis);
      await simulator.stop();
    },
  };
};
