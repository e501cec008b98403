import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSigningKeys } from '../../../src/access/signing-keys.ts';
import { createMemoryLog, createStoppedClock } from '../store/support.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

let server: Server;
let uri = '';
let asked = 0;
let answer: { readonly status: number; readonly body: string };
const pairs = new Map<string, { readonly privateKey: CryptoKey; readonly jwk: JWK }>();

beforeAll(async () => {
  for (const kid of ['one', 'two']) {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    // Entra's keys do not say their algorithm.
    pairs.set(kid, { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' } });
  }
  server = createServer((_, response) => {
    asked += 1;
    response.writeHead(answer.status).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  uri = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/keys`;
});
afterAll(() => server.close());

const pairOf = (kid: string) => {
  const pair = pairs.get(kid);
  if (pair === undefined) throw new Error(`no key "${kid}"`);
  return pair;
};
const publish = (...kids: string[]): void => {
  answer = { status: 200, body: JSON.stringify({ keys: kids.map((kid) => pairOf(kid).jwk) }) };
};
const tokenOf = (kid: string, name = kid) =>
  new SignJWT({}).setProtectedHeader({ alg: 'RS256', kid: name }).sign(pairOf(kid).privateKey);

const outages = [
  ['an error', { status: 503, body: '' }],
  ['a page of HTML', { status: 200, body: '<html></html>' }],
  ['no keys at all', { status: 200, body: '{"keys":[]}' }],
] as const;

beforeEach(() => {
  asked = 0;
  publish('one');
});

/** Until what is read beside the requests has been read. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

const setUp = () => {
  const clock = createStoppedClock(1_800_000_000_000);
  const log = createMemoryLog();
  const keys = createSigningKeys(uri, { clock, log });
  const check = async (kid: string, name = kid) =>
    (await jwtVerify(await tokenOf(kid, name), keys)).protectedHeader.kid;
  return { clock, log, check };
};

describe('the keys that sign tokens of callers', () => {
  test('are read once for many, and looked at again after ten minutes beside the request', async () => {
    const { clock, check } = setUp();
    await Promise.all(Array.from({ length: 20 }, () => check('one')));
    clock.advance(9 * minuteMs);
    await check('one');
    expect(asked).toBe(1);
    publish('two');
    clock.advance(minuteMs);
    await check('one');
    await settled();
    expect(asked).toBe(2);
    await expect(check('one')).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    await expect(check('two')).resolves.toBe('two');
  });

  test.each(outages)('serve for a day while their address answers %s', async (_, outage) => {
    const { clock, check, log } = setUp();
    await check('one');
    answer = outage;
    clock.advance(hourMs);
    await Promise.all([check('one'), check('one')]);
    await settled();
    await check('one');
    expect(asked).toBe(2);
    expect(log.lines.join()).toContain("The keys that sign callers' tokens cannot be read again");
    clock.advance(22.9 * hourMs);
    await expect(check('one')).resolves.toBe('one');
    await settled();
    clock.advance(0.2 * hourMs);
    await expect(check('one')).rejects.not.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    publish('one');
    clock.advance(1000);
    await expect(check('one')).resolves.toBe('one');
  });

  test('that cannot be read at first are asked for once a second, however many tokens come', async () => {
    const { clock, check } = setUp();
    answer = { status: 503, body: '' };
    for (let i = 0; i < 20; i += 1) {
      await expect(check('one')).rejects.toMatchObject({ code: 'ERR_JWKS_INVALID' });
      clock.advance(100);
    }
    expect(asked).toBe(2);
  });

  test('are read at once for a new key id, and no more than twice a minute for ids that are made up', async () => {
    const { clock, check } = setUp();
    await check('one');
    publish('two');
    expect(new Set(await Promise.all(Array.from({ length: 20 }, () => check('two'))))).toEqual(new Set(['two']));
    expect(asked).toBe(2);
    clock.advance(29_000);
    for (let i = 0; i < 10; i += 1)
      await expect(check('two', `made up ${i}`)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    expect(asked).toBe(2);
  });

  test('that cannot be looked at for a new key id are no fault of its token', async () => {
    const { clock, check } = setUp();
    await check('one');
    answer = { status: 500, body: '' };
    clock.advance(minuteMs);
    for (let i = 0; i < 3; i += 1) await expect(check('two')).rejects.toMatchObject({ code: 'ERR_JWKS_INVALID' });
    await expect(check('one')).resolves.toBe('one');
    expect(asked).toBe(2);
  });
});
