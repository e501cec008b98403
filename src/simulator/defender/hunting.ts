import type { TenantWorld } from '../world/types.ts';

/** Runs KQL over the estate; a refused query throws a KqlFault. Types are Kusto's names, e.g. `datetime`. */
export type RunKql = (
  world: TenantWorld,
  kql: string,
  now: Date,
) => {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
};

/** Most rows of an answer. */
const maxRows = 100_000;

/** .NET's names of the Kusto types, as the Schema of MDE and M365D prints them. */
const typeNames: Readonly<Record<string, string>> = {
  string: 'String',
  datetime: 'DateTime',
  int: 'Int32',
  long: 'Int64',
  real: 'Double',
  double: 'Double',
  decimal: 'SqlDecimal',
  bool: 'SByte',
  boolean: 'SByte',
  dynamic: 'Object',
  guid: 'Guid',
  timespan: 'TimeSpan',
};

/** `Schema` and `Results` of an answer: capital keys, unlike Graph's. */
export function queryResponse({ columns, rows }: ReturnType<RunKql>): {
  readonly Schema: readonly { readonly Name: string; readonly Type: string }[];
  readonly Results: readonly Readonly<Record<string, unknown>>[];
} {
  return {
    Schema: columns.map(({ name, type }) => ({ Name: name, Type: typeNames[type.toLowerCase()] ?? type })),
    Results: rows.slice(0, maxRows),
  };
}
