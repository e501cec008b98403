import { expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { GatewayError } from '../../../src/errors.ts';
import { createScope } from '../../../src/scope.ts';
import type { Answer, Call } from '../../../src/upstream/http/call.ts';
import { coalesced } from '../../../src/upstream/http/coalesced.ts';
import { createSingleFlight } from '../../../src/upstream/http/single-flight.ts';
import { tenantNamed } from '../../support/tenant.ts';

const tenant = tenantNamed('contoso', 'https://api.example');
const answer: Answer = { status: 200, json: {}, none: false, requestId: undefined, permissions: null };
const callOf = (requestId: string, leftMs = 1000): Call => ({
  tenant,
  endpoint: { baseUrl: 'https://api.example', scope: 'x' },
  operation: {
    id: 'mde.getMachine',
    api: 'mde',
    method: 'GET',
    path: '/api/machines/1',
    repeatable: true,
    permissions: [],
    parse: () => null,
  },
  url: 'https://api.example/api/machines/1',
  scope: createScope({ requestId, signal: new AbortController().signal, deadline: Date.now() + leftMs, maxCalls: 1 }),
});

test.each([
  ['QUERY_TOO_EXPENSIVE', 2, ['failed', 'had', 'had']],
  ['UPSTREAM_THROTTLED', 2, ['failed', 'had', 'had']],
  ['UPSTREAM_UNAVAILABLE', 1, ['failed', 'failed', 'failed']],
] as const)("D3: %s of the caller whose read was joined is not the others'", async (code, calls, ends) => {
  const policy = coalesced({ flights: createSingleFlight(), clock: systemClock, joined: () => {} });
  const sent: string[] = [];
  const next = async ({ scope: { requestId } }: Call): Promise<Answer> => {
    sent.push(requestId);
    await new Promise((resolve) => setImmediate(resolve));
    if (requestId === 'first') throw new GatewayError(code, 'not theirs');
    return answer;
  };
  const asked = ['first', 'second', 'third'].map((id) =>
    policy(callOf(id), next).then(
      () => 'had',
      () => 'failed',
    ),
  );
  expect(await Promise.all(asked)).toEqual(ends);
  expect(sent).toHaveLength(calls);
});

test('D3: who joined a call that has more time than their request is told before that ends', async () => {
  const policy = coalesced({ flights: createSingleFlight(), clock: systemClock, joined: () => {} });
  const next = (call: Call): Promise<Answer> =>
    new Promise((_, reject) => call.scope.signal.addEventListener('abort', () => reject(call.scope.signal.reason)));
  const first = policy(callOf('first', 200), next).catch((error: unknown) => error);
  const joined = policy(callOf('second', 50), next);
  await expect(joined).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT', details: { tenant: 'contoso' } });
  expect(await first).toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
});
