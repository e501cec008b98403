import { z } from 'zod';
import { isReference } from './references.ts';
import { isSecret, literalSecret, type Secret } from './secret.ts';
import { didYouMean } from './suggest.ts';

/**
 * The kinds of value that settings are made of. Each takes a literal or a resolved reference; a reference is always
 * text, so numbers and flags read theirs.
 */

const textOf = (value: unknown): unknown => (isReference(value) ? value.text : value);

const numberOf = (value: unknown): unknown => {
  if (!isReference(value)) return value;
  return /^\d+$/.test(value.text) ? Number(value.text) : value.text;
};

const flags: Readonly<Record<string, boolean>> = { true: true, false: false };
const flagOf = (value: unknown): unknown => (isReference(value) ? (flags[value.text] ?? value.text) : value);

/** Text that is not empty. */
export const text = () => z.preprocess(textOf, z.string().min(1, 'must not be empty'));

/** Text of a given form; `form` completes "must be ...". */
export const textLike = (pattern: RegExp, form: string) =>
  z.preprocess(textOf, z.string().regex(pattern, `must be ${form}`));

/** A GUID, in lower case. */
export const guid = () =>
  textLike(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'a GUID').transform((value) => value.toLowerCase());

export const wholeNumber = (least: number, most: number) => {
  const range = `must be a whole number from ${least} to ${most}`;
  return z.preprocess(numberOf, z.int(range).min(least, range).max(most, range));
};

export const flag = () => z.preprocess(flagOf, z.boolean());

/** One of a few words. */
export const choice = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.preprocess(textOf, z.enum(words, { error: () => `must be one of: ${words.join(', ')}` }));

const secretOf = (value: unknown): unknown => {
  if (isReference(value)) return value.text.trim() === '' ? '' : value.secret;
  return typeof value === 'string' && value.trim() !== '' ? literalSecret(value) : value;
};

/** A value that is never shown. */
export const secret = () =>
  z.preprocess(
    secretOf,
    z.custom<Secret>(isSecret, {
      error: ({ input }) => {
        if (input === undefined) return 'is required';
        // Of a reference that is one there is the text by now.
        return typeof input === 'object' && input !== null
          ? 'must be text, {env: NAME}, {file: PATH} or {keyVault: {vault: NAME, secret: NAME}}'
          : 'must be text that is not empty';
      },
    }),
  );

/** A group of settings; a key that is not in it is a fault, with the nearest known one named. */
export const section = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess(
    textOf,
    z.strictObject(shape, {
      error: (issue) =>
        issue.code === 'unrecognized_keys'
          ? issue.keys.map((key) => `unknown setting${didYouMean(key, Object.keys(shape))}`).join('\n')
          : undefined,
    }),
  );
