import type { HuntTable } from '../domain/hunt.ts';
import type { Made, Recipe } from '../made.ts';
import type { Fact, PathParams } from '../microsoft/operation.ts';
import { acknowledged } from './answers.ts';
import type { IsAsked } from './asked.ts';
import { type Operation, type Page, segment } from './http/operation.ts';
import { OtherAnswerError, readEntity, readPage } from './http/shape.ts';
import { createHuntReader, type HuntRead, type HuntReading, huntRead } from './hunt-rows/hunt-reader.ts';
import { readHuntTable } from './hunt-table.ts';

/** What a call sends beside its path. */
export interface Sent {
  readonly query?: Operation<unknown>['query'];
  readonly body?: unknown;
}

/** How its answer is read. */
export type Reading<T> = Pick<Operation<T>, 'parse' | 'whenNotFound'>;

/** What is read: what to call it when it is not what came, and the guard that looks for what identifies it. */
export interface Kind<T> {
  /** e.g. `an alert` */
  readonly one: string;
  /** e.g. `alerts` */
  readonly many: string;
  readonly is: (value: unknown) => value is T;
}

/** What is read by its id, and how the answer is known to be of it. */
export interface OneKind<T> extends Kind<T> {
  readonly isAsked: IsAsked<T>;
}

/** Which rows of a collection, and what of them; every text is OData, already escaped. */
export interface ListOptions {
  readonly filter?: string | undefined;
  /** Cut to the largest that the page allows. */
  readonly top?: number | undefined;
  readonly skip?: number | undefined;
  /** On few pages, but taken, e.g. `creationDateTimeUtc desc`. */
  readonly orderBy?: string | undefined;
  readonly expand?: string | undefined;
  readonly select?: readonly string[] | undefined;
  /** Parameters that are not OData's. */
  readonly query?: Operation<unknown>['query'];
}

/**
 * Sent with what answers Graph's entities: without it enum members that were added after `unknownFutureValue` arrive as that
 * word (best-practices-concept.md, "Handling future members in evolvable enumerations").
 */
const allEnumMembers = { prefer: 'include-unknown-enum-members' } as const;

/** A parameter of a path: its name, and what stands behind it. */
interface PathParameter {
  readonly name: string;
  readonly isQuoted: boolean;
  readonly behind: string;
}

const pathParts = new Map<string, { readonly before: string; readonly parameters: readonly PathParameter[] }>();

/** A path of the tables, taken apart once. */
const partsOf = (path: string) => {
  const known = pathParts.get(path);
  if (known !== undefined) return known;
  const [before = '', ...rest] = path.split(/\{(\w+)\}/);
  const parameters = rest.flatMap((name, index) =>
    index % 2 === 0
      ? [{ name, isQuoted: (rest[index - 1] ?? before).endsWith("'"), behind: rest[index + 1] ?? '' }]
      : [],
  );
  const parts = { before, parameters };
  pathParts.set(path, parts);
  return parts;
};

/** A value inside quotes is an OData literal, where a quote is doubled. */
const pathOf = (path: string, params: Readonly<Record<string, string>>): string => {
  const { before, parameters } = partsOf(path);
  let whole = before;
  for (const { name, isQuoted, behind } of parameters) {
    const value = params[name] ?? '';
    whole += segment(isQuoted ? value.replaceAll("'", "''") : value) + behind;
  }
  return whole;
};

/** The documented operation with its parameters: everything but what is sent and how the answer is read comes from its row. */
export const call = <const Path extends string, T>(
  fact: Fact<Path>,
  params: PathParams<Path>,
  { parse, whenNotFound }: Reading<T>,
  { query, body }: Sent = {},
): Operation<T> => ({
  id: fact.id,
  api: fact.api,
  method: fact.method,
  path: pathOf(fact.path, params),
  ...(query === undefined ? {} : { query }),
  ...(fact.api === 'graph' && fact.method !== 'POST' ? { headers: allEnumMembers } : {}),
  ...(body === undefined ? {} : { body }),
  repeatable: fact.repeatable,
  permissions: fact.permissions,
  delegated: fact.delegated,
  quota: fact.quota,
  quotaClass: fact.quotaClass,
  ...(fact.hunting ? { pace: 'hunting', rejectsInput: true } : {}),
  ...(whenNotFound === undefined ? {} : { whenNotFound }),
  parse,
});

/** Of what was asked for, and of nothing else. Throws an `OtherAnswerError`. */
export const ofAsked = <T>({ one: what, isAsked }: OneKind<T>, came: T, id: string): T => {
  if (!isAsked(came, id)) throw new OtherAnswerError(what);
  return came;
};

/**
 * Reads one entity by the parameter of its path; `null` when a 404 means that there is none. An answer of another one, of a proxy
 * or a service that confuses them, is no answer.
 */
export const one = <const Path extends string, T>(
  fact: Fact<Path>,
  params: PathParams<Path>,
  kind: OneKind<T>,
  { expand, query }: Pick<ListOptions, 'expand' | 'query'> = {},
): Operation<T | null> => {
  const [id] = Object.values<string>(params);
  const read = readEntity(kind.one, kind.is);
  return call<Path, T | null>(
    fact,
    params,
    {
      parse: (body) => (id === undefined ? read(body) : ofAsked(kind, read(body), id)),
      ...(fact.missing === 'none' ? { whenNotFound: () => null } : {}),
    },
    { query: { ...query, $expand: expand } },
  );
};

type PageReader<T> = (body: unknown, permissions?: readonly string[] | null, made?: Made) => Page<T>;

const pageReaders = new WeakMap<Kind<unknown>, PageReader<unknown>>();

/** How a page of a kind is read: once for each answer, however many requests share it. */
export function pageReader<T>(kind: Kind<T>): PageReader<T>;
export function pageReader(kind: Kind<unknown>): PageReader<unknown> {
  const known = pageReaders.get(kind);
  if (known !== undefined) return known;
  const read = readPage(kind.many, kind.is);
  const pages: Recipe<Page<unknown>> = {};
  const reader: PageReader<unknown> = (body, _, made) =>
    made === undefined ? read(body) : made.once(pages, () => ({ ...read(body), made }));
  pageReaders.set(kind, reader);
  return reader;
}

/** Reads one page of a collection; an empty one when a 404 means that there is none. */
export const page = <const Path extends string, T>(
  fact: Fact<Path>,
  params: PathParams<Path>,
  kind: Kind<T>,
  { filter, top, skip, orderBy, expand, select, query }: ListOptions = {},
): Operation<Page<T>> =>
  call<Path, Page<T>>(
    fact,
    params,
    {
      parse: pageReader(kind),
      ...(fact.missing === 'none' ? { whenNotFound: () => ({ items: [], nextLink: null }) } : {}),
    },
    {
      query: {
        ...query,
        $filter: filter,
        $top: top === undefined ? undefined : Math.min(top, fact.maxTop ?? top),
        $skip: skip,
        $orderby: orderBy,
        $expand: expand,
        $select: select?.join(','),
      },
    },
  );

/** Makes or changes an entity that the path does not name; `null` when it is done but the answer is empty. */
export const action = <const Path extends string, T>(
  fact: Fact<Path>,
  params: PathParams<Path>,
  kind: Kind<T>,
  body: unknown,
): Operation<T | null> => call(fact, params, { parse: acknowledged(readEntity(kind.one, kind.is)) }, { body });

/** Changes what the path names, or begins something on it, which the answer shows: one of another thing does not tell what became of it. */
export const change = <const Path extends string, T>(
  fact: Fact<Path>,
  params: PathParams<Path>,
  kind: OneKind<T>,
  body: unknown,
): Operation<T | null> => {
  const [id = ''] = Object.values<string>(params);
  const read = readEntity(kind.one, kind.is);
  return call(fact, params, { parse: acknowledged((answer) => ofAsked(kind, read(answer), id)) }, { body });
};

/** Runs KQL. */
export const hunt = <const Path extends string>(
  fact: Fact<Path>,
  params: PathParams<Path>,
  body: { readonly Query: string; readonly Timespan?: string },
): Operation<HuntTable> => call(fact, params, { parse: readHuntTable }, { body });

/** The same hunt, whose rows are text that is written while they come. `isBegun`: whether some were given on already. */
export const asText = (
  { whenNotFound: _, ...hunted }: Operation<HuntTable>,
  reading: HuntReading,
  isBegun: () => boolean,
): Operation<HuntRead> => ({ ...hunted, parse: huntRead, reader: () => createHuntReader(reading), isBegun });
