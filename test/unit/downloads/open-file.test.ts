import { createServer } from 'node:https';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { clouds } from '../../../src/clouds/endpoints.ts';
import { createOpenFile } from '../../../src/downloads/open.ts';
import { gunzipped } from '../../../src/downloads/unpack.ts';
import { withFirst } from '../../../src/downloads/with-first.ts';
import { createTlsMaterial } from '../../../src/simulator/tls/authority.ts';
import { createHttpClient } from '../../../src/upstream/http/agent.ts';
import { createManualClock, createTestScope, tenantNamed } from '../actions/support.ts';

/** Storage under `localhost`, which the settings allow, and `127.0.0.1`, which they do not. */
const { caPem, certificatePem, privateKeyPem } = createTlsMaterial(['localhost']);
const asked: string[] = [];
let closed = Promise.withResolvers<void>();
const storage = createServer({ cert: certificatePem, key: privateKeyPem }, (request, response) => {
  const url = new URL(request.url ?? '/', 'https://localhost');
  asked.push(`${request.headers.host?.split(':')[0]}${url.pathname}`);
  expect(request.headers.authorization).toBeUndefined();
  const to = url.searchParams.get('to');
  if (to !== null) return response.writeHead(307, { location: to }).end('moved');
  if (url.pathname === '/loop') return response.writeHead(302, { location: '/loop' }).end();
  if (url.pathname === '/busy') return response.writeHead(503).end('<Error>busy, sig=secret</Error>');
  if (url.pathname === '/mute')
    return response
      .on('close', () => closed.resolve())
      .writeHead(200)
      .flushHeaders();
  if (url.pathname === '/deaf') return request.on('close', () => closed.resolve());
  if (url.pathname === '/half') {
    response.writeHead(200, { 'content-length': '100' });
    return response.write('half', () => response.destroy());
  }
  return response.end('the file');
});
const client = createHttpClient({ ca: [caPem] });
let origin = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => storage.listen(0, '127.0.0.1', resolve));
  const address = storage.address();
  origin = `https://localhost:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(async () => {
  await client.close();
  storage.close();
});
beforeEach(() => asked.splice(0));

const tenant = { ...tenantNamed('contoso'), apis: clouds.global.apis };
const clock = createManualClock();
const openFile = createOpenFile({ open: client.open, downloadHosts: ['localhost'], clock, operation: 'mde.file' });
const read = async (path: string, { scope } = createTestScope(clock)): Promise<string> => {
  let text = '';
  for await (const chunk of await openFile(tenant, `${origin}${path}`, scope)) text += chunk.toString();
  return text;
};

describe('X1: a file is fetched from where it lies', () => {
  test('also a step aside on an allowed host', async () => {
    expect(await read(`/a?to=${encodeURIComponent(`${origin}/b?sig=x`)}`)).toBe('the file');
    expect(await read('/a?to=/b')).toBe('the file');
    expect(asked).toEqual(['localhost/a', 'localhost/b', 'localhost/a', 'localhost/b']);
  });

  test.each([
    ['to another host', () => origin.replace('localhost', '127.0.0.1')],
    ['to the metadata of the machine', () => 'https://169.254.169.254/metadata'],
    ['down to plain HTTP', () => origin.replace('https', 'http')],
    ['to the disk', () => 'file:///etc/passwd'],
  ])('never a step %s', async (_name, to) => {
    await expect(read(`/a?to=${encodeURIComponent(to())}`)).rejects.toMatchObject({ code: 'UPSTREAM_REJECTED' });
    expect(asked).toEqual(['localhost/a']);
  });

  test('and not round in circles', async () => {
    await expect(read('/loop')).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      details: { upstreamStatus: 302 },
    });
    expect(asked).toHaveLength(4);
  });

  test.each([
    ['/busy', 'UPSTREAM_UNAVAILABLE'],
    ['/half', 'UPSTREAM_UNAVAILABLE'],
  ])('%s is %s, without the link', async (path, code) => {
    const thrown: unknown = await read(`${path}?sig=secret`).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code, message: expect.not.stringMatching(/secret|localhost/) });
  });

  test('a caller who leaves ends it with their own reason', async () => {
    const test = createTestScope(clock);
    const chunks = await openFile(tenant, `${origin}/half`, test.scope);
    test.leave();
    await expect(chunks.next()).rejects.toThrow('The caller left');
  });
});

const from = async function* (...chunks: readonly Buffer[]): AsyncGenerator<Buffer, void> {
  yield* chunks;
};

describe('X1: unpacking', () => {
  test.each([
    ['no gzip', [Buffer.from('plain')], 'BAD_USER_INPUT'],
    ['nothing', [], 'BAD_USER_INPUT'],
    ['half a gzip', [Buffer.from('1f8b0800000000000003', 'hex')], 'UPSTREAM_REJECTED'],
    ['a broken gzip', [Buffer.from('1f8b0800000000000003ffffffff', 'hex')], 'UPSTREAM_REJECTED'],
  ])('%s is refused', async (_name, chunks, code) => {
    const unpack = async () => {
      for await (const _ of gunzipped(await withFirst(from(...chunks))));
    };
    await expect(unpack()).rejects.toMatchObject({ code });
  });

  test('what goes wrong on the way is told as it was', async () => {
    const fault = new Error('The line went dead');
    const broken = async function* (): AsyncGenerator<Buffer, void> {
      yield Buffer.from('1f8b0800000000000003', 'hex');
      throw fault;
    };
    const unpack = async () => {
      for await (const _ of gunzipped(await withFirst(broken())));
    };
    await expect(unpack()).rejects.toBe(fault);
  });
});

describe('D3: a storage that gives nothing', () => {
  test.each(['/deaf', '/mute'])(
    '%s is given up after the time of silence, and its connection is closed',
    async (path) => {
      closed = Promise.withResolvers<void>();
      const patient = createManualClock();
      const open = createOpenFile({
        ...{ open: client.open, downloadHosts: ['localhost'], operation: 'mde.file', idleMs: 5000 },
        clock: patient,
      });
      const { scope } = createTestScope(patient);
      const text = (async () => {
        for await (const chunk of await open(tenant, `${origin}${path}`, scope)) return chunk.toString();
        return 'nothing';
      })();
      const fault = expect(text).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT', details: { tenant: 'contoso' } });
      await expect.poll(() => asked).toContain(`localhost${path}`);
      // Until it waits for what does not come.
      for (let turn = 0; turn < 20; turn += 1) {
        await patient.advance(1000);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await fault;
      await closed.promise;
    },
  );
});
