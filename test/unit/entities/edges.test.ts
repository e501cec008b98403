import { afterEach, describe, expect, test } from 'vitest';
import { edges } from '../../../src/entities/edges.ts';
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

const machine = (digit: string): string => digit.repeat(40);
const row = (machineId: string, cveId: string, more: object = {}) => ({
  id: `${machineId}-_-${cveId}`,
  cveId,
  machineId,
  fixingKbId: null,
  productName: 'edge',
  productVendor: 'microsoft',
  ...more,
});

describe('rows that join machines and weaknesses', () => {
  const rows = [
    row(machine('a'), 'CVE-2026-1001'),
    row(machine('a'), 'CVE-2026-1002', { fixingKbId: '5001' }),
    row(machine('b'), 'CVE-2026-1001', { productVendor: null }),
  ];

  test('each key has its own, each once; a key without rows has none', async () => {
    const parts = await start((url, response) =>
      answer(response, 200, { value: url.searchParams.has('$skip') ? [] : rows }),
    );
    const read = edges['Machine.vulnerabilities'].read(parts);
    const found = await read(upstream.tenant, [machine('a'), machine('b'), machine('c')], upstream.scope());
    expect(Object.fromEntries([...found].map(([id, each]) => [id, each instanceof Error ? each : each.rows]))).toEqual({
      [machine('a')]: ['CVE-2026-1001', 'CVE-2026-1002'],
      [machine('b')]: ['CVE-2026-1001'],
      [machine('c')]: [],
    });
  });

  test('a row that names no product leads to none', async () => {
    const parts = await start((url, response) =>
      answer(response, 200, { value: url.searchParams.has('$skip') ? [] : rows }),
    );
    const found = await edges['Vulnerability.software'].read(parts)(
      upstream.tenant,
      ['CVE-2026-1001'],
      upstream.scope(),
    );
    expect(found.get('CVE-2026-1001')).toEqual({ rows: ['microsoft-_-edge'], truncation: null });
  });

  test('what cannot be read is an error, never an empty list', async () => {
    const parts = await start((_, response) => answer(response, 403, { error: { code: 'Forbidden', message: 'No' } }));
    const read = edges['Vulnerability.machines'].read(parts);
    const found = await read(upstream.tenant, ['CVE-2026-1001', 'CVE-2026-1002'], upstream.scope());
    expect([...found.keys()]).toEqual(['CVE-2026-1001', 'CVE-2026-1002']);
    for (const each of found.values()) expect(each).toMatchObject({ code: 'MISSING_PERMISSION' });
  });
});

describe('what is read for one parent at a time', () => {
  test('one that cannot be read is its own error, and the others have their rows', async () => {
    const parts = await start((url, response) => {
      if (url.pathname.includes('bad')) answer(response, 400, { error: { code: 'BadRequest', message: 'No' } });
      else answer(response, 200, { value: [{ id: machine('a') }, { id: machine('b') }] });
    });
    const found = await edges['Software.machines'].read(parts)(
      upstream.tenant,
      ['acme-_-good', 'acme-_-bad'],
      upstream.scope(),
    );
    expect(found.get('acme-_-good')).toEqual({ rows: [machine('a'), machine('b')], truncation: null });
    expect(found.get('acme-_-bad')).toBeInstanceOf(Error);
  });

  test('links are followed to the end', async () => {
    const parts = await start((url, response) =>
      url.searchParams.has('next')
        ? answer(response, 200, { value: [{ id: 'CVE-2026-1002' }] })
        : answer(response, 200, {
            value: [{ id: 'CVE-2026-1001' }],
            '@odata.nextLink': `${upstream.tenant.apis.mde?.baseUrl}${url.pathname}?next=1`,
          }),
    );
    const found = await edges['Software.vulnerabilities'].read(parts)(
      upstream.tenant,
      ['acme-_-tool'],
      upstream.scope(),
    );
    const read = found.get('acme-_-tool');
    expect(read instanceof Error ? read : read?.rows.map(({ cveId }) => cveId)).toEqual([
      'CVE-2026-1001',
      'CVE-2026-1002',
    ]);
  });

  test('a setting has no product, and that is no error', async () => {
    const parts = await start((_, response) =>
      answer(response, 404, { error: { code: 'ResourceNotFound', message: 'None' } }),
    );
    const found = await edges['Recommendation.software'].read(parts)(
      upstream.tenant,
      ['sca-_-scid-2010'],
      upstream.scope(),
    );
    expect(found.get('sca-_-scid-2010')).toEqual({ rows: [], truncation: null });
  });
});
