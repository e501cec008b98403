import { whatThereIs } from '../config/suggest.ts';
import { InputError } from '../errors.ts';
import type { Column, Parameters } from './export.ts';

/** The value of a parameter that may be given once; null: it is not there. Throws `BAD_USER_INPUT` for a second one. */
export const single = (parameters: Parameters, name: string): string | null => {
  const values = parameters.get(name) ?? [];
  if (values.length > 1) throw new InputError(`${name} may be given once`, { field: name });
  return values[0] ?? null;
};

/** The values of a parameter that may be given several times, each with commas between some; null: it is not there. */
export const several = (parameters: Parameters, name: string): readonly string[] | null =>
  parameters.get(name)?.flatMap((value) => value.split(',')) ?? null;

/** One of a few words; null: it is not there. Throws `BAD_USER_INPUT` for any other. */
export const oneOf = <const Word extends string>(
  parameters: Parameters,
  name: string,
  words: readonly Word[],
): Word | null => {
  const value = single(parameters, name);
  if (value === null) return null;
  const word = words.find((each) => each === value);
  if (word !== undefined) return word;
  throw new InputError(`${name} is ${words.join(' or ')}`, { field: name });
};

/** `first`: a whole number from 1 to `most`; null: it is not there. */
export const firstOf = (parameters: Parameters, most: number): number | null => {
  const value = single(parameters, 'first');
  if (value === null) return null;
  const first = /^\d{1,15}$/.test(value) ? Number(value) : 0;
  if (first >= 1 && first <= most) return first;
  throw new InputError(`first is a whole number from 1 to ${most} (limits.exportRows)`, { field: 'first' });
};

/** `fields`: names of columns in the order in which they are wanted; those by default when it is not there. */
export const columnsOf = (parameters: Parameters, columns: readonly Column[]): readonly string[] => {
  const asked = several(parameters, 'fields');
  if (asked === null) return columns.flatMap(({ name, byDefault }) => (byDefault ? [name] : []));
  const names = [...new Set(asked.map((name) => name.trim()))];
  const unknown = names.find((name) => columns.every((column) => column.name !== name));
  if (unknown === undefined) return names;
  const shown = unknown.slice(0, 80);
  const known = columns.map(({ name }) => name);
  throw new InputError(`There is no field "${shown}"${whatThereIs(shown, known)}`, { field: 'fields' });
};

/** Throws `BAD_USER_INPUT` for a parameter that the export does not have: one that is overlooked would change the answer. */
export const checkNames = (parameters: Parameters, known: readonly string[]): void => {
  for (const name of parameters.keys()) {
    if (known.includes(name)) continue;
    const shown = name.slice(0, 80);
    throw new InputError(`There is no parameter "${shown}" here${whatThereIs(shown, known)}`, { field: shown });
  }
};
