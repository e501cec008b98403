import { didYouMean } from '../../config/suggest.ts';
import { spelledId } from '../../domain/id-forms.ts';
import { InputError } from '../../errors.ts';
import type { HuntQuestion } from '../hunt-question.ts';
import type { HuntParameter } from '../parameters.ts';
import { type NamedQuery, queryNamed, queryNames } from './index.ts';
import type { LibraryParameter, LibraryParameterType } from './library-query.ts';

type Asked<T> = T | null | undefined;

/** A query of the library, with its values and its time. */
export interface LibraryQuestion extends Pick<HuntQuestion, 'tenants' | 'tenantTags' | 'maxRows' | 'windows'> {
  readonly name: string;
  readonly parameters?: Asked<readonly HuntParameter[]>;
  readonly since?: Asked<string>;
  readonly until?: Asked<string>;
}

/** The query of a name. Throws `BAD_USER_INPUT` for a name that it does not have. */
const found = (name: string): NamedQuery => {
  const query = queryNamed(name);
  if (query !== undefined) return query;
  throw new InputError(`name: the library has no "${name.slice(0, 80)}"${didYouMean(name, queryNames)}`, {
    field: 'name',
  });
};

/** What is looked back over where nothing is said. */
const usualDays = 7;
const dayMs = 86_400_000;

const refused = (name: string, why: string): InputError =>
  new InputError(`parameters: "${name.slice(0, 80)}" ${why}`, { field: 'parameters' });

const words = { STRING: 'string', STRINGS: 'strings', NUMBER: 'number' } as const satisfies Record<
  LibraryParameterType,
  keyof HuntParameter
>;

const checkedText = (name: string, { form }: LibraryParameter, given: string): string => {
  if (given.trim() === '') throw refused(name, 'is blank: it would be met by everything');
  if (form === undefined) return given;
  const spelling = spelledId(form, given);
  if (spelling === null) throw refused(name, `is not ${form.says}`);
  return spelling;
};

/** The value in the parameter's one type; one text stands for a list of one. */
const readers: {
  readonly [T in LibraryParameterType]: (
    name: string,
    parameter: LibraryParameter,
    given: HuntParameter,
  ) => Omit<HuntParameter, 'name'> | null;
} = {
  STRING: (name, parameter, { string }) => (string == null ? null : { string: checkedText(name, parameter, string) }),
  STRINGS: (name, parameter, { string, strings }) => {
    const all = strings ?? (string == null ? null : [string]);
    if (all === null) return null;
    if (all.length === 0) throw refused(name, 'is an empty list, which nothing meets');
    return { strings: all.map((each) => checkedText(name, parameter, each)) };
  },
  NUMBER: (_, __, { number }) => (number == null ? null : { number }),
};

const defaults = (name: string, value: NonNullable<LibraryParameter['byDefault']>): HuntParameter => {
  if (typeof value === 'number') return { name, number: value };
  return typeof value === 'string' ? { name, string: value } : { name, strings: value };
};

const boundValue = (
  query: NamedQuery,
  name: string,
  parameter: LibraryParameter,
  given: readonly HuntParameter[],
): HuntParameter => {
  const [value, again] = given.filter((each) => each.name === name);
  if (again !== undefined) throw refused(name, 'is given twice');
  if (value === undefined) {
    if (parameter.byDefault !== undefined) return defaults(name, parameter.byDefault);
    throw refused(name, `has to be given for ${query.name}: ${parameter.about}`);
  }
  const read = readers[parameter.type](name, parameter, value);
  const kinds = Object.entries(value).filter(([key, each]) => key !== 'name' && each != null);
  if (read === null || kinds.length !== 1) throw refused(name, `takes one value, as ${words[parameter.type]}`);
  return { name, ...read };
};

/** As KQL with its values bound. Throws `BAD_USER_INPUT` for what the query does not take, before anything is asked. */
export const huntQuestionOf = (asked: LibraryQuestion, now: number): HuntQuestion => {
  const query = found(asked.name);
  const given = asked.parameters ?? [];
  const names = Object.keys(query.parameters);
  const unknown = given.find(({ name }) => !names.includes(name));
  if (unknown !== undefined) {
    const known = names.length === 0 ? 'it has none' : `it has ${names.join(', ')}`;
    throw refused(unknown.name, `is no parameter of ${query.name}: ${known}${didYouMean(unknown.name, names)}`);
  }
  const until = asked.until ?? new Date(now).toISOString();
  const since = asked.since ?? new Date(Date.parse(until) - usualDays * dayMs).toISOString();
  return {
    query: query.kql,
    parameters: Object.entries(query.parameters).map(([name, parameter]) => boundValue(query, name, parameter, given)),
    since,
    until,
    windows: asked.windows,
    tenants: asked.tenants,
    tenantTags: asked.tenantTags,
    maxRows: asked.maxRows,
  };
};
