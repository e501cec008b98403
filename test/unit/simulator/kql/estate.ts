import { type KqlOptions, runKql } from '../../../../src/simulator/kql/run.ts';
import { createWorld } from '../../../../src/simulator/world/estate.ts';

/** The moment of every test here. */
export const now = new Date('2026-11-22T08:00:00Z');

export const world = createWorld({
  name: 'contoso',
  tenantId: '11111111-2222-4333-8444-555555555555',
  seed: 7,
  now,
  scale: 0.3,
});

export function run(kql: string, options?: KqlOptions) {
  return runKql(world, kql, now, options);
}

/** The rows as lists of values, in column order. */
export function table(kql: string): readonly (readonly unknown[])[] {
  const { columns, rows } = run(kql);
  return rows.map((row) => columns.map(({ name }) => row[name]));
}

/** The values of the first row. */
export function printed(expressions: string): readonly unknown[] {
  return table(`print ${expressions}`)[0] ?? [];
}
