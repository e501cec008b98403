import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { none, type StandIn, startStandIn } from '../../support/stand-in-tenants.ts';

let api: StandIn;
beforeAll(async () => {
  api = await startStandIn(40, ['graph']);
});
afterAll(() => api.stop());

interface Part {
  readonly id: string | number;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}
const alertOf = (id: string) => ({ id, title: `Alert ${id}`, createdDateTime: '2026-01-01T00:00:00Z', evidence: [] });
const good = (id: string, url: string): Part => ({ id, status: 200, body: alertOf(url.split('/').at(-1) ?? '') });
const throttled = (id: string): Part => ({
  id,
  status: 429,
  headers: { 'Retry-After': '0' },
  body: { error: { code: 'TooManyRequests', message: 'Too many.' } },
});
const missing = (id: string): Part => ({ id, status: 404, body: { error: { code: 'NotFound', message: 'None.' } } });
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

type Play = (parts: readonly Part[], round: number) => readonly Part[];
const plays: Readonly<Record<string, Play>> = {
  'as asked': (parts) => parts,
  'in reverse': (parts) => parts.toReversed(),
  'each twice': (parts) => parts.flatMap((part) => [part, part]),
  'each twice, with a 404 behind': (parts) => parts.flatMap((part) => [part, missing(String(part.id))]),
  'each twice, with a 404 before': (parts) => parts.flatMap((part) => [missing(String(part.id)), part]),
  'each twice, with a 429 behind': (parts) => parts.flatMap((part) => [part, throttled(String(part.id))]),
  'ids as numbers': (parts) => parts.map((part) => ({ ...part, id: Number(part.id) })),
  'one left out at first': (parts, round) => (round === 0 ? parts.slice(1) : parts),
  'all left out at first': (parts, round) => (round === 0 ? [] : parts),
  'one 429 at first': (parts, round) =>
    parts.map((part, index) => (round === 0 && index === 1 ? throttled(String(part.id)) : part)),
  'one 503 at first': (parts, round) =>
    parts.map((part, index) => (round === 0 && index === 1 ? { ...part, status: 503, body: '<html>' } : part)),
  'bodies as text': (parts) => parts.map((part) => ({ ...part, body: JSON.stringify(part.body) })),
  'bodies in base64': (parts) => parts.map((part) => ({ ...part, body: base64(part.body) })),
  'an answer to nobody': (parts) => [
    ...parts,
    { id: '99', status: 200, body: {} },
    { id: 'x', status: 500, body: null },
  ],
  'ids of alerts in upper case': (parts) =>
    parts.map((part) => ({ ...part, body: JSON.parse(JSON.stringify(part.body).replace('"da', '"DA')) })),
  'a part without id': (parts) => [...parts, { status: 200, body: {} } as never],
  'a part with status as text': (parts) => parts.map((part) => ({ ...part, status: String(part.status) as never })),
  'a null': (parts) => [...parts, null as never],
};

describe('R6: $batch that answers', () => {
  for (const [name, play] of Object.entries(plays))
    test(name, async () => {
      let round = 0;
      const tenant = api.tenant(({ path, body }) => {
        if (!path.endsWith('/$batch')) return none;
        const { requests }: { requests: { id: string; url: string }[] } = JSON.parse(body);
        const parts = requests.map(({ id, url }) => good(id, url));
        round += 1;
        return { body: { responses: play(parts, round - 1) } };
      });
      const { data, errors } = await tenant.ask<Record<string, { title: string }>>(
        `query ($tenant: String!) { ${[1, 2, 3].map((n) => `a${n}: alert(tenant: $tenant, alertId: "da${n}") { title }`).join(' ')} }`,
      );
      expect(errors).toEqual([]);
      expect(data).toEqual({ a1: { title: 'Alert da1' }, a2: { title: 'Alert da2' }, a3: { title: 'Alert da3' } });
    });

  test.each([
    ['HTML', '<html>'],
    ['base64 of HTML', Buffer.from('<html><body>Not found at all</body></html>').toString('base64')],
    ['nothing', null],
    ['other JSON', { message: 'no route' }],
  ])('404 of a part with %s: an error, not "none"', async (_, body) => {
    const tenant = api.tenant((asked) => {
      const { requests }: { requests: { id: string; url: string }[] } = JSON.parse(asked.body);
      return {
        body: {
          responses: requests.map(({ id, url }, index) => (index === 0 ? { id, status: 404, body } : good(id, url))),
        },
      };
    });
    const { data, errors } = await tenant.ask<Record<string, unknown>>(
      'query ($tenant: String!) { a1: alert(tenant: $tenant, alertId: "da1") { title } a2: alert(tenant: $tenant, alertId: "da2") { title } }',
    );
    expect(data).toMatchObject({ a1: null, a2: { title: 'Alert da2' } });
    expect(errors).toMatchObject([{ path: ['a1'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  });
});

const turnedAway = {
  'a 404 of the service': { status: 404, body: { error: { code: 'NotFound', message: 'No such resource' } } },
  'a 405 without a body': { status: 405, body: '' },
  'a 501': { status: 501, body: { error: { code: 'NotImplemented', message: 'No batches here' } } },
  'a 400': { status: 400, body: { error: { code: 'BadRequest', message: 'Unsupported' } } },
  'a page of a proxy': { status: 403, headers: { 'content-type': 'text/html' }, body: '<html>GET alone</html>' },
} as const;

describe.each(Object.entries(turnedAway))('R6: $batch that is answered with %s', (_, answer) => {
  const singleReads = (path: string) => /\/alerts_v2\/(\w+)$/.exec(path)?.[1];
  const threeAlerts = `query ($tenant: String!) { ${[1, 2, 3].map((n) => `a${n}: alert(tenant: $tenant, alertId: "da${n}") { alertId }`).join(' ')} }`;

  test('is read singly: what is there is found, what is not is NOT_FOUND, and $batch is asked once', async () => {
    const tenant = api.tenant(({ path }) => {
      const id = singleReads(path);
      return path.endsWith('/$batch') ? answer : id === undefined || id === 'da3' ? none : { body: alertOf(id) };
    });
    for (const _round of [1, 2]) {
      const { data, errors } = await tenant.ask(threeAlerts);
      expect(data).toEqual({ a1: { alertId: 'da1' }, a2: { alertId: 'da2' }, a3: null });
      expect(errors).toMatchObject([{ path: ['a3'], extensions: { code: 'NOT_FOUND' } }]);
    }
    expect(tenant.asked.filter(({ path }) => path.endsWith('/$batch'))).toHaveLength(1);
  });

  test('tells that where one alone is turned away, too, and asks for no other', async () => {
    const tenant = api.tenant(({ path }) =>
      path.includes('$batch') || singleReads(path) ? { status: 400, body: answer.body } : none,
    );
    const { data, errors } = await tenant.ask(threeAlerts);
    expect(data).toEqual({ a1: null, a2: null, a3: null });
    expect(errors.map(({ extensions }) => extensions.code)).not.toContain('NOT_FOUND');
    expect(tenant.asked.filter(({ path }) => singleReads(path))).toHaveLength(1);
  });
});
