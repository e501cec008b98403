import { callerTokenOf } from '../../src/access/caller.ts';
import { systemClock } from '../../src/clock.ts';
import { createSignIns, type SignIns } from '../../src/identity/sign-ins.ts';
import { createTokens, type Tokens } from '../../src/identity/tokens.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { type CallScope, createScope } from '../../src/scope.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { openStore } from '../../src/store/store.ts';
import { createHttpClient } from '../../src/upstream/http/agent.ts';
import { createCircuits } from '../../src/upstream/http/circuit.ts';
import type { Http } from '../../src/upstream/http/http.ts';
import { createSend, type Send } from '../../src/upstream/http/send.ts';
import { createSingleFlight } from '../../src/upstream/http/single-flight.ts';
import { ownQuotas } from '../support/quotas.ts';

/** The gateway's way of calling, with tokens of its own, against a simulator. */
export interface Sending {
  readonly http: Http;
  readonly signIns: SignIns;
  readonly tokens: Tokens;
  readonly send: Send;
  /** The scope of one request; `callerToken` is the user token that came with it. */
  scope(callerToken?: string): CallScope;
  stop(): Promise<void>;
}

export const startSending = async (simulator: Pick<Simulator, 'caPem'>): Promise<Sending> => {
  const client = createHttpClient({ ca: [simulator.caPem] });
  const store = await openStore({ url: 'memory:' });
  const signIns = createSignIns(store);
  const tokens = createTokens({ store, signIns, clock: systemClock, http: client.request });
  return {
    http: client.request,
    signIns,
    tokens,
    send: createSend({
      http: client.request,
      tokens,
      clock: systemClock,
      quotas: ownQuotas(),
      circuits: createCircuits(),
      flights: createSingleFlight(),
      log: createLog({ level: 'silent' }),
      metrics: createMetrics(),
      timeouts: { normal: 5000, hunting: 5000 },
      maxWaitMs: 60_000,
      random: () => 0,
    }),
    scope: (callerToken) =>
      createScope({
        requestId: '00000000-0000-4000-8000-000000000000',
        signal: new AbortController().signal,
        deadline: Date.now() + 60_000,
        maxCalls: 100,
        ...(callerToken === undefined ? {} : { callerToken: callerTokenOf(callerToken) }),
      }),
    stop: async () => {
      await client.close();
      await store.close();
    },
  };
};
