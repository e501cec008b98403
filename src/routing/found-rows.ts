import type { ApiName } from '../clouds/endpoints.ts';
import type { SourceApi } from '../domain/enums.ts';
import { GatewayError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { IncompleteError } from './every-row.ts';

/** The API that a row came from. */
export const apiOf = { GRAPH: 'graph', MDE: 'mde', M365D: 'm365d' } as const satisfies Readonly<
  Record<SourceApi, ApiName>
>;

/** Rows that were read by id, and the API that gave them; `undefined`: there are none. */
export interface FoundRows<T> {
  readonly rows: readonly T[];
  readonly api: ApiName | undefined;
}

/**
 * Reads by id what another operation named, instead of looking through a list. `null`: not all of it could be read, or not
 * through the API that the list's earlier pages came from (`api`; undefined: any): the list has to be looked through.
 */
export const readNamed = async <T extends { readonly source: SourceApi }>(
  ids: readonly string[],
  read: (ids: readonly string[]) => Promise<ReadonlyMap<string, T | Error>>,
  api: ApiName | undefined,
  scope: CallScope,
): Promise<FoundRows<T> | null> => {
  if (ids.length === 0) return { rows: [], api };
  const rows: T[] = [];
  try {
    for (const row of (await read(ids)).values()) {
      if (row instanceof Error) return null;
      rows.push(row);
    }
  } catch (error) {
    scope.signal.throwIfAborted();
    if (!(error instanceof GatewayError)) throw error;
    return null;
  }
  const [first] = rows;
  const from = first === undefined ? api : apiOf[first.source];
  return api === undefined || api === from ? { rows, api: from } : null;
};

/** What another way of reading may answer all the same: the API, or the permission for it, is not there. */
export const isNoWay = (error: unknown): boolean =>
  error instanceof GatewayError && (error.code === 'MISSING_PERMISSION' || error.code === 'NOT_AVAILABLE_IN_CLOUD');

/** The same of a way that gives all rows or none: not all of them came by it. */
export const isNoWholeWay = (error: unknown): boolean => isNoWay(error) || error instanceof IncompleteError;
