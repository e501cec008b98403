import { Agent, request } from 'undici';
import { systemClock } from '../../src/clock.ts';
import type { Tenant } from '../../src/config/tenants.ts';
import { createTokens } from '../../src/identity/tokens.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { mde } from '../../src/microsoft/mde/index.ts';
import { createScope } from '../../src/scope.ts';
import { openStore } from '../../src/store/store.ts';
import { hasId } from '../../src/upstream/answers.ts';
import { page } from '../../src/upstream/call.ts';
import { createHttpClient } from '../../src/upstream/http/agent.ts';
import { createCircuits } from '../../src/upstream/http/circuit.ts';
import { createSend } from '../../src/upstream/http/send.ts';
import { createSingleFlight } from '../../src/upstream/http/single-flight.ts';
import { ownQuotas } from '../support/quotas.ts';
import { tenantNamed } from '../support/tenant.ts';
import { startChild } from './child.ts';
import type { UpstreamPlace } from './children/start.ts';
import type { Row } from './rows.ts';
import type { Upstream } from './upstream.ts';

const callsARound = 2000;
const rounds = 5;
const atOnce = 8;

type Kind = { readonly id: string };

const kind = {
  one: 'a machine',
  many: 'machines',
  is: (value: unknown): value is Kind => hasId(value, 'id'),
  isAsked: () => true,
};

/** Microseconds of this process a call, of calls that run so many at once. */
const cpuOf = async (call: (number: number) => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage();
  for (let number = 0; number < callsARound; number += atOnce)
    await Promise.all(Array.from({ length: atOnce }, (_, index) => call(number + index)));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / callsARound;
};

const median = (figures: readonly number[]): number =>
  figures.toSorted((one, other) => one - other)[Math.floor(figures.length / 2)] ?? Number.NaN;

const tenantAt = (place: UpstreamPlace, url: string): Tenant => ({
  ...tenantNamed('contoso', url),
  tenantId: place.tenantId,
  authority: place.authority,
  auth: { kind: 'secret', clientId: place.clientId, clientSecret: async () => place.clientSecret },
});

/** The whole way to Microsoft, with tokens of a real sign-in. */
const startSending = async (place: UpstreamPlace, url: string) => {
  const client = createHttpClient({ ca: [place.caPem] });
  const store = await openStore({ url: 'memory:' });
  const metrics = createMetrics();
  const send = createSend({
    http: client.request,
    tokens: createTokens({ store, clock: systemClock, http: client.request, metrics }),
    clock: systemClock,
    quotas: ownQuotas(systemClock, { isKept: false }),
    circuits: createCircuits(),
    flights: createSingleFlight(),
    log: createLog({ level: 'silent' }),
    metrics,
    timeouts: { normal: 30_000, hunting: 30_000 },
    maxWaitMs: 60_000,
    random: () => 0,
  });
  const tenant = tenantAt(place, url);
  return {
    call: (number: number): Promise<unknown> => {
      const scope = createScope({
        requestId: '00000000-0000-4000-8000-000000000000',
        signal: new AbortController().signal,
        deadline: Date.now() + 30_000,
        maxCalls: 100,
      });
      return send(tenant, page(mde.listMachines, {}, kind, { skip: number }), scope);
    },
    stop: async () => {
      await client.close();
      await store.close();
    },
  };
};

/** What one call costs this process, beside the same request of undici alone. */
export const measureSendPath = async ({ place }: Upstream): Promise<readonly Row[]> => {
  const api = await startChild('small-answer');
  const sending = await startSending(place, api.url);
  const dispatcher = new Agent({ connections: 64 });
  const bare = async (number: number): Promise<unknown> => {
    const { body } = await request(`${api.url}/api/machines?$skip=${number}`, {
      dispatcher,
      headers: { accept: 'application/json', authorization: 'Bearer a-token' },
    });
    return JSON.parse(await body.text());
  };
  try {
    await cpuOf(sending.call);
    await cpuOf(bare);
    const figures: { readonly gateway: number; readonly baseline: number }[] = [];
    for (let round = 0; round < rounds; round += 1)
      figures.push({ gateway: await cpuOf(sending.call), baseline: await cpuOf(bare) });
    const gateway = median(figures.map((each) => each.gateway));
    const baseline = median(figures.map((each) => each.baseline));
    return [
      {
        measure: 'one upstream call: CPU beside undici alone',
        unit: 'us',
        gateway,
        baseline,
      },
    ];
  } finally {
    await dispatcher.close();
    await sending.stop();
    await api.stop();
  }
};
