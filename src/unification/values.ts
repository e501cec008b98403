import { utcMoment } from '../domain/time.ts';

/**
 * Readers of single values off the wire. They never throw: what has not the documented form reads as absent. `{}`, which Graph
 * sends for some nulls, is absent to every one of them.
 */

/** Text, or a number as text (ids are numbers in some APIs); empty text is absent. */
export const text = (value: unknown): string | null => {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : null;
};

/** A moment in ISO 8601, in UTC, with all its digits; .NET's year 1 stands for none. */
export const time = (value: unknown): string | null =>
  typeof value === 'string' && !value.startsWith('0001-') ? utcMoment(value) : null;

/** A finite number, also when sent as text. */
export const number = (value: unknown): number | null => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : null;
};

/** A whole number of 32 bits, which is what GraphQL's `Int` can carry. */
export const integer = (value: unknown): number | null => {
  const parsed = number(value);
  return parsed !== null && (parsed | 0) === parsed ? parsed : null;
};

/** A truth value, also when sent as 0, 1 or text. */
export const boolean = (value: unknown): boolean | null => {
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 'true' || value === 'True') return true;
  if (value === 0 || value === 'false' || value === 'False') return false;
  return null;
};

/** A list of texts; one text alone is a list of one, since some tables say `String` where samples show an array. */
export const texts = (value: unknown): readonly string[] => {
  if (!Array.isArray(value)) {
    const single = text(value);
    return single === null ? [] : [single];
  }
  const read: string[] = [];
  for (const item of value) {
    const word = text(item);
    if (word !== null) read.push(word);
  }
  return read;
};

/** A JSON object. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects of a list; whatever else stands in it is left out. */
export function objects<T extends object>(list: readonly T[] | null | undefined): readonly T[];
export function objects(list: unknown): readonly Readonly<Record<string, unknown>>[];
export function objects(list: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** An object, or null for all else. */
export function object<T extends object>(value: T | null | undefined): T | null;
export function object(value: unknown): Readonly<Record<string, unknown>> | null;
export function object(value: unknown): Readonly<Record<string, unknown>> | null {
  return isObject(value) ? value : null;
}
