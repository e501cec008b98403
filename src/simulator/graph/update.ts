import { GraphFault } from './fault.ts';

/** A JSON object from a request. */
export type Body = Readonly<Record<string, unknown>>;

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value);
}

/** @throws GraphFault when the request has no JSON object. */
export function objectBody(value: unknown): Body {
  if (!isBody(value)) throw new GraphFault('BadRequest', 'The request body is not a JSON object.');
  return value;
}

/** A change needs at least one property, and only documented ones. */
export function checkProperties(body: Body, documented: readonly string[]): void {
  const given = Object.keys(body).filter((key) => !key.startsWith('@odata.'));
  const unknown = given.find((key) => !documented.includes(key));
  if (unknown !== undefined) {
    throw new GraphFault('BadRequest', `The property '${unknown}' does not exist on this type or cannot be updated.`);
  }
  if (given.length === 0) throw new GraphFault('BadRequest', 'There is nothing to update.');
}

/** A member of an enum, spelled exactly so; `undefined` when absent. */
export function member<T extends string>(body: Body, key: string, members: readonly T[]): T | undefined {
  const value = body[key];
  if (value === undefined) return undefined;
  const found = members.find((candidate) => candidate === value);
  if (found === undefined) {
    throw new GraphFault('BadRequest', `Invalid value '${String(value)}' for the property '${key}'.`);
  }
  return found;
}

/** Text or null, which clears; `undefined` when absent. */
export function clearable(body: Body, key: string): string | null | undefined {
  const value = body[key];
  if (value === undefined || value === null || typeof value === 'string') return value;
  throw new GraphFault('BadRequest', `The property '${key}' is not text.`);
}

/** A list of texts; `undefined` when absent. */
export function texts(body: Body, key: string): readonly string[] | undefined {
  const value = body[key];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value;
  throw new GraphFault('BadRequest', `The property '${key}' is not a list of texts.`);
}
