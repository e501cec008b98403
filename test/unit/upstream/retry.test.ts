import { describe, expect, test } from 'vitest';
import { type GatewayError, InputError, TenantAccessError, UpstreamError } from '../../../src/errors.ts';
import { tokenFailure } from '../../../src/identity/failure.ts';
import { EntraUnavailable } from '../../../src/identity/network.ts';
import { NoConnectionError } from '../../../src/upstream/http/agent.ts';
import { createCircuits } from '../../../src/upstream/http/circuit.ts';
import { failureOf, failureWithoutAnswer } from '../../../src/upstream/http/failure.ts';
import { maxAttempts, retryDelayMs } from '../../../src/upstream/http/retry.ts';
import { tenantNamed } from '../../support/tenant.ts';

const place = {
  tenant: 'contoso',
  operation: { id: 'mde.getMachine', api: 'mde', permissions: ['Machine.Read.All'] },
} as const;

const answered = (status: number, headers: Readonly<Record<string, string>> = {}): GatewayError =>
  failureOf(place, { status, headers, body: '' }, 0);
const failed = (code: string): GatewayError =>
  failureWithoutAnswer(place, Object.assign(new Error('x'), { code }), false);
const refused = (code: string): GatewayError =>
  failureWithoutAnswer(place, new NoConnectionError(Object.assign(new Error('x'), { code })), false);
const noToken = tokenFailure(new EntraUnavailable('Entra', { status: 500 }), {
  tenant: 'contoso',
  api: 'mde',
  correlationId: '',
});
const timedOut = failureWithoutAnswer(place, new Error('x'), true);
const after30 = { 'retry-after': '30' };

/** What a first failure leads to, for a read and for an action: milliseconds until it is sent again, or never. */
const rows: readonly (readonly [what: string, error: GatewayError, read: number | null, action: number | null])[] = [
  ['400', answered(400), null, null],
  ['401', answered(401), null, null],
  ['403', answered(403), null, null],
  ['404', answered(404), null, null],
  ['409', answered(409), null, null],
  ['429 without a time', answered(429), null, null],
  ['429 with Retry-After', answered(429, after30), 30_300, 30_300],
  ['500', answered(500), 300, null],
  ['502', answered(502), 300, null],
  ['503', answered(503), 300, null],
  ['503 with Retry-After', answered(503, after30), 30_300, null],
  ['504', answered(504), 300, null],
  ['500 with Retry-After', answered(500, after30), 30_300, null],
  ['a refused connection', refused('ECONNREFUSED'), 300, 300],
  ['an unknown host', refused('ENOTFOUND'), 300, 300],
  ['no connection in time', refused('UND_ERR_CONNECT_TIMEOUT'), 300, 300],
  ['a proxy that opened no connection in time', refused('ERR_PROXY_TIMEOUT'), 300, 300],
  ['no token, since Entra failed', noToken, 300, 300],
  ['a handshake that was cut', refused('ECONNRESET'), 300, 300],
  ['a cut connection', failed('ECONNRESET'), 300, null],
  ['no answer in time', timedOut, 300, null],
  ['a malformed answer', failureWithoutAnswer(place, new SyntaxError('x'), false), 300, null],
  ['a fault of the caller', new InputError('x'), null, null],
  ['a missing sign-in', new TenantAccessError('TENANT_SIGN_IN_REQUIRED', 'x'), null, null],
];

describe('the first attempt that ended with', () => {
  test.each(rows)('%s', (_, error, read, action) => {
    expect(retryDelayMs(error, 1, true, () => 0.5)).toBe(read);
    expect(retryDelayMs(error, 1, false, () => 0.5)).toBe(action);
  });
});

test('waits grow from attempt to attempt, and the last attempt is the last', () => {
  const delays = Array.from({ length: maxAttempts }, (_, index) =>
    retryDelayMs(answered(500), index + 1, true, () => 1),
  );
  expect(delays).toEqual([600, 1200, null]);
});

test('a wait is never shorter than Retry-After', () => {
  expect(retryDelayMs(answered(429, after30), 1, true, () => 0)).toBe(30_000);
});

test('what a breaker kept back is not waited for: another API may answer now', async () => {
  const circuits = createCircuits();
  const fails = () => circuits.run({ ...place, tenant: tenantNamed('contoso') }, () => Promise.reject(answered(503)));
  for (let time = 0; time < 5; time += 1)
    await expect(fails()).rejects.toMatchObject({ details: { upstreamStatus: 503 } });
  const keptBack: unknown = await fails().catch((error: unknown) => error);
  expect(keptBack).toBeInstanceOf(UpstreamError);
  expect(keptBack instanceof UpstreamError && retryDelayMs(keptBack, 1, true, () => 0)).toBeNull();
});
