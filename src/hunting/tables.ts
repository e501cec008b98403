import type { HuntColumn, HuntRowsText } from '../domain/hunt.ts';
import type { HuntRead } from '../routing/hunting.ts';
import type { HuntTenantAnswer } from './hunt-answer.ts';
import { besideTenant, tenantColumn } from './tenant-column.ts';

/** A tenant with the tables of its windows. */
export interface TenantAnswered {
  readonly answer: HuntTenantAnswer;
  readonly tables: readonly HuntRead[];
}

/** What the windows of a tenant answered, as one: where one failed, that it failed. Throws for none. */
export const together = (answers: readonly HuntTenantAnswer[]): HuntTenantAnswer => {
  const [first] = answers;
  if (first === undefined) throw new TypeError('A question has a window');
  const failed = answers.find(({ error }) => error !== null);
  if (answers.length === 1 || failed !== undefined) return failed ?? first;
  const cut = answers.flatMap(({ truncation }, index) =>
    truncation === null ? [] : [`window ${index + 1}: ${truncation}`],
  );
  return {
    ...first,
    rowCount: answers.reduce((sum, { rowCount }) => sum + rowCount, 0),
    truncation: cut.length === 0 ? null : cut.join('; '),
    elapsedMs: Math.max(...answers.map(({ elapsedMs }) => elapsedMs)),
    stats: answers.every(({ stats }) => stats === null) ? null : answers.map(({ stats }) => stats),
  };
};

/** Tables as one. */
export const joined = (
  answered: readonly Pick<TenantAnswered, 'tables'>[],
  before: readonly HuntColumn[] = [tenantColumn],
): { columns: readonly HuntColumn[]; rows: HuntRowsText } => {
  const columns = new Map<string, HuntColumn>(before.map((column) => [column.name, column]));
  const chunks: Uint8Array[] = [];
  let count = 0;
  for (const table of answered.flatMap(({ tables }) => tables)) {
    for (const column of besideTenant(table.columns)) {
      if (!columns.has(column.name)) columns.set(column.name, column);
    }
    for (const chunk of table.rows.chunks) chunks.push(chunk);
    count += table.rows.count;
  }
  return { columns: [...columns.values()], rows: { count, chunks } };
};
