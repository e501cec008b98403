import { formatDatetime, formatTimespan, parseDatetime, parseTimespan } from '../time.ts';
import { isArray, isBag, type Json, type KqlType, type Value } from '../value.ts';

/** As `tostring()`: null is the empty text, a bag or array is JSON. */
export function toText(value: Value, type: KqlType): string {
  if (value === null) return '';
  if (typeof value === 'bigint') return type === 'timespan' ? formatTimespan(value) : formatDatetime(value);
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function toNumber(value: Value): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$|^0x[0-9a-f]+$/i.test(text) ? Number(text) : null;
}

function toInteger(value: Value): number | null {
  const number = toNumber(value);
  return number === null || !Number.isFinite(number) ? null : Math.trunc(number);
}

function toFlag(value: Value): boolean | null {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value !== 'string') return null;
  return (
    new Map([
      ['true', true],
      ['1', true],
      ['false', false],
      ['0', false],
    ]).get(value.toLowerCase()) ?? null
  );
}

function toGuid(value: Value): string | null {
  const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(text) ? text : null;
}

/** A scalar as a member of a dynamic; times become the text they print as. */
export function toJson(value: Value, type: KqlType): Json {
  return typeof value === 'bigint' ? toText(value, type) : value;
}

function isJson(value: unknown): value is Json {
  return value !== undefined;
}

/** As `parse_json()`: text that is no JSON stays a string. */
export function parseJson(value: Value, type: KqlType): Json {
  if (typeof value !== 'string' || type === 'dynamic') return toJson(value, type);
  try {
    const parsed: unknown = JSON.parse(value);
    return isJson(parsed) ? parsed : null;
  } catch {
    return value === '' ? null : value;
  }
}

/** As the `to...()` functions: a value as another type, null when it cannot be. */
export function convert(value: Value, from: KqlType, to: KqlType): Value {
  if (from === to) return value;
  switch (to) {
    case 'string':
      return toText(value, from);
    case 'int':
    case 'long':
      return toInteger(value);
    case 'real':
      return toNumber(value);
    case 'bool':
      return toFlag(value);
    case 'datetime':
      return typeof value === 'string' ? parseDatetime(value) : null;
    case 'timespan':
      return typeof value === 'string' ? parseTimespan(value) : null;
    case 'guid':
      return toGuid(value);
    case 'dynamic':
      return parseJson(value, from);
  }
}

/** A member of a bag or an element of an array; null when there is none. Looks at own keys only. */
export function pick(target: Value, key: Value): Json {
  if (isArray(target) && typeof key === 'number') return target.at(key) ?? null;
  if (isBag(target) && typeof key === 'string' && Object.hasOwn(target, key)) return target[key] ?? null;
  return null;
}
