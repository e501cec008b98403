import type { Running } from '../../support/gateway.ts';

/** What is told of counts. */
export interface Told {
  readonly total: number | null;
  readonly rows: readonly {
    readonly key: string | null;
    readonly count: number;
    readonly atLeast: boolean;
    readonly tenant: { readonly name: string } | null;
  }[];
  readonly tenants: readonly {
    readonly tenant: { readonly name: string };
    readonly total: number;
    readonly atLeast: boolean;
    readonly method: 'SERVICE' | 'ROWS';
    readonly source: string;
  }[];
  readonly failures: readonly { readonly tenant: { readonly name: string }; readonly code: string }[];
  readonly truncated: boolean;
  readonly truncationReason: string | null;
}

/** All of it. */
export const toldFields = `total rows { key count atLeast tenant { name } } tenants { tenant { name } total atLeast method source }
  failures { tenant { name } code } truncated truncationReason`;

/** Asks for counts, e.g. `alertCounts(by: SEVERITY)`. */
export const askCounts = async (
  { ask }: Pick<Running, 'ask'>,
  field: string,
  headers?: Readonly<Record<string, string>>,
): Promise<Told> => {
  const { data, errors, text } = await ask<{ readonly counts: Told }>(
    `{ counts: ${field} { ${toldFields} } }`,
    {},
    headers,
  );
  if (errors.length > 0) throw new Error(text.slice(0, 500));
  return data.counts;
};

/** The numbers by key. */
export const numbersOf = ({ rows }: Pick<Told, 'rows'>): Readonly<Record<string, number>> =>
  Object.fromEntries(rows.map(({ key, count }) => [String(key).toLowerCase(), count]));

/** How often each key comes. */
export const countBy = <T>(
  rows: readonly T[],
  keyOf: (row: T) => string | null | undefined,
): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const key = String(keyOf(row) ?? null).toLowerCase();
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
};
