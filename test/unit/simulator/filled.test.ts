import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { record } from './call.ts';
import { rowsOf, startOdd } from './oddities/live.ts';

let odd: Awaited<ReturnType<typeof startOdd>>;
beforeAll(async () => {
  odd = await startOdd();
});
afterAll(() => odd.stop());

const list = async (path: string) => rowsOf(await odd.ask('mde', path));
const incidents = async () => rowsOf(await odd.ask('m365d', '/api/incidents'));
const nested = (rows: readonly Readonly<Record<string, unknown>>[], key: string) =>
  rows.flatMap((row) => (Array.isArray(row[key]) ? row[key].map(record) : []));
const said = (value: unknown): boolean => value !== null && !(Array.isArray(value) && value.length === 0);

/** Never sent by this estate: virtual machines of Azure in Microsoft 365 Defender. */
const empty: Readonly<Record<string, readonly string[]>> = {
  devices: ['vmMetadata'],
};

describe('what the APIs send is somewhere in the demo’s estate', () => {
  test.each([
    ['machines', () => list('/api/machines')],
    ['alerts', () => list('/api/alerts?$expand=evidence')],
    ['vulnerabilities', () => list('/api/vulnerabilities')],
    ['asset rows', () => list('/api/vulnerabilities/machinesVulnerabilities')],
    ['products', () => list('/api/Software')],
    ['recommendations', () => list('/api/recommendations')],
    ['tasks', () => list('/api/remediationTasks')],
    ['incidents', incidents],
    ['devices', async () => nested(nested(await incidents(), 'alerts'), 'devices')],
  ] as const)('%s: every property is said at least once', async (kind, read) => {
    const rows = await read();
    const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const silent = names.filter((name) => !rows.some((row) => said(row[name])));
    const blank = names.filter((name) => rows.every((row) => row[name] === ''));
    expect([...new Set([...silent, ...blank])].toSorted()).toEqual((empty[kind] ?? []).toSorted());
  });

  test('a machine that was merged names one that is there', async () => {
    const machines = await list('/api/machines');
    const merged = machines.filter(({ mergedIntoMachineId }) => mergedIntoMachineId !== null);
    expect(merged.length).toBeGreaterThan(0);
    for (const { id, mergedIntoMachineId } of merged) {
      expect(machines.some((machine) => machine.id === mergedIntoMachineId && machine.id !== id)).toBe(true);
    }
  });
});
