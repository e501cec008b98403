import { isSecretName, isSecretOption } from '../log/secret-names.ts';
import {
  boolean,
  cveIdText,
  integer,
  isObject,
  machineIdText,
  number,
  object,
  objects,
  text,
  texts,
  time,
} from './values.ts';

/**
 * One row for each field of a type: where Microsoft sends it, and how it is read. A table of rows stands in place of a wire
 * interface, a guard, a domain interface and a mapper: `EntityOf` is the type it reads, `readFields` reads it. No row throws.
 */

/** What an API sent: a JSON object of which nothing is certain. */
export type WireObject = Readonly<Record<string, unknown>>;

/** A property of a wire object, or the way to one inside it, e.g. `['command', 'type']`. */
export type WireName = string | readonly [string, ...string[]];

type Names = readonly [WireName, ...WireName[]];

/** How one field is read off a wire object. */
export interface Field<Value> {
  /** The properties that it is read from: the documented spelling, then others. */
  readonly names: readonly WireName[];
  readonly of: (wire: WireObject) => Value;
  /** Whether it is the same for every entity: read once. */
  readonly isFixed?: true;
}

/** A word of an enum. It reads two fields: `<field>`, the member, and `<field>Name`, the word as Microsoft sent it. */
export interface WordField<Value> extends Field<Value> {
  readonly sent: (wire: WireObject) => string | null;
}

/** A table of rows, keyed by the name of the field. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What a table reads: a property for each row, and a second one, `<field>Name`, for each word. */
export type EntityOf<Table extends Fields> = {
  readonly [Key in keyof Table]: Table[Key] extends Field<infer Value> ? Value : never;
} & {
  readonly [Key in keyof Table as Table[Key] extends WordField<unknown> ? `${Key & string}Name` : never]: string | null;
};

/**
 * The table that reads a given type, for types of several wire shapes: `satisfies FieldsOf<Alert, 'tenant'>`. `Given` are the
 * properties that come from elsewhere. A property with a `<property>Name` beside it is a word.
 */
export type FieldsOf<Entity, Given extends keyof Entity = never> = {
  readonly [Key in Exclude<keyof Entity, Given> as IsWordName<Key, keyof Entity> extends true
    ? never
    : Key]: `${Key & string}Name` extends keyof Entity ? WordField<Entity[Key]> : Field<Entity[Key]>;
};

type IsWordName<Key, Keys> = Key extends `${infer Word}Name` ? (Word extends Keys ? true : false) : false;

/** Makes the reader of a table. */
export function readFields<Table extends Fields>(table: Table): (wire: WireObject) => EntityOf<Table>;
export function readFields(table: Fields): (wire: WireObject) => unknown {
  return readInto(table, {});
}

/**
 * Makes the reader of a table whose entities have properties besides: they stand before those of the table, as given here, for
 * the caller to fill in. One loop over the rows, about 40 ns a row. It fills a copy of an object that has every key, as V8 makes a
 * slow dictionary of one that grows key by key beyond some 16; what is absent, or the same in all of them, stands in it already.
 */
export function readInto<Table extends Fields, Given extends object>(
  table: Table,
  given: Given,
): (wire: WireObject) => EntityOf<Table> & { -readonly [Key in keyof Given]: Given[Key] };
export function readInto(table: Fields, given: object): (wire: WireObject) => unknown {
  const rows = Object.entries(table).flatMap(([key, field]) => [
    { key, of: field.of, isFixed: field.isFixed },
    ...(isWordField(field) ? [{ key: `${key}Name`, of: field.sent, isFixed: field.isFixed }] : []),
  ]);
  const empty: Readonly<Record<string, unknown>> = JSON.parse(
    JSON.stringify({ ...given, ...Object.fromEntries(rows.map(({ key }) => [key, null])) }),
  );
  const alike: Record<string, unknown> = { ...empty };
  for (const { key, of, isFixed } of rows) if (isFixed === true) alike[key] = of({});
  const own = rows.filter(({ isFixed }) => isFixed !== true);
  return (wire) => {
    const entity: Record<string, unknown> = { ...alike };
    for (const { key, of } of own) {
      const value = of(wire);
      if (value !== null) entity[key] = value;
    }
    return entity;
  };
}

const isWordField = (field: Field<unknown>): field is WordField<unknown> => 'sent' in field;

/** The wire properties that some fields of a table are read from, each once: what to `$select` for them. */
export const wireNames = <Table extends Fields>(
  table: Table,
  keys: readonly (keyof Table)[] = Object.keys(table),
): readonly string[] => {
  const names = keys.flatMap((key) => table[key]?.names ?? []);
  return [...new Set(names.map((name) => (typeof name === 'string' ? name : name[0])))];
};

/** What stands under a name; undefined when the way to it ends before. */
const valueAt = (wire: WireObject, name: WireName): unknown => {
  if (typeof name === 'string') return wire[name];
  let value: unknown = wire;
  for (const step of name) value = isObject(value) ? value[step] : undefined;
  return value;
};

const isAbsent = (value: unknown): boolean => value === null || (Array.isArray(value) && value.length === 0);

/** A field by any reader of a value. Of several names it takes the first under which there is something to read. */
export const as = <Value>(read: (value: unknown) => Value, ...names: Names): Field<Value> => {
  const [name, ...others] = names;
  if (typeof name === 'string' && others.length === 0) return { names, of: (wire) => read(wire[name]) };
  return {
    names,
    of: (wire) => {
      let value = read(valueAt(wire, name));
      for (const other of others) {
        if (!isAbsent(value)) break;
        value = read(valueAt(wire, other));
      }
      return value;
    },
  };
};

/** A word of an enum, by the reader of its word table. */
export const asWord = <Value>(read: (word: unknown) => Value, ...names: Names): WordField<Value> => {
  const { of: sent } = as((value) => (typeof value === 'boolean' ? String(value) : text(value)), ...names);
  return { names, of: (wire) => read(sent(wire)), sent };
};

/** What identifies the entity; empty when it was not sent, which the upstream layer refuses before. */
export const asId = (...names: Names): Field<string> => or(asText(...names), '');
/** A machine's id in one spelling, for it is compared as text. */
export const asMachineId = (...names: Names): Field<string | null> => as(machineIdText, ...names);
/** The id of a CVE in one spelling, for Microsoft compares it as text where it is asked for. */
export const asCveId = (...names: Names): Field<string | null> => as(cveIdText, ...names);
/** Text, or a number as text. */
export const asText = (...names: Names): Field<string | null> => as(text, ...names);
/** A moment in ISO 8601, UTC, with all its digits. */
export const asTime = (...names: Names): Field<string | null> => as(time, ...names);
/** Any finite number; GraphQL's `Float`. */
export const asNumber = (...names: Names): Field<number | null> => as(number, ...names);
/** A whole number of 32 bits; GraphQL's `Int`. */
export const asInteger = (...names: Names): Field<number | null> => as(integer, ...names);
/** A boolean. */
export const asBoolean = (...names: Names): Field<boolean | null> => as(boolean, ...names);
/** A list of texts; empty when none was sent. */
export const asTexts = (...names: Names): Field<readonly string[]> => as(texts, ...names);
/** An object of open shape, as sent. */
export const asJson = (...names: Names): Field<WireObject | null> => as(object, ...names);

/** An object inside, by its own table; null when none was sent, or an empty one, as Graph sends for some nulls. */
export const asObject = <Table extends Fields>(table: Table, ...names: Names): Field<EntityOf<Table> | null> => {
  const read = readFields(table);
  return as((value) => (isObject(value) && Object.keys(value).length > 0 ? read(value) : null), ...names);
};

/** The objects of a list inside, by their own table, in the order sent; empty when none was sent. */
export const asObjects = <Table extends Fields>(table: Table, ...names: Names): Field<readonly EntityOf<Table>[]> => {
  const read = readFields(table);
  return as((value) => objects(value).map(read), ...names);
};

/** The object itself as Microsoft sent it, but for the properties named. */
export const asSent = (...without: readonly string[]): Field<WireObject> => ({
  names: [],
  of: (wire) => {
    if (!without.some((name) => name in wire)) return wire;
    return Object.fromEntries(Object.entries(wire).filter(([name]) => !without.includes(name)));
  },
});

const masked = '[redacted]';

/** What holds how something signs in: left out whole, whatever is in it. */
const isSignIn = (name: string): boolean =>
  /auth(?:entication|orization)?(?:param|propert|info|data|setting|detail)|credential/.test(
    name.toLowerCase().replaceAll(/[^a-z\d]/g, ''),
  );

const isSecret = (name: string): boolean => isSecretName(name) || isSecretOption(name);

const withoutSignIn = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutSignIn);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      if (isSignIn(name)) return [];
      return [[name, isSecret(name) && inner !== null ? masked : withoutSignIn(inner)]];
    }),
  );
};

/**
 * The object itself as Microsoft sent it, but for what signs in, told by its name in any case and at any depth: what holds it is
 * left out, a secret alone is masked.
 */
export const asSentWithoutSignIn = (): Field<WireObject> => ({
  names: [],
  of: (wire) => {
    const rest = withoutSignIn(wire);
    return isObject(rest) ? rest : {};
  },
});

/** A field with a value of its own where none was sent. */
export const or = <Value, Fallback>(
  { names, of }: Field<Value>,
  fallback: Fallback,
): Field<Exclude<Value, null> | Fallback> => {
  const isSent = (value: Value): value is Exclude<Value, null> => value !== null;
  return {
    names,
    of: (wire) => {
      const value = of(wire);
      return isSent(value) ? value : fallback;
    },
  };
};

/** A field that an API does not send: the same for every entity. */
export const always = <Value>(value: Value): Field<Value> => ({ names: [], of: () => value, isFixed: true });

/** A word that an API does not send. */
export const alwaysWord = <Value>(value: Value): WordField<Value> => ({ ...always(value), sent: () => null });
