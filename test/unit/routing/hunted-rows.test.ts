import { expect, test } from 'vitest';
import type { HuntingReads } from '../../../src/routing/hunting.ts';
import { huntSoftwareOfMachines } from '../../../src/routing/software-inventory.ts';
import { huntAlertsOfUrls } from '../../../src/routing/url-alerts.ts';
import { createScope } from '../../../src/scope.ts';
import { tenantNamed } from '../../support/tenant.ts';

const tenant = tenantNamed('contoso');
const scope = createScope({
  requestId: 'x',
  signal: new AbortController().signal,
  deadline: Number.POSITIVE_INFINITY,
  maxCalls: 100,
});

/** Answers a row for each text that is listed in a query; what it was asked is kept. */
const hunting = (rowOf: (text: string) => Readonly<Record<string, unknown>>) => {
  const asked: string[][] = [];
  const reads: HuntingReads = {
    run: async (_tenant, query) => {
      const listed: unknown = JSON.parse(/dynamic\((\[.*?\])\)/s.exec(query)?.[1] ?? '[]');
      const texts = Array.isArray(listed) ? listed.map(String) : [];
      asked.push(texts);
      return { api: 'graph', table: { columns: [], rows: texts.map(rowOf), stats: null } };
    },
  };
  return { asked, reads };
};

test('a query holds 500 machines at most, and every machine has its rows', async () => {
  const ids = Array.from({ length: 1200 }, (_, place) => place.toString(16).padStart(40, '0'));
  const { asked, reads } = hunting((DeviceId) => ({ DeviceId, SoftwareVendor: 'v', SoftwareName: DeviceId }));
  const found = await huntSoftwareOfMachines(reads, tenant, ids, scope);
  expect(asked.map(({ length }) => length)).toEqual([500, 500, 200]);
  expect([...found]).toEqual(ids.map((id) => [id, { rows: [`v-_-${id}`], truncation: null }]));
});

test('a query holds 500 spellings of URLs at most, and every URL has its alerts', async () => {
  const urls = Array.from({ length: 200 }, (_, place) => `https://a.example/${place}`);
  const { asked, reads } = hunting((RemoteUrl) => ({
    AlertId: `da${RemoteUrl.split('/').findLast(Boolean)}`,
    RemoteUrl,
  }));
  const found = await huntAlertsOfUrls(reads, tenant, urls, scope);
  expect(Math.max(...asked.map(({ length }) => length))).toBeLessThanOrEqual(500);
  expect([...found]).toEqual(urls.map((url, place) => [url, { rows: [`da${place}`], truncation: null }]));
});
