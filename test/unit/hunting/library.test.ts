import { describe, expect, test } from 'vitest';
import { library } from '../../../src/hunting/library/index.ts';
import { huntQuestionOf } from '../../../src/hunting/library/question.ts';
import { type HuntParameter, withParameters } from '../../../src/hunting/parameters.ts';
import { windowsOf } from '../../../src/hunting/windows.ts';
import { createEnvironment } from '../../../src/simulator/kql/environment.ts';
import { parse } from '../../../src/simulator/kql/syntax/parse.ts';
import { catalogue } from '../../../src/simulator/kql/tables/catalogue.ts';
import { toValue } from '../../../src/simulator/kql/tables/table.ts';
import { ticksOfDate } from '../../../src/simulator/kql/time.ts';
import type { Relation } from '../../../src/simulator/kql/value.ts';
import { type Cells, samples } from './library-samples.ts';

/** Every query of the library over rows that it has to find, rows that it has to leave, and the same rows at another time. */

const begin = Date.parse('2026-03-01T08:00:00Z');
const now = begin + 2 * 86_400_000;

const relation = (table: string, rows: readonly Cells[]): Relation => {
  const source = catalogue.get(table);
  if (source === undefined) throw new Error(`There is no table ${table}`);
  const columns = source.columns;
  const known = new Set(columns.map(({ name }) => name));
  return {
    columns,
    rows: rows.map(({ minute = 0, ...cells }) => {
      for (const name of Object.keys(cells)) if (!known.has(name)) throw new Error(`${table} has no ${name}`);
      const whole: Readonly<Record<string, string | number | boolean>> = {
        Timestamp: new Date(begin + minute * 60_000).toISOString(),
        DeviceId: 'd1',
        DeviceName: 'pc-1.contoso.com',
        ...cells,
      };
      return columns.map(({ name, type }) => toValue(whole[name], type));
    }),
  };
};

const parametersOf = (given: Readonly<Record<string, string | number | readonly string[]>>): readonly HuntParameter[] =>
  Object.entries(given).map(([name, value]) => {
    if (typeof value === 'number') return { name, number: value };
    return typeof value === 'string' ? { name, string: value } : { name, strings: value };
  });

/** Rows that a query finds, and the tables that it looked into. */
const run = (name: string, rows: Readonly<Record<string, readonly Cells[]>>, atTime = now) => {
  const { query, parameters, ...time } = huntQuestionOf(
    { name, parameters: parametersOf(samples[name]?.given ?? {}) },
    atTime,
  );
  const [window = []] = windowsOf(query, time, atTime);
  const program = parse(withParameters(query, [...window, ...(parameters ?? [])]));
  const read = new Set<string>();
  const environment = createEnvironment(program, ticksOfDate(new Date(atTime)), (table) => {
    if (!catalogue.has(table)) return undefined;
    read.add(table);
    return relation(table, rows[table] ?? []);
  });
  return {
    found: environment.run(program.query).rows.length,
    read: [...read].toSorted(),
  };
};

test('every query has a sample, and every sample a query', () => {
  expect(Object.keys(samples).toSorted()).toEqual(library.map(({ name }) => name).toSorted());
});

describe.each(library.map((query) => [query.name, query] as const))('%s', (name, { tables }) => {
  const { rows = {}, left = {}, finds = 1 } = samples[name] ?? {};
  const together = Object.fromEntries(
    [...new Set([...Object.keys(rows), ...Object.keys(left)])].map((table) => [
      table,
      [...(rows[table] ?? []), ...(left[table] ?? [])],
    ]),
  );

  test('finds what it is for, and leaves what is beside it', () => {
    expect(run(name, rows).found, 'alone').toBe(finds);
    expect(run(name, together).found, 'among others').toBe(finds);
    // What is left may need some of the rows that are found, as the end of a chain needs its beginning.
    expect(run(name, left).found, 'others alone').toBe(0);
  });

  test('reads the tables that it names, within the time alone', () => {
    expect(run(name, rows).read).toEqual([...tables].toSorted());
    expect(run(name, rows, now + 30 * 86_400_000).found, 'later').toBe(0);
    expect(run(name, rows, begin - 60_000).found, 'before').toBe(0);
  });
});
