import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorldAlert, WorldIncident, WorldMachine } from '../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { simTenant } from '../support/tenants.ts';

const names = ['alpha', 'beta'] as const;
let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: names.map((name) => simTenant(name)), enforceQuotas: false },
  });
});

afterAll(() => running.stop());

const severities = ['informational', 'low', 'medium', 'high'];
const levels = ['None', 'Informational', 'Low', 'Medium', 'High'];

/** What rows are ordered by: numbers and times that compare as they are. */
type Rank<T> = (row: T) => number | string;

const incidentRanks: Readonly<Record<string, Rank<WorldIncident>>> = {
  CREATED_AT: ({ createdAt }) => createdAt,
  UPDATED_AT: ({ updatedAt }) => updatedAt,
  SEVERITY: ({ severity }) => severities.indexOf(severity),
};
const alertRanks: Readonly<Record<string, Rank<WorldAlert>>> = {
  CREATED_AT: ({ createdAt }) => createdAt,
  UPDATED_AT: ({ updatedAt }) => updatedAt,
  SEVERITY: ({ severity }) => severities.indexOf(severity),
};
const machineRanks: Readonly<Record<string, Rank<WorldMachine>>> = {
  COMPUTER_DNS_NAME: ({ computerDnsName }) => computerDnsName,
  LAST_SEEN: ({ lastSeen }) => lastSeen,
  RISK_SCORE: ({ riskScore }) => levels.indexOf(riskScore),
  EXPOSURE_LEVEL: ({ exposureLevel }) => levels.indexOf(exposureLevel),
};

interface Page {
  readonly list: {
    readonly nodes: readonly { readonly key: string }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    readonly truncated: boolean;
    readonly failures: readonly unknown[];
  };
}

/** The ids of a whole list, read in pages of 60. */
const readAll = async (list: string, key: string, orderBy: string): Promise<string[]> => {
  const ids: string[] = [];
  let after: string | null = null;
  for (;;) {
    const { data, errors }: { data: Page; errors: readonly unknown[] } = await running.ask<Page>(
      `query ($after: String) {
        list: ${list}(orderBy: ${orderBy}, first: 60, after: $after) {
          nodes { key: ${key} } pageInfo { hasNextPage endCursor } truncated failures { code }
        }
      }`,
      { after },
    );
    expect(errors).toEqual([]);
    expect(data.list).toMatchObject({ truncated: false, failures: [] });
    ids.push(...data.list.nodes.map((node) => node.key));
    if (!data.list.pageInfo.hasNextPage) return ids;
    after = data.list.pageInfo.endCursor;
  }
};

const check = <T extends { readonly id: string }>(
  list: string,
  key: string,
  ranks: Readonly<Record<string, Rank<T>>>,
  rowsOf: (tenant: (typeof names)[number]) => readonly T[],
): void => {
  describe.each(Object.keys(ranks))(`${list} by %s`, (field) => {
    test.each(['ASC', 'DESC'])('%s, over both tenants and all pages, each row once', async (direction) => {
      const rank = ranks[field] ?? (() => 0);
      const rows = names.flatMap((name) => rowsOf(name));
      const ids = await readAll(list, key, `{ field: ${field}, direction: ${direction} }`);
      expect(ids.toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
      const rankOf = new Map(rows.map((row) => [row.id, rank(row)]));
      const found = ids.map((id) => rankOf.get(id) ?? '');
      const sorted = found.toSorted((left, right) => (left < right ? -1 : left > right ? 1 : 0));
      expect(found).toEqual(direction === 'ASC' ? sorted : sorted.toReversed());
    });
  });
};

check('incidents', 'incidentId', incidentRanks, (name) => running.simulator.world(name).incidents);
check('alerts', 'alertId', alertRanks, (name) => running.simulator.world(name).alerts);
check('machines', 'machineId', machineRanks, (name) => running.simulator.world(name).machines);
