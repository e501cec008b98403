import type { HuntColumn, HuntRow, HuntRowsText } from '../domain/hunt.ts';
import { type IdForm, type NamedKind, spelledId } from '../domain/id-forms.ts';
import { observableIds } from '../domain/observable-ids.ts';
import { GatewayError, InputError } from '../errors.ts';
import { valuesOf } from './rows-values.ts';

/** The rows of one tenant, still as text. */
export interface HuntedTable {
  readonly columns: readonly HuntColumn[];
  readonly rows: HuntRowsText;
}

/** What rows lead to, and the form of its ids. */
const forms = {
  machines: 'machine',
  alerts: 'alert',
  users: observableIds.user,
} as const satisfies Readonly<Record<string, NamedKind | IdForm>>;

export type HuntedKind = keyof typeof forms;

/** Rows that are read for what they name: it is done at once, and others wait meanwhile. */
const mostRows = 10_000;

/** Several fields of an answer look into the same rows. */
const values = new WeakMap<HuntedTable, readonly HuntRow[]>();

const valuesIn = (table: HuntedTable): readonly HuntRow[] => {
  const known = values.get(table) ?? valuesOf(table.rows);
  values.set(table, known);
  return known;
};

/**
 * Ids that rows have in a column, each once, in their order and spelling; what cannot be an id of the kind is none. Throws `BAD_USER_INPUT` for
 * a column that is none, `QUERY_TOO_EXPENSIVE` for too many rows.
 */
export const namedIn = (table: HuntedTable, to: HuntedKind, column: string): readonly string[] => {
  const names = table.columns.map(({ name }) => name);
  if (!names.includes(column))
    throw new InputError(`column: the rows have no "${column.slice(0, 80)}"; they have ${names.join(', ')}`, {
      field: 'column',
    });
  if (table.rows.count > mostRows)
    throw new GatewayError(
      'QUERY_TOO_EXPENSIVE',
      `${to}: only up to ${mostRows} rows of a tenant are looked into: ask with a smaller maxRows, or summarize`,
    );
  const ids = valuesIn(table).flatMap(({ [column]: value }) => {
    const id = typeof value === 'string' && value !== '' ? spelledId(forms[to], value) : null;
    return id === null ? [] : [id];
  });
  return [...new Set(ids)];
};
