import type { ColumnTypes, KqlType } from '../../../microsoft/hunting/table.ts';
import type { TenantWorld } from '../../world/types.ts';
import { parseDatetime } from '../time.ts';
import { absent, type Column, type Json, type Row, type Value } from '../value.ts';

/** How a renderer gives a cell of each type; times are ISO 8601 text. */
interface CellOf {
  bool: boolean;
  int: number;
  long: number;
  real: number;
  string: string;
  datetime: string;
  timespan: never;
  guid: string;
  dynamic: Json;
}

/** A row as a renderer writes it: only the columns it knows, the others are empty or null. */
export type Cells<C extends ColumnTypes> = { readonly [K in keyof C]?: CellOf[C[K]] | null | undefined };

/** What a renderer works from. */
export interface Estate {
  readonly world: TenantWorld;
  readonly now: Date;
  /** Events outside it need not be made: the query looks at no others. */
  readonly window: { readonly fromMs: number; readonly toMs: number };
}

/** A hunting table: its columns, and how the estate fills it. */
export interface TableSource {
  readonly columns: readonly Column[];
  /** The column that a time span narrows; `null` for a snapshot table. */
  readonly timeColumn: string | null;
  rows(estate: Estate): readonly Row[];
}

/** One after the other, none of them made before its turn. */
export function* chained<T>(...parts: readonly Iterable<T>[]): Iterable<T> {
  for (const part of parts) yield* part;
}

/** A table whose rows are made from the estate; each is read off its cells at once, so that the cells need not be kept. */
export function defineTable<const C extends ColumnTypes>(
  columns: C,
  timeColumn: (keyof C & string) | null,
  render: (estate: Estate) => Iterable<Cells<C>>,
): TableSource {
  const names = Object.keys(columns).filter((name): name is keyof C & string => Object.hasOwn(columns, name));
  const typed = names.flatMap((name) => {
    const type = columns[name];
    return type === undefined ? [] : [{ name, type }];
  });
  return {
    columns: typed,
    timeColumn,
    rows: (estate) => Array.from(render(estate), (cells) => typed.map(({ name, type }) => toValue(cells[name], type))),
  };
}

/** A cell as a renderer gives it, as a value of its column. */
export function toValue(cell: Json | undefined, type: KqlType): Value {
  if (cell === undefined || cell === null) return absent(type);
  return type === 'datetime' && typeof cell === 'string' ? parseDatetime(cell) : cell;
}
