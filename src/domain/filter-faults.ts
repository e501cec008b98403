import { InputError } from '../errors.ts';
import { compareTimes } from './time.ts';

/** Throws `BAD_USER_INPUT` for a list of nothing. */
export const notEmpty = (values: readonly unknown[], field: string): void => {
  if (values.length === 0) throw new InputError(`${field}: an empty list is met by nothing; leave it out`, { field });
};

/** A text of nothing is met by nothing; what is unset has conditions of its own. Throws `BAD_USER_INPUT`. */
export const notBlank = (value: unknown, field: string): void => {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (texts.some((text) => typeof text === 'string' && text.trim() === ''))
    throw new InputError(`${field}: an empty text is met by nothing; leave it out`, { field });
};

/** Throws `BAD_USER_INPUT` where nothing lies between two moments. */
export const notAfter = (
  { field, after }: { readonly field: string; readonly after: string },
  { name, before }: { readonly name: string; readonly before: string },
): void => {
  if (compareTimes(after, before) < 0) return;
  throw new InputError(`${field}: ${after} is not before ${name} (${before}): nothing lies between`, { field });
};
