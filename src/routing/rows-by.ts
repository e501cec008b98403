import type { Tenant } from '../config/tenants.ts';
import { asError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { eqChain } from '../upstream/http/odata.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import { type EveryRow, readEveryRow } from './every-row.ts';
import { chunked } from './ids.ts';
import type { RoutingParts } from './parts.ts';

/** A collection whose rows are read by the value of one property, many values a call. */
export interface KeyedCollection<Row> {
  readonly ask: (page: {
    readonly filter: string;
    readonly top: number;
    readonly skip: number | undefined;
  }) => Operation<Page<Row>>;
  readonly idOf: (row: Row) => string;
  /** A property that `$filter` takes. */
  readonly property: string;
  /** Its value in a row. */
  readonly valueIn: (row: Row) => string | null;
  readonly top: number;
}

/** `a eq 'x' or ...` has four nodes a value; ASP.NET's OData takes 100 nodes a filter unless it is told otherwise. */
const valuesPerCall = 20;

/**
 * The rows of each value; a value without rows has none, and one whose rows could not be read has its error.
 * Calls: 1 value 2 (the second proves the end), 100 values 10, each further page of rows one more.
 */
export const readRowsBy = async <Row>(
  { send }: Pick<RoutingParts, 'send'>,
  tenant: Tenant,
  { ask, idOf, property, valueIn, top }: KeyedCollection<Row>,
  values: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, EveryRow<Row> | Error>> => {
  const found = new Map<string, EveryRow<Row> | Error>();
  const readSome = async (some: readonly string[]): Promise<void> => {
    const filter = eqChain(property, some).text;
    const { rows, truncation } = await readEveryRow(
      send,
      tenant,
      { ask: (skip) => ask({ filter, top, skip }), idOf, top },
      scope,
    );
    const byValue = Map.groupBy(rows, (row) => valueIn(row)?.toLowerCase());
    for (const value of some) found.set(value, { rows: byValue.get(value.toLowerCase()) ?? [], truncation });
  };
  await Promise.all(
    chunked(values, valuesPerCall).map((some) =>
      readSome(some).catch((thrown: unknown) => {
        const error = asError(thrown);
        for (const value of some) found.set(value, error);
      }),
    ),
  );
  const [first] = found.values();
  // The same failure of all is the tenant's, and worth another source.
  if (first instanceof Error && [...found.values()].every((rows) => rows === first)) throw first;
  return found;
};
