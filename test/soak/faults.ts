import type { FaultEffect, FaultRule } from '../../src/simulator/faults.ts';
import { sendHalves } from '../e2e/door/half-sent.ts';
import type { Lab } from '../e2e/door/lab.ts';
import type { RedisHands } from '../store-faults/places.ts';

/** What can be harmed. */
export interface Estate {
  readonly lab: Lab;
  readonly redis: RedisHands;
}

/** A row of the table. */
export interface SoakFault {
  readonly name: string;
  /** Milliseconds after its end in which all has to be well. */
  readonly wellWithinMs: number;
  /** Makes the fault; what it gives ends it. */
  begin(estate: Estate): Promise<() => void | Promise<void>>;
}

const soon = 5000;

/** A breaker lets a call through 15 s after it opened, and needs one for each operation. */
const afterBreakers = 20_000;

const products = ['graph', 'm365d', 'mde'] as const;

/** The simulator's rules, until they are cleared. */
const rules = (name: string, made: readonly FaultRule[], wellWithinMs = afterBreakers): SoakFault => ({
  name,
  wellWithinMs,
  begin: async ({ lab: { simulator } }) => {
    for (const rule of made) simulator.faults.add(rule);
    return () => simulator.faults.clear();
  },
});

/** Of all three APIs, in every tenant. */
const everywhere = (name: string, effect: FaultEffect, wellWithinMs = afterBreakers): SoakFault =>
  rules(
    name,
    products.map((product) => ({ product, effect })),
    wellWithinMs,
  );

const hangs: FaultEffect = { kind: 'slow', delayMs: 60_000 };

/** In turn, each followed by a time without any. */
export const soakFaults: readonly SoakFault[] = [
  everywhere('APIs answer 503', { kind: 'status', status: 503 }),
  everywhere('APIs throttle (Retry-After 1)', { kind: 'status', status: 429, retryAfter: 1 }),
  everywhere('APIs cut connections', { kind: 'reset' }),
  everywhere('APIs answer late', { kind: 'slow', delayMs: 3000 }),
  everywhere('APIs send half a JSON', { kind: 'malformed-json' }),
  everywhere("a proxy's page in place of answers", { kind: 'html-forbidden' }, soon),
  rules(
    'one tenant of two hangs',
    products.map((product) => ({ product, tenant: 'fabrikam', effect: hangs })),
  ),
  rules('tokens are refused and Entra hangs', [
    { product: 'entra', effect: hangs },
    ...products.map((product) => ({ product, effect: { kind: 'rejected-token' } as const })),
  ]),
  {
    name: 'Redis paused',
    wellWithinMs: soon,
    begin: async ({ redis }) => {
      redis.process().kill('SIGSTOP');
      return () => void redis.process().kill('SIGCONT');
    },
  },
  {
    name: 'Redis partitioned without a reset',
    wellWithinMs: soon,
    begin: async ({ redis: { network } }) => {
      network.cut();
      return () => network.heal();
    },
  },
  {
    name: 'Redis at maxmemory',
    wellWithinMs: soon,
    begin: async ({ redis }) => {
      await redis.command('CONFIG', 'SET', 'maxmemory', '1');
      return () => redis.command('CONFIG', 'SET', 'maxmemory', '0');
    },
  },
  {
    name: '300 half-sent bodies without a credential',
    wellWithinMs: soon,
    begin: async ({ lab }) => {
      const halves = await sendHalves(lab.url, { count: 300, sentBytes: 200_000 });
      return halves.end;
    },
  },
];
