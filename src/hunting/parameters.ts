import { InputError } from '../errors.ts';
import { huntingColumns } from '../microsoft/hunting/columns.ts';
import {
  booleanLiteral,
  datetimeLiteral,
  numberLiteral,
  stringLiteral,
  stringsLiteral,
  timespanLiteral,
} from '../routing/kql.ts';

type Given<T> = T | null | undefined;

/** A value for a query, under the name that the query calls it by; exactly one of the values is given. */
export interface HuntParameter {
  readonly name: string;
  readonly string?: Given<string>;
  readonly strings?: Given<readonly string[]>;
  readonly number?: Given<number>;
  readonly boolean?: Given<boolean>;
  readonly datetime?: Given<string>;
  readonly timespan?: Given<string>;
}

type Kind = Exclude<keyof HuntParameter, 'name'>;

/** How each kind of value is written. */
const writers: { readonly [K in Kind]: (value: NonNullable<HuntParameter[K]>) => string } = {
  string: stringLiteral,
  strings: stringsLiteral,
  number: numberLiteral,
  boolean: booleanLiteral,
  datetime: datetimeLiteral,
  timespan: timespanLiteral,
};

const written = <K extends Kind>(parameter: HuntParameter, kind: K): string[] => {
  const value = parameter[kind];
  return value === null || value === undefined ? [] : [writers[kind](value)];
};

const kinds: readonly Kind[] = ['string', 'strings', 'number', 'boolean', 'datetime', 'timespan'];

/** A letter, then letters, digits and `_`. */
const nameForm = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
const words: ReadonlySet<string> = new Set(
  'alias and asc between bool by contains count datetime declare desc distinct double dynamic evaluate extend false find first guid has in int invoke join kind last let limit long lookup not nulls null of on or order print project range real restrict sample search serialize set sort string summarize take time timespan top true typeof union where with'.split(
    ' ',
  ),
);

const statement = (parameter: HuntParameter): string => {
  const { name } = parameter;
  if (!nameForm.test(name) || name.endsWith('__') || words.has(name)) {
    throw new InputError(`parameters: "${name.slice(0, 80)}" cannot be the name of a parameter`, {
      field: 'parameters',
    });
  }
  if (huntingColumns.has(name)) {
    // `where SHA1 == SHA1` is met by every row.
    throw new InputError(
      `parameters: "${name}" is a column of hunting, which a query means by it: choose another name`,
      {
        field: 'parameters',
      },
    );
  }
  const values = kinds.flatMap((kind) => written(parameter, kind));
  const [value] = values;
  if (value === undefined || values.length > 1) {
    throw new InputError(`parameters: give exactly one value for "${name}"`, { field: 'parameters' });
  }
  return `let ${name} = ${value};`;
};

/**
 * The query with its parameters in front, as `let` statements on its first line: Microsoft's messages then still name the
 * right line. A value can only ever be a value.
 */
export const withParameters = (query: string, parameters: readonly HuntParameter[]): string => {
  const names = parameters.map(({ name }) => name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new InputError(`parameters: "${repeated}" is given twice`, { field: 'parameters' });
  return [...parameters.map(statement), query].join(' ');
};
