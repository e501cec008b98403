import type { HuntColumn, HuntTable } from '../domain/hunt.ts';
import { hasError, isRecord, MalformedAnswerError } from './http/shape.ts';
import { cleanRows, isRow } from './hunt-cells.ts';

/** MDE and M365D capitalise the keys of an answer and of its columns; Graph does not, but for one older example of its page. */
const either = (record: Readonly<Record<string, unknown>>, key: string, olderKey: string): unknown =>
  record[key] ?? record[olderKey];

const readColumn = (column: unknown): HuntColumn => {
  const name = isRecord(column) ? either(column, 'name', 'Name') : undefined;
  const type = isRecord(column) ? either(column, 'type', 'Type') : undefined;
  if (typeof name !== 'string') throw new MalformedAnswerError('the result of a hunting query');
  return { name, type: typeof type === 'string' ? type : '' };
};

/** The columns of an answer, in their order; `null` where it says none. Throws a `MalformedAnswerError` for one without a name. */
export const columnsOf = (body: unknown): readonly HuntColumn[] | null => {
  const schema = either(isRecord(body) ? body : {}, 'schema', 'Schema');
  return Array.isArray(schema) ? schema.map(readColumn) : null;
};

/** What the answer says that the query cost; `null`: nothing. */
export const statsOf = (body: unknown): unknown => either(isRecord(body) ? body : {}, 'stats', 'Stats') ?? null;

/**
 * Reads the answer of any of the three hunting APIs: columns in their order, rows cleaned in place. Throws a
 * `MalformedAnswerError` when columns or rows are missing. run-advanced-query-api.md, api-advanced-hunting.md,
 * security-security-runhuntingquery.md
 */
export const readHuntTable = (body: unknown): HuntTable => {
  const answer = isRecord(body) ? body : {};
  const columns = columnsOf(answer);
  const rows = either(answer, 'results', 'Results');
  if (columns === null || !Array.isArray(rows) || !rows.every(isRow) || hasError(answer)) {
    throw new MalformedAnswerError('the result of a hunting query');
  }
  cleanRows(columns, rows);
  return { columns, rows, stats: statsOf(answer) };
};
