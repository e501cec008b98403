import { utcMoment } from '../domain/time.ts';
import { InputError } from '../errors.ts';
import type { Owned } from './entity.ts';

/** A group, and the filter that its rows alone meet. */
export interface GroupPart<F> {
  readonly key: string;
  readonly filter: F;
}

/** A filter taken apart: what Microsoft counts of each part makes up the whole, but for what is under `rest`. */
export interface Parted<F> {
  readonly parts: readonly GroupPart<F>[];
  /** What rows are under that are in no part; absent: there are none. */
  readonly rest?: string;
}

/** One way in which the rows of a type are grouped. */
export interface Grouping<F, T> {
  /** What a row is counted under; `null`: it has none. Texts that differ in case alone are one group. */
  readonly keyOf: (row: T) => string | null;
  /** How the groups are asked for by filters; absent, or `null` for this filter: they are known when the rows are read. */
  readonly parted?: (filter: F, asked: { readonly tenant: string; readonly now: number }) => Parted<F> | null;
}

/** The groupings of a type, by name. */
export type Groupings<F, T> = Readonly<Record<string, Grouping<F, T>>>;

/** By tenant: how many there are in all. */
export const byTenant = <F, T extends Owned>(): Grouping<F, T> => ({
  keyOf: ({ tenant }) => tenant,
  parted: (_, { tenant }) => ({ parts: [], rest: tenant }),
});

/** The value of rows whose word is none of ours: no filter finds them all. */
const others = 'UNKNOWN';

/**
 * By a word of ours. `asked`: the values that the filter allows; `only`: the condition that allows one of them. All that no
 * value's filter finds is under `UNKNOWN`, as it is when rows are read.
 */
export const byWord = <F, T, V extends string>(
  values: readonly V[],
  keyOf: (row: T) => V,
  asked: (filter: F) => readonly V[] | null | undefined,
  only: (value: V) => Partial<F>,
): Grouping<F, T> => ({
  keyOf,
  parted: (filter) => {
    const allowed = asked(filter);
    return {
      parts: values
        .filter((value) => value !== others && (allowed == null || allowed.includes(value)))
        .map((value) => ({ key: value, filter: { ...filter, ...only(value) } })),
      ...(allowed == null ? { rest: others } : {}),
    };
  },
});

/** By a property that is no word of ours, or that no filter asks for. */
export const byText = <F, T>(keyOf: (row: T) => string | null): Grouping<F, T> => ({ keyOf });

const dayMs = 86_400_000;

/** Days that are asked for one by one: two calls of Graph. */
const mostDays = 31;

interface Created {
  readonly createdAfter?: string | null | undefined;
  readonly createdBefore?: string | null | undefined;
}

/** The day of a time, in UTC; `null` without one. */
export const dayOf = (time: string | null): string | null =>
  time === null ? null : (utcMoment(time)?.slice(0, 10) ?? null);

/** By the day in UTC, e.g. `2026-01-31`. Each day is a filter where `createdAfter` is not longer ago than a month. */
export const byDay = <F extends Created, T extends { readonly createdAt: string | null }>(): Grouping<F, T> => ({
  keyOf: ({ createdAt }) => dayOf(createdAt),
  parted: (filter, { now }) => {
    if (filter.createdAfter == null) return null;
    const first = Date.parse(filter.createdAfter);
    const end = filter.createdBefore == null ? now : Date.parse(filter.createdBefore);
    const start = first - (((first % dayMs) + dayMs) % dayMs);
    const days = Math.ceil((end - start) / dayMs);
    if (!Number.isFinite(days) || days < 1 || days > mostDays) return null;
    const parts = Array.from({ length: days }, (_, day) => {
      const [from, to] = [start + day * dayMs, start + (day + 1) * dayMs].map((ms) => new Date(ms).toISOString());
      return {
        key: from?.slice(0, 10) ?? '',
        filter: {
          ...filter,
          ...(day === 0 ? {} : { createdAfter: from }),
          ...(day === days - 1 && filter.createdBefore != null ? {} : { createdBefore: to }),
        },
      };
    });
    return { parts };
  },
});

/** The grouping of a name. Throws `BAD_USER_INPUT` for one that the type has not. */
export const groupingOf = <F, T>(groupings: Groupings<F, T>, name: string): Grouping<F, T> => {
  const grouping = Object.hasOwn(groupings, name) ? groupings[name] : undefined;
  if (grouping === undefined) throw new InputError(`by: there is no ${name}`, { field: 'by' });
  return grouping;
};
