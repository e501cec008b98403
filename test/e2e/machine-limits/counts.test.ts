import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Running } from '../../support/gateway.ts';
import { askCounts } from '../counts/ask.ts';
import { as, cases, type List, listNames, seenBy, startEstates } from './estate.ts';

let running: Running;
beforeAll(async () => {
  running = await startEstates();
});
afterAll(() => running.stop());

const fields = {
  machines: 'machineCounts(by: OS_PLATFORM',
  machineActions: 'machineActionCounts(by: TYPE',
  alerts: 'alertCounts(by: SEVERITY',
  incidents: 'incidentCounts(by: SEVERITY',
} as const satisfies Record<List, string>;

describe.each(cases)('a caller limited to machines ($caller, $tenant)', ({ tenant, caller }) => {
  test.each(listNames)('has %s counted that they see, and no others, though Graph could count all', async (list) => {
    const seen = (await seenBy(running, caller, tenant))[list];
    const told = await askCounts(running, `${fields[list]}, tenants: ["${tenant}"])`, as(caller));
    expect(told).toMatchObject({ total: seen.size, failures: [], truncated: false, tenants: [{ method: 'ROWS' }] });
    expect(told.rows.reduce((sum, { count }) => sum + count, 0)).toBe(seen.size);
  });

  test('is not told how many there are in all of what they see some of', async () => {
    const { data } = await running.ask<Record<string, { readonly totalCount: number | null }>>(
      `{ incidents(tenants: ["${tenant}"], first: 1) { totalCount } alerts(tenants: ["${tenant}"], first: 1) { totalCount } }`,
      {},
      as(caller),
    );
    const seen = await seenBy(running, caller, tenant);
    for (const list of ['incidents', 'alerts'] as const)
      expect(data[list]?.totalCount).toBe(seen[list].size === 0 ? 0 : null);
  });
});
