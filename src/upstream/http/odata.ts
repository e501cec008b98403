/**
 * The only place where a value becomes OData text. OData V4: strings in single quotes, a quote doubled; date-times bare.
 */
import { readMoment } from '../../domain/time.ts';
import { InputError } from '../../errors.ts';

/** A condition of `$filter`, made by the functions below alone. */
export interface Condition {
  readonly text: string;
  /** Rows pass it that do not meet what it was made for: it narrows a list, and counts nothing. */
  readonly isLoose?: true;
}

/** A property's name, from our own tables, never from a caller. */
type Property = string;

/** Text as a literal: in single quotes, a quote inside doubled. */
export const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** A GUID as a literal of `Edm.Guid`: bare. Throws `BAD_USER_INPUT` for anything else. */
export const compareGuid = (property: Property, value: string): Condition => ({
  text: `${property} eq ${guidLiteral(value)}`,
});

const guidLiteral = (value: string): string => {
  if (!isGuid(value)) throw new InputError(`"${value.slice(0, 80)}" is not a GUID`);
  return value.toLowerCase();
};

/** Whether a text is a GUID. */
export const isGuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';

/** A property compared with text, or with an enum literal, which is quoted too. */
export const compareText = (property: Property, comparison: Comparison, value: string): Condition => ({
  text: `${property} ${comparison} ${quoted(value)}`,
});

/** A property compared with a whole number. Throws `BAD_USER_INPUT` for any other. */
export const compareNumber = (property: Property, comparison: Comparison, value: number): Condition => {
  if (!Number.isSafeInteger(value)) throw new InputError(`${value} is not a whole number`);
  return { text: `${property} ${comparison} ${value}` };
};

/** A property compared with a boolean. */
export const compareFlag = (property: Property, value: boolean): Condition => ({ text: `${property} eq ${value}` });

/** A property compared with a number that may have a fraction. Throws `BAD_USER_INPUT` for what OData cannot write. */
export const compareDecimal = (property: Property, comparison: Comparison, value: number): Condition => {
  if (!Number.isFinite(value)) throw new InputError(`${value} is not a number`);
  return { text: `${property} ${comparison} ${value}` };
};

/** `value` is ISO 8601 with a zone; fractions pass in full. */
export const compareTime = (property: Property, comparison: Comparison, value: string): Condition => {
  if (readMoment(value) !== value) throw new InputError(`"${value}" is not an ISO 8601 time with a zone`);
  return { text: `${property} ${comparison} ${value}` };
};

/** A property that begins with the text; OData compares with case. exposed-apis-odata-samples.md */
export const startsWith = (property: Property, value: string): Condition => ({
  text: `startswith(${property},${quoted(value)})`,
});

/** At least one condition; one alone stays without brackets. */
export const anyOf = (conditions: readonly Condition[]): Condition =>
  conditions.length === 1 && conditions[0] !== undefined
    ? conditions[0]
    : { text: `(${conditions.map(({ text }) => text).join(' or ')})` };

/** A property that has none of the words; what is null, or has a word that nobody knows, passes too. */
export const noneOf = (property: Property, words: readonly string[]): Condition => ({
  text: words.map((word) => compareText(property, 'ne', word).text).join(' and '),
  isLoose: true,
});

/** Undefined when there is nothing to ask. */
export const allOf = (conditions: readonly Condition[]): string | undefined =>
  conditions.length === 0 ? undefined : conditions.map(({ text }) => text).join(' and ');

/**
 * `id in ("a","b")`: MDE takes the list in double quotes (seen in Microsoft's own Sentinel triage client). A double quote
 * inside a value is doubled.
 */
export const inList = (property: Property, values: readonly string[]): Condition => ({
  text: `${property} in (${values.map((value) => `"${value.replaceAll('"', '""')}"`).join(',')})`,
});

/** `id in ('a','b')`: the list as OData V4.01 has it. */
export const inQuotedList = (property: Property, values: readonly string[]): Condition => ({
  text: `${property} in (${values.map(quoted).join(',')})`,
});

/** `id in (80fe8ff8-...,90fe8ff8-...)`: GUIDs as literals of `Edm.Guid`. Throws `BAD_USER_INPUT` for anything else. */
export const inGuidList = (property: Property, values: readonly string[]): Condition => ({
  text: `${property} in (${values.map(guidLiteral).join(',')})`,
});

/** `(id eq 80fe8ff8-... or id eq 90fe8ff8-...)`: the same, for where `in` is refused. */
export const guidChain = (property: Property, values: readonly string[]): Condition =>
  anyOf(values.map((value) => compareGuid(property, value)));

/** `(id eq 'a' or id eq 'b')`: plain OData, for where `in` is refused. */
export const eqChain = (property: Property, values: readonly string[]): Condition =>
  anyOf(values.map((value) => compareText(property, 'eq', value)));
