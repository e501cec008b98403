import { parseDatetime, parseTimespan } from '../time.ts';
import type { KqlType, Value } from '../value.ts';

const guidPattern = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * The literals written as `type(...)`, whose inside the lexer takes raw up to the first `)`. Each parser answers
 * `undefined` for text that is no value of the type.
 */
const readers: ReadonlyMap<string, { readonly type: KqlType; read(text: string): Value | undefined }> = new Map([
  ...spellings(['datetime', 'date'], 'datetime', (text) => parseDatetime(text) ?? undefined),
  ...spellings(['timespan', 'time'], 'timespan', (text) => parseTimespan(text) ?? undefined),
  ...spellings(['guid'], 'guid', (text) => (guidPattern.test(text) ? text.toLowerCase() : undefined)),
  ...spellings(['int'], 'int', readInteger),
  ...spellings(['long'], 'long', readInteger),
  ...spellings(['real', 'double', 'decimal'], 'real', readReal),
  ...spellings(['bool', 'boolean'], 'bool', (text) => ({ true: true, false: false })[text] ?? readFlag(text)),
]);

function spellings(names: readonly string[], type: KqlType, read: (text: string) => Value | undefined) {
  return names.map((name) => [name, { type, read }] as const);
}

function readInteger(text: string): number | undefined {
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

function readReal(text: string): number | undefined {
  const special = new Map([
    ['nan', Number.NaN],
    ['+inf', Number.POSITIVE_INFINITY],
    ['-inf', Number.NEGATIVE_INFINITY],
  ]).get(text.toLowerCase());
  return special ?? (/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined);
}

function readFlag(text: string): boolean | undefined {
  return /^\d+$/.test(text) ? Number(text) !== 0 : undefined;
}

/** Whether `name(` opens a raw literal. */
export function opensLiteral(name: string): boolean {
  return readers.has(name);
}

/** The value of `name(text)`; `undefined` when the text is not of that type. `null` inside gives the typed null. */
export function readLiteral(name: string, text: string): { readonly type: KqlType; readonly value: Value } | undefined {
  const reader = readers.get(name);
  if (reader === undefined) return undefined;
  const trimmed = text.trim();
  const value = trimmed === 'null' ? null : reader.read(trimmed);
  return value === undefined ? undefined : { type: reader.type, value };
}
