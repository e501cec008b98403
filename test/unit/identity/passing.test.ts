import { describe, expect, onTestFinished, test } from 'vitest';
import { createTokens } from '../../../src/identity/tokens.ts';
import { openStore } from '../../../src/store/store.ts';
import { createStoppedClock } from '../store/support.ts';
import { type Answer, granted, refused, startEntra, tenantAt } from './entra.ts';

/** Entra that gives these answers, then tokens. */
const started = async (...answers: readonly Answer[]) => {
  const entra = await startEntra();
  const store = await openStore({ url: 'memory:' });
  const tokens = createTokens({ store, clock: createStoppedClock(), http: entra.http });
  onTestFinished(async () => {
    await store.close();
    await entra[Symbol.asyncDispose]();
  });
  const left = [...answers];
  entra.answer = (post) => left.shift() ?? granted(post);
  const ask = () =>
    tokens.get(tenantAt(entra.origin), 'mde').then(
      () => 'a token',
      ({ code }) => String(code),
    );
  return { entra, ask };
};

const page = '<!DOCTYPE html><html><body>Our services are not available right now</body></html>';
const passing: readonly [string, Answer][] = [
  ['AADSTS90033 with 503', refused('temporarily_unavailable', 90033, 503)],
  ['AADSTS90033 with 400', refused('temporarily_unavailable', 90033)],
  ['AADSTS90024', refused('temporarily_unavailable', 90024)],
  ['AADSTS90006', refused('server_error', 90006, 500)],
  ['AADSTS90012', refused('temporarily_unavailable', 90012, 504)],
  ['AADSTS50033', refused('temporarily_unavailable', 50033)],
  ['a number nobody knows with a word that passes', refused('temporarily_unavailable', 7999999)],
  ...[500, 502, 503, 504].map((status): [string, Answer] => [`${status} with a page`, { status, body: page }]),
  ['503 without a body', { status: 503, body: '' }],
  ['200 with a page', { status: 200, headers: { 'content-type': 'text/html' }, body: page }],
  ['a page with 403', { status: 403, headers: { 'content-type': 'text/html' }, body: page }],
  ['JSON that is cut off', { status: 200, body: '{"token_type":"Bearer","expires_in":3599,"access_tok' }],
  ['200 without a body', { status: 200, body: '' }],
  // What stands between the gateway and Entra has words of its own.
  ...['null', '"no"', '5', '[]', '{"error":{"code":"Forbidden","message":"no"}}', '{"error":null}'].flatMap((body) =>
    [200, 400].map((status): [string, Answer] => [`${status} with ${body}`, { status, body }]),
  ),
];

describe('R7: what passes by itself', () => {
  test.each(passing)('%s once: asked once more, and there is a token', async (_, answer) => {
    const { entra, ask } = await started(answer);
    expect(await ask()).toBe('a token');
    expect(entra.posts).toHaveLength(2);
  });

  test.each(passing)('%s for long: two requests, and no word of a wrong sign-in', async (_, answer) => {
    const { entra, ask } = await started(answer, answer, answer);
    expect(await ask()).toBe('UPSTREAM_UNAVAILABLE');
    expect(entra.posts).toHaveLength(2);
  });
});

describe('R7: what does not pass is asked once', () => {
  test.each<[string, Answer, string]>([
    ['a wrong secret', refused('invalid_client', 7000215, 401), 'TENANT_SIGN_IN_REQUIRED'],
    ['a secret that has ended', refused('invalid_client', 7000222, 401), 'TENANT_SIGN_IN_REQUIRED'],
    ['an app that is not there', refused('unauthorized_client', 700016), 'TENANT_SIGN_IN_REQUIRED'],
    ['conditional access', refused('invalid_grant', 53003), 'TENANT_SIGN_IN_REQUIRED'],
    ['no such tenant', refused('invalid_request', 900023), 'TENANT_SIGN_IN_REQUIRED'],
    ['a number nobody knows', refused('invalid_request', 900432), 'TENANT_SIGN_IN_REQUIRED'],
    ['an API that is not there', refused('invalid_resource', 500011), 'MISSING_PERMISSION'],
    ['a scope that is none', refused('invalid_scope', 70011), 'UPSTREAM_REJECTED'],
    ['a loop', refused('invalid_grant', 50196), 'UPSTREAM_THROTTLED'],
    ['a loop with 429', refused('invalid_grant', 50196, 429), 'UPSTREAM_THROTTLED'],
    ['too many requests', { status: 429, body: page }, 'UPSTREAM_THROTTLED'],
    ['a quota of the tenant', refused('temporarily_unavailable', 90055), 'UPSTREAM_THROTTLED'],
  ])('%s', async (_, answer, code) => {
    const { entra, ask } = await started(answer, answer, answer);
    expect(await ask()).toBe(code);
    expect(await ask()).toBe(code);
    expect(entra.posts).toHaveLength(1);
  });
});
