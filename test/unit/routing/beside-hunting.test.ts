import { expect, test } from 'vitest';
import type { Alert } from '../../../src/domain/alert.ts';
import type { AlertFilter } from '../../../src/domain/filters.ts';
import { UpstreamError } from '../../../src/errors.ts';
import { freshOnly, lookBesideHunting, oldButChanged } from '../../../src/routing/beside-hunting.ts';
import type { OpenRows, RowsPage } from '../../../src/routing/opened-list.ts';
import { createScope } from '../../../src/scope.ts';
import { alertFromGraph } from '../../../src/unification/alert.ts';
import { tenantNamed } from '../../support/tenant.ts';

const tenant = tenantNamed('contoso');
const scope = createScope({
  requestId: 'x',
  signal: new AbortController().signal,
  deadline: Number.POSITIVE_INFINITY,
  maxCalls: 100,
});
const alertAt = (index: number): Alert => alertFromGraph(tenant, { id: `da${index}` });
const hunt = { since: '2026-05-01T00:00:00Z', freshSince: '2026-05-30T00:00:00Z' };

/** A list of so many pages, one alert each; what it was asked is kept. */
const listOf = (pages: number) => {
  const asked: AlertFilter[] = [];
  const page = (index: number): RowsPage<Alert> => ({
    items: [alertAt(index)],
    offsets: [],
    next: index + 1 < pages ? async () => page(index + 1) : null,
  });
  const open: OpenRows<AlertFilter, Alert> = async (_, filter) => {
    asked.push(filter);
    return { api: 'graph', order: 'newestFirst', page: page(0), scans: true };
  };
  return { asked, open };
};

test('R4: what hunting may not know is looked for to its end, and nothing is said', async () => {
  const { asked, open } = listOf(3);
  const parts = [freshOnly({ user: 'a' }, hunt), oldButChanged({ user: 'a' }, hunt)];
  const { alerts, remark } = await lookBesideHunting(open, tenant, parts, scope);
  expect(asked).toEqual([
    { user: 'a', createdAfter: hunt.freshSince },
    { user: 'a', createdBefore: hunt.since, updatedAfter: hunt.since },
  ]);
  expect(alerts.map(({ alertId }) => alertId)).toEqual(['da0', 'da1', 'da2', 'da0', 'da1', 'da2']);
  expect(remark).toBeUndefined();
});

test('R4: more of it than is looked through is told', async () => {
  const { alerts, remark } = await lookBesideHunting(listOf(4).open, tenant, [freshOnly({}, hunt)], scope);
  expect(alerts).toHaveLength(3);
  expect(remark).toBe(
    'Found by hunting, which does not know all alerts of the last hour: they are too many to be looked through',
  );
});

test('R4: what could not be asked is told', async () => {
  const failing: OpenRows<AlertFilter, Alert> = async () => {
    throw new UpstreamError('UPSTREAM_UNAVAILABLE', 'Microsoft Graph is unavailable (503)', {});
  };
  const { alerts, remark } = await lookBesideHunting(failing, tenant, [oldButChanged({}, hunt)], scope);
  expect(alerts).toEqual([]);
  expect(remark).toMatch(/changed since: they could not be read \(Microsoft Graph is unavailable/);
});

test.each([
  [{ createdBefore: '2026-05-29T00:00:00Z' }, 0],
  [{ createdBefore: '2026-06-01T00:00:00Z' }, 1],
  [{ createdAfter: '2026-05-30T10:00:00Z' }, 1],
])('R4: what no fresh alert can meet is not asked: %j', async (filter, calls) => {
  const { asked, open } = listOf(1);
  await lookBesideHunting(open, tenant, [freshOnly(filter, hunt)], scope);
  expect(asked).toHaveLength(calls);
});
