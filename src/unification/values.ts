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

/** A machine's id of Defender for Endpoint, 40 hex digits, in lower case; any other text as it was sent. */
export const machineIdText = (value: unknown): string | null => {
  const id = text(value);
  return id !== null && /^[0-9a-f]{40}$/i.test(id) ? id.toLowerCase() : id;
};

/** The id of a CVE in capitals, as it is registered; any other text as it was sent. https://www.cve.org/ResourcesSupport/Glossary#glossaryCveId */
export const cveIdText = (value: unknown): string | null => {
  const id = text(value);
  return id !== null && /^cve-/i.test(id) ? id.toUpperCase() : id;
};

/** Seconds since 1970 have ten digits for 300 years, milliseconds twelve or thirteen. */
const sinceEpoch = (count: number): string | null => {
  const ms = count >= 1e11 ? count : count * 1000;
  return count >= 1e9 && ms < 1e13 ? utcMoment(new Date(ms).toISOString().replace('.000Z', 'Z')) : null;
};

/** What is not ISO 8601: seconds or milliseconds since 1970, also as older .NET prints them; an HTTP date; .NET's invariant form. */
const otherTime = (value: string): string | null => {
  const [, digits] = /^(?:\/Date\()?(\d{10,13})(?:\)\/)?$/.exec(value) ?? [];
  if (digits !== undefined) return sinceEpoch(Number(digits));
  const isDate = /^[a-z]{3}, \d{2} [a-z]{3} \d{4} [\d:]{8} GMT$/i.test(value);
  const isInvariant = /^\d{1,2}\/\d{1,2}\/\d{4} \d{1,2}:\d{2}:\d{2}( [AP]M)?$/.test(value);
  if (!isDate && !isInvariant) return null;
  const ms = Date.parse(isDate ? value : `${value} UTC`);
  return Number.isNaN(ms) ? null : time(new Date(ms).toISOString().replace('.000Z', 'Z'));
};

/** A moment in ISO 8601, in UTC, with all its digits; .NET's year 1 stands for none. */
export const time = (value: unknown): string | null => {
  if (typeof value === 'number') return sinceEpoch(value);
  if (typeof value !== 'string' || value.startsWith('0001-')) return null;
  return utcMoment(value) ?? otherTime(value.trim()) ?? utcMoment(value.trim());
};

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

/** A boolean, also when sent as 0, 1 or text. */
export const boolean = (value: unknown): boolean | null => {
  if (typeof value === 'boolean') return value;
  if (value === 1 || value === 'true' || value === 'True') return true;
  if (value === 0 || value === 'false' || value === 'False') return false;
  return null;
};

const none: readonly string[] = Object.freeze([]);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** A list of texts; one text alone is a list of one, since some tables say `String` where samples show an array. */
export const texts = (value: unknown): readonly string[] => {
  if (!Array.isArray(value)) {
    const single = text(value);
    return single === null ? none : [single];
  }
  const list: readonly unknown[] = value;
  // Nearly every list is one already, and nobody changes what Microsoft sent.
  return areTexts(list) ? list : list.map(text).filter((word) => word !== null);
};

const areTexts = (list: readonly unknown[]): list is readonly string[] => list.every(isText);

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
