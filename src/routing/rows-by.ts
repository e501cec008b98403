import type { Tenant } from '../config/tenants.ts';
import { asError, UpstreamError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { compareText } from '../upstream/http/odata.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import { urlOf } from '../upstream/http/url.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { type EveryRow, readEveryRow } from './every-row.ts';
import { createFormedReader } from './filter-forms.ts';

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

/** What such rows are read with. */
export type RowsByParts = Pick<RoutingDependencies, 'send' | 'learned'> & { readonly idsPerCall: number };

/** Refusals that may be of the form of a filter, not of what it asks for. */
const isOfForm = (error: unknown): boolean =>
  error instanceof UpstreamError && [400, 414, 431, 501].includes(error.details.upstreamStatus ?? 0);

/**
 * The rows of each value; a value without rows has none, and one whose rows could not be read has its error. Values are
 * gathered in the form of `$filter` that the service takes.
 *
 * Calls at values of 40 digits (39 fit into a URL): 1 value 2 (the second proves the end), 100 values 6, each further page of
 * rows one more.
 */
export const readRowsBy = async <Row>(
  { send, learned, idsPerCall }: RowsByParts,
  tenant: Tenant,
  { ask, idOf, property, valueIn, top }: KeyedCollection<Row>,
  values: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, EveryRow<Row> | Error>> => {
  const found = new Map<string, EveryRow<Row> | Error>();
  const fail = (some: readonly string[], thrown: unknown): void => {
    const error = asError(thrown);
    for (const value of some) found.set(value, error);
  };
  /** How many of the values have rows. */
  const readSome = async (filter: string, some: readonly string[], once = false): Promise<number> => {
    const { rows, truncation } = await readEveryRow(
      send,
      tenant,
      { ask: (skip) => ({ ...ask({ filter, top, skip }), once }), idOf, top },
      scope,
    );
    const byValue = Map.groupBy(rows, (row) => valueIn(row)?.toLowerCase());
    const unowned = byValue.get(undefined)?.length ?? 0;
    const why = unowned === 0 ? truncation : `${unowned} rows came without their ${property}: left out`;
    for (const value of some) found.set(value, { rows: byValue.get(value.toLowerCase()) ?? [], truncation: why });
    return some.filter((value) => byValue.has(value.toLowerCase())).length;
  };
  const readAlone = async (value: string): Promise<void> => {
    await readSome(compareText(property, 'eq', value).text, [value]).catch((thrown: unknown) => fail([value], thrown));
  };

  const { id: operation, api } = ask({ filter: '', top, skip: undefined });
  const forms = createFormedReader(
    { learned, idsPerCall },
    {
      property,
      at: { tenant, api, operation },
      urlOf: (filter) => urlOf('', ask({ filter, top, skip: top })),
      ask: async (filter, some, once) => {
        try {
          return await readSome(filter, some, once);
        } catch (error) {
          if (isOfForm(error) || (once && error instanceof UpstreamError)) throw error;
          fail(some, error);
          return null;
        }
      },
      alone: async (value) => {
        await readAlone(value);
        return !(found.get(value) instanceof Error);
      },
      // `eq` is plain OData: where it brought nothing, there is nothing.
      lastly: async (some, why) => {
        if (why === 'refused') await Promise.all(some.filter((value) => !found.has(value)).map(readAlone));
      },
    },
  );
  await forms.ask(values).catch((thrown: unknown) => {
    scope.signal.throwIfAborted();
    fail(
      values.filter((value) => !found.has(value)),
      thrown,
    );
  });
  const [first] = found.values();
  // The same failure of all is the tenant's, and worth another source.
  if (first instanceof Error && [...found.values()].every((rows) => rows === first)) throw first;
  return found;
};
