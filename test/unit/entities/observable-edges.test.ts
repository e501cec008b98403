import { afterEach, describe, expect, test } from 'vitest';
import type { ReadEdge } from '../../../src/entities/edge.ts';
import { edges } from '../../../src/entities/edges.ts';
import { askedKey } from '../../../src/entities/look-back.ts';
import { entities } from '../../../src/entities/table.ts';
import { createWeaknesses } from '../../../src/entities/weaknesses.ts';
import { createHuntingReads } from '../../../src/routing/hunting.ts';
import { partsOver } from '../../support/parts.ts';
import { answer, startUpstream, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
afterEach(() => upstream.stop());

const start = async (handle: Parameters<typeof startUpstream>[0]) => {
  upstream = await startUpstream(handle);
  const parts = partsOver(upstream);
  const edgeParts = { ...parts, hunting: createHuntingReads(parts) };
  return { ...edgeParts, weaknesses: createWeaknesses(edgeParts) };
};

const rowsOf = async <Row>(read: ReadEdge<Row>, id: string): Promise<readonly Row[] | Error | undefined> => {
  const found = (await read(upstream.tenant, [id], upstream.scope())).get(id);
  return found instanceof Error ? found : found?.rows;
};

const sha1 = 'a'.repeat(40);
const refused = { error: { code: 'InvalidHashValue', message: 'Hash value is invalid.' } };
const none = { error: { code: 'ResourceNotFound', message: 'None' } };

describe('statistics as other services send them', () => {
  const statistics: readonly (readonly [name: string, body: object, prevalence: number | null])[] = [
    ['a number as text', { host: 'example.com', organizationPrevalence: '4070' }, 4070],
    ['without what they are of', { organizationPrevalence: 3 }, 3],
    ['without a number', { host: 'example.com', orgFirstSeen: null }, null],
  ];
  test.each(statistics)('%s', async (_, body, organizationPrevalence) => {
    const parts = await start((__, response) => answer(response, 200, body));
    expect(await rowsOf(edges['Domain.prevalence'].read(parts), 'example.com')).toEqual([
      { organizationPrevalence, orgFirstSeen: null, orgLastSeen: null },
    ]);
  });

  test('what are none is an error', async () => {
    const parts = await start((_, response) => answer(response, 200, { value: [] }));
    await expect(rowsOf(edges['Domain.prevalence'].read(parts), 'example.com')).rejects.toThrow();
  });

  test('of a file that Microsoft does not know there are none', async () => {
    const parts = await start((_, response) => answer(response, 404, none));
    expect(await rowsOf(edges['File.prevalence'].read(parts), sha1)).toEqual([]);
  });

  test('the hours are asked for as given', async () => {
    const parts = await start((_, response) => answer(response, 200, { ipAddress: '::1', organizationPrevalence: 0 }));
    await rowsOf(edges['IpAddress.prevalence'].read(parts), askedKey('::1', '48'));
    await rowsOf(edges['IpAddress.prevalence'].read(parts), '::1');
    expect(upstream.requests).toEqual(['/api/ips/::1/stats?lookBackHours=48', '/api/ips/::1/stats']);
  });
});

describe('files', () => {
  const read = async (body: object, status = 200) => {
    const parts = await start((_, response) => answer(response, status, body));
    const found = await entities.files.reads(parts).byIds(upstream.tenant, [sha1], upstream.scope());
    return found.get(sha1);
  };

  test('with nothing but a hash, in capitals', async () => {
    expect(await read({ sha1: sha1.toUpperCase() })).toMatchObject({ hash: sha1, size: null, determinationType: null });
  });

  test('numbers as text, and the prevalence in the spelling of the statistics', async () => {
    const sent = { sha256: 'b'.repeat(64), size: '22139496', globallyPrevalence: '12', isPeFile: 'true' };
    expect(await read(sent)).toMatchObject({
      hash: 'b'.repeat(64),
      size: 22_139_496,
      globalPrevalence: 12,
      isPeFile: true,
    });
  });

  test('that Microsoft does not know are absent', async () => {
    expect(await read(none, 404)).toBeUndefined();
  });
});

describe('lists below them', () => {
  const machine = (digit: string) => ({ id: digit.repeat(40), computerDnsName: `${digit}.example` });

  test('machines that come with little, over a link', async () => {
    const parts = await start((url, response) =>
      url.searchParams.has('next')
        ? answer(response, 200, { value: [machine('b')] })
        : answer(response, 200, {
            value: [machine('a')],
            '@odata.nextLink': `${upstream.tenant.apis.mde?.baseUrl}${url.pathname}?next=1`,
          }),
    );
    const rows = await rowsOf(edges['User.machines'].read(parts), 'jdoe');
    expect(rows).toMatchObject([{ computerDnsName: 'a.example' }, { computerDnsName: 'b.example' }]);
  });

  test('alerts are told newest first, and their evidence as not read', async () => {
    const alert = (id: string, alertCreationTime: string) => ({ id, alertCreationTime, evidence: [] });
    const parts = await start((_, response) =>
      answer(response, 200, {
        value: [alert('da1_1', '2026-01-01T00:00:00Z'), alert('da2_1', '2026-01-02T00:00:00Z')],
      }),
    );
    const rows = await rowsOf(edges['User.alerts'].read(parts), "o'brien");
    expect(rows).toMatchObject([
      { alertId: 'da2_1', evidence: null },
      { alertId: 'da1_1', evidence: null },
    ]);
    expect(upstream.requests).toEqual(["/api/users/o'brien/alerts"]);
  });

  test('what Microsoft refuses is an error in its words', async () => {
    const parts = await start((_, response) => answer(response, 400, refused));
    await expect(rowsOf(edges['File.alerts'].read(parts), sha1)).rejects.toThrow('Hash value is invalid.');
  });

  test('alerts of URLs that cannot be hunted for are an error, never none', async () => {
    const parts = await start((_, response) => answer(response, 403, { error: { code: 'Forbidden', message: 'No' } }));
    await expect(rowsOf(edges['Url.alerts'].read(parts), 'https://example.com/')).rejects.toThrow();
  });
});

describe('what the gateway itself hunts for', () => {
  const refusal = { error: { code: 'BadRequest', message: 'Failed to resolve a table' } };

  test('and is refused is no fault of the caller’s', async () => {
    const parts = await start((_, response) => answer(response, 400, refusal));
    await expect(rowsOf(edges['Url.alerts'].read(parts), 'https://example.com/')).rejects.toMatchObject({
      code: 'UPSTREAM_REJECTED',
      message: 'AlertEvidence cannot be hunted in contoso: Failed to resolve a table',
      details: { tenant: 'contoso', api: 'mde', upstreamStatus: 400 },
    });
  });

  /** Hunting has a table of software without a row; each machine has a product. */
  const startEmpty = () =>
    start((url, response) =>
      answer(
        response,
        200,
        url.pathname.endsWith('/software') ? { value: [{ id: 'microsoft-_-edge' }] } : { schema: [], results: [] },
      ),
    );
  const machinesOf = (count: number) => Array.from({ length: count }, (_, index) => `${index}`.padStart(40, 'a'));

  test('and has no row of any machine is asked of each machine, for every machine has software', async () => {
    const parts = await startEmpty();
    const found = await edges['Machine.software'].read(parts)(upstream.tenant, machinesOf(20), upstream.scope());
    expect([...found.values()]).toEqual(machinesOf(20).map(() => ({ rows: ['microsoft-_-edge'], truncation: null })));
    expect(upstream.requests).toHaveLength(21);
  });

  test('of more machines than are asked each it is said', async () => {
    const parts = await startEmpty();
    const found = await edges['Machine.software'].read(parts)(upstream.tenant, machinesOf(21), upstream.scope());
    expect([...found.values()][0]).toEqual({
      rows: [],
      truncation: expect.stringMatching('Hunting knows no software'),
    });
    expect(upstream.requests).toHaveLength(1);
  });
});
