import { type ApiName, apiNames } from '../clouds/endpoints.ts';
import { isRecord } from '../domain/records.ts';
import { InputError } from '../errors.ts';
import type { ListStart } from '../routing/opened-list.ts';
import type { BoundTo } from './bound.ts';
import type { ChangePlace } from './changes/place.ts';

/**
 * Where a tenant's list stands, and which API it came from.
 * - `time`: in a list that is newest first, behind all that is newer than `notAfter` and behind `given`, the rows of that very
 *   time that were passed. `undated`: rows without a time that were passed; they are told apart by nothing else.
 * - `skip`: in a list without an order, behind so many of Microsoft's rows; `given`: the last of them, which rows that come in
 *   meanwhile push into the next page.
 * - `page`: in a list without an order whose pages the gateway sorts, in the page behind so many of Microsoft's rows, the last
 *   of which are `before`, without those that were passed last.
 */
export type TenantPlace = { readonly api: ApiName; readonly given: readonly string[] } & (
  | { readonly kind: 'time'; readonly notAfter: string; readonly undated: readonly string[] }
  | { readonly kind: 'skip'; readonly skip: number }
  | { readonly kind: 'page'; readonly skip: number; readonly before: readonly string[] }
);

/** What a cursor holds. */
export type Places =
  /** Each tenant's place; `null`: read to its end, absent: not begun. */
  | {
      readonly kind: 'tenants';
      readonly tenants: Readonly<Record<string, TenantPlace | null>>;
      readonly bound?: BoundTo;
    }
  /** The number of a record in a log that only grows. */
  | { readonly kind: 'offset'; readonly offset: number }
  /** Where the changes of each type in each tenant stand, and when they were asked for last. */
  | {
      readonly kind: 'changes';
      readonly at: string;
      readonly places: Readonly<Record<string, ChangePlace>>;
      readonly bound: BoundTo;
    }
  /** A member of a sorted list of the store: behind it is what lies below. */
  | { readonly kind: 'member'; readonly member: string }
  /**
   * In rows that are read as a whole: how many lie before, and ids of the last of them, so that rows that come or go shift
   * nothing. `snapshot`: where the rows are kept for a while.
   */
  | {
      readonly kind: 'row';
      readonly offset: number;
      readonly ids: readonly string[];
      readonly snapshot?: string;
      readonly bound?: BoundTo;
    };

/** The place as a list is opened there. */
export const startAt = (place: TenantPlace | undefined): ListStart => {
  if (place === undefined) return { kind: 'start' };
  if (place.kind !== 'time') {
    if (place.skip === 0) return { kind: 'start' };
    const { kind, skip, given } = place;
    // Rows of a page that is sorted here are told apart behind this: its first ones may still be wanted.
    return kind === 'skip' ? { kind, skip, given } : { kind: 'skip', skip, given: [], before: place.before };
  }
  return { kind: 'time', notAfter: place.notAfter, given: [...place.given, ...place.undated] };
};

export const malformed = (): InputError => new InputError('after: not a cursor of this gateway', { field: 'after' });

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((member) => typeof member === 'string');

/** Throws `BAD_USER_INPUT` for what are no places. */
export const readPlaces = (value: unknown): Places => {
  if (!isRecord(value)) throw malformed();
  const { kind, offset, ids, snapshot, member } = value;
  const bound = isRecord(value.bound) ? { bound: readBound(value.bound) } : {};
  if (kind === 'offset' && typeof offset === 'number') return { kind, offset };
  if (kind === 'member' && typeof member === 'string') return { kind, member };
  if (kind === 'row' && typeof offset === 'number' && isTexts(ids)) {
    return { kind, offset, ids, ...(typeof snapshot === 'string' ? { snapshot } : {}), ...bound };
  }
  if (kind === 'changes' && typeof value.at === 'string' && isRecord(value.places)) {
    const places = Object.entries(value.places).map(([name, place]) => [name, readChangePlace(place)] as const);
    return { kind, at: value.at, places: Object.fromEntries(places), bound: readBound(recordOf(value.bound)) };
  }
  if (kind !== 'tenants' || !isRecord(value.tenants)) throw malformed();
  const tenants: Record<string, TenantPlace | null> = {};
  for (const [name, place] of Object.entries(value.tenants)) tenants[name] = place === null ? null : readPlace(place);
  return { kind, tenants, ...bound };
};

const recordOf = (value: unknown): Readonly<Record<string, unknown>> => {
  if (!isRecord(value)) throw malformed();
  return value;
};

const readChangePlace = (value: unknown): ChangePlace => {
  const { from, given } = recordOf(value);
  if (typeof from !== 'string' || !isTexts(given)) throw malformed();
  return { from, given };
};

const readBound = (value: Readonly<Record<string, unknown>>): BoundTo => {
  const bound: Record<string, string> = {};
  for (const [name, mark] of Object.entries(value)) {
    if (typeof mark !== 'string') throw malformed();
    bound[name] = mark;
  }
  return bound;
};

const readPlace = (value: unknown): TenantPlace => {
  if (!isRecord(value)) throw malformed();
  const { kind, skip, notAfter, given, undated, before } = value;
  const api = apiNames.find((name) => name === value.api);
  if (api === undefined || !isTexts(given)) throw malformed();
  if (kind === 'skip' && typeof skip === 'number') return { api, given, kind, skip };
  if (kind === 'page' && typeof skip === 'number') {
    return { api, given, kind, skip, before: isTexts(before) ? before : [] };
  }
  if (kind === 'time' && typeof notAfter === 'string' && isTexts(undated)) {
    return { api, given, kind, notAfter, undated };
  }
  throw malformed();
};
