import type { ApiName } from '../clouds/endpoints.ts';
import { InputError } from '../errors.ts';

/** The API's word for a value that is to be set. Throws when it has none. */
export const wordOf = <Value extends string>(
  api: ApiName,
  field: string,
  value: Value | undefined,
  toWord: (value: Value) => string | null,
): string | undefined => {
  if (value === undefined) return undefined;
  const word = toWord(value);
  if (word === null) throw new InputError(`${field} cannot be set to ${value} through ${api}`, { api, field });
  return word;
};

/** Without the fields that are `undefined`, which are not to be changed; null stays. */
export const bodyOf = <Body extends object>(
  fields: { readonly [K in keyof Body]: Body[K] | undefined },
): Partial<Body> => {
  const body: Partial<Body> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) body[key] = value;
  }
  return body;
};
