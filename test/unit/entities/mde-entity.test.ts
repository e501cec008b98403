import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { entities } from '../../../src/entities/table.ts';
import { partsOver } from '../../support/parts.ts';
import { answer, startUpstream, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
afterEach(() => upstream.stop());

const notFound = (response: ServerResponse): void =>
  answer(response, 404, { error: { code: 'ResourceNotFound', message: 'There is none' } });

/** An API that knows these ids in exactly this spelling. */
const startExact = async (known: readonly string[]) => {
  upstream = await startUpstream((url, response) => {
    const filter = url.searchParams.get('$filter');
    if (filter === null) {
      const id = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
      if (known.includes(id)) answer(response, 200, { id });
      else notFound(response);
      return;
    }
    const asked = [...filter.matchAll(/["']([^"']+)["']/g)].map(([, id]) => id);
    answer(response, 200, { value: known.filter((id) => asked.includes(id)).map((id) => ({ id })) });
  });
  return partsOver(upstream);
};

describe('ids in another spelling than the API has them', () => {
  test.each([
    ['software', 'microsoft-_-edge', 'Microsoft-_-Edge'],
    ['recommendations', 'va-_-microsoft-_-edge', 'VA-_-Microsoft-_-Edge'],
    ['vulnerabilities', 'CVE-2026-1234', 'cve-2026-1234'],
  ] as const)('%s: %s is found as %s, alone and among others', async (list, known, given) => {
    const parts = await startExact([known, 'other-_-one']);
    const reads = entities[list].reads(parts);
    for (const ids of [[given], [given, known], [given, 'nobody-_-here']]) {
      const found = await reads.byIds(upstream.tenant, ids, upstream.scope());
      expect([...found.keys()].toSorted()).toEqual(ids.filter((id) => id !== 'nobody-_-here').toSorted());
    }
  });

  test('an API whose ids have capitals is asked with capitals first', async () => {
    const parts = await startExact(['Contoso-_-Tool', 'Contoso-_-Other']);
    const found = await entities.software
      .reads(parts)
      .byIds(upstream.tenant, ['Contoso-_-Tool', 'Contoso-_-Other'], upstream.scope());
    expect([...found.keys()].toSorted()).toEqual(['Contoso-_-Other', 'Contoso-_-Tool']);
    expect(upstream.requests).toHaveLength(1);
  });

  test('a list by ids has one row for two spellings of one id', async () => {
    const parts = await startExact(['microsoft-_-edge']);
    const opening = { from: { kind: 'start' }, top: 10 } as const;
    const opened = await entities.software
      .reads(parts)
      .open(upstream.tenant, { softwareId: ['Microsoft-_-Edge', 'microsoft-_-edge'] }, opening, upstream.scope());
    expect(opened.page.items).toHaveLength(1);
  });
});

test('signs in ids reach the API as they are', async () => {
  const parts = await startExact(['notepad++-_-notepad++']);
  const found = await entities.software
    .reads(parts)
    .byIds(upstream.tenant, ['notepad++-_-notepad++'], upstream.scope());
  expect([...found.keys()]).toEqual(['notepad++-_-notepad++']);
});
