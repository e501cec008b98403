import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { huntingColumns } from '../../../../src/microsoft/hunting/columns.ts';
import { runKql } from '../../../../src/simulator/kql/run.ts';
import { catalogue } from '../../../../src/simulator/kql/tables/catalogue.ts';
import { now, run, table, world } from './estate.ts';

const reference = new URL('../../../../../shared/reference/hunting-tables.json', import.meta.url);
const known = existsSync(reference);
if (!known)
  process.stdout.write('hunting-tables.json is not here: the comparison with the documented tables is skipped\n');

/** Words of the pages that are no Kusto type. */
const printedTypes: Readonly<Record<string, string>> = {
  boolean: 'bool',
  integer: 'int',
  object: 'dynamic',
  enum: 'string',
};

interface DocumentedTable {
  readonly table: string;
  readonly timeColumn: string | null;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

function isDocumented(value: unknown): value is readonly DocumentedTable[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null && 'columns' in item);
}

test.skipIf(!known)('every documented table exists with its columns, types and time column', () => {
  const documented: unknown = JSON.parse(readFileSync(reference, 'utf8'));
  if (!isDocumented(documented)) throw new Error('hunting-tables.json has another shape');
  expect([...catalogue.keys()].toSorted()).toEqual(documented.map((one) => one.table).toSorted());
  for (const { table: name, timeColumn, columns } of documented) {
    expect(catalogue.get(name)?.timeColumn, name).toBe(timeColumn);
    expect(catalogue.get(name)?.columns, name).toEqual(
      columns.map((column) => ({ name: column.name, type: printedTypes[column.type] ?? column.type })),
    );
  }
});

test('huntingColumns has the columns of every table, and no others', () => {
  const names = [...catalogue.values()].flatMap(({ columns }) => columns.map(({ name }) => name));
  expect([...huntingColumns].toSorted()).toEqual([...new Set(names)].toSorted());
});

const filled = [...catalogue].filter(
  ([, source]) => source.rows({ world, now, window: { fromMs: 0, toMs: now.getTime() } }).length > 0,
);

test('the tables of devices, alerts, mail, identity, apps and weaknesses have rows', () => {
  expect(filled.map(([name]) => name)).toHaveLength(29);
});

describe('rows link to the same estate', () => {
  const machineIds = world.machines.map(({ id }) => id);
  const alertIds = world.alerts.map(({ id }) => id);

  test.each(filled.filter(([, { columns }]) => columns.some(({ name }) => name === 'DeviceId')).map(([name]) => name))(
    '%s names only machines of the estate',
    (name) => {
      const ids = table(`${name} | where isnotempty(DeviceId) | distinct DeviceId`).flat();
      expect(ids.length).toBeGreaterThan(0);
      expect(machineIds).toEqual(expect.arrayContaining(ids));
    },
  );

  test('AlertInfo has one row per alert and AlertEvidence one per entity', () => {
    const options = { timespan: { from: new Date(0), to: now } };
    expect(
      run('AlertInfo | distinct AlertId', options)
        .rows.map((row) => row.AlertId)
        .toSorted(),
    ).toEqual(alertIds.toSorted());
    expect(run('AlertEvidence | count', options).rows).toEqual([
      { Count: world.alerts.flatMap(({ evidence }) => evidence).length },
    ]);
  });

  test('the processes of alerts are among the process events', () => {
    const kql =
      'AlertEvidence | where EntityType == "Process" | join kind=leftanti DeviceProcessEvents on DeviceId, SHA1, ProcessCommandLine | count';
    expect(table(kql)).toEqual([[0]]);
  });

  test('people of sign-ins are users of the estate', () => {
    const upns = table('EntraIdSignInEvents | distinct AccountUpn').flat();
    expect(world.users.map(({ userPrincipalName }) => userPrincipalName)).toEqual(expect.arrayContaining(upns));
  });
});

describe('time', () => {
  test('without a span only the last 30 days are seen, with one just that span', () => {
    const oldest = (kql: string) => table(kql)[0]?.[0];
    expect(String(oldest('AlertInfo | summarize min(Timestamp)')) >= '2026-10-23T08:00:00Z').toBe(true);
    const timespan = { from: new Date('2026-11-20T00:00:00Z'), to: new Date('2026-11-21T00:00:00Z') };
    const days = run('DeviceProcessEvents | distinct tostring(startofday(Timestamp))', { timespan }).rows;
    expect(days).toEqual([{ Column1: '2026-11-20T00:00:00.0000000Z' }]);
  });

  test('the past stays as it was while the clock moves on', () => {
    const kql =
      'DeviceNetworkEvents | where Timestamp between (datetime(2026-11-10) .. datetime(2026-11-15)) | sort by Timestamp asc, DeviceId asc';
    const later = new Date(now.getTime() + 36 * 3_600_000);
    expect(runKql(world, kql, later).rows).toEqual(run(kql).rows);
    const newest = runKql(world, 'DeviceNetworkEvents | summarize max(Timestamp)', later).rows[0]?.max_Timestamp;
    expect(String(newest) > '2026-11-23').toBe(true);
  });

  test('a page by time and report id neither skips nor repeats rows', () => {
    const columns = 'Timestamp, ReportId, DeviceId';
    const sorted = `DeviceEvents | project ${columns} | sort by Timestamp desc, ReportId desc`;
    const all = table(sorted);
    const seen: (readonly unknown[])[] = table(`${sorted} | take 40`).slice();
    const [time, report] = seen.at(-1) ?? [];
    seen.push(
      ...table(
        `${sorted} | where Timestamp < datetime(${time}) or (Timestamp == datetime(${time}) and ReportId < ${report}) | take 40`,
      ),
    );
    expect(seen).toEqual(all.slice(0, 80));
  });
});
