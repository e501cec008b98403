import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { ApiName } from '../clouds/endpoints.ts';
import { type TenantIdentity, tenantKey } from '../config/tenant-keys.ts';

/** How long it is known that a page was all: what a service does may change. */
const lifetimeMs = 10 * 60_000;

/** Lists of which that is known, at most; some hundred bytes each. */
const mostLists = 20_000;

/** A list as one identity reads it. */
export interface ListPlace {
  readonly tenant: TenantIdentity;
  readonly api: ApiName;
  /** The operation's id. */
  readonly operation: string;
  /** Whose eyes it is read through, and with which conditions. */
  readonly of: string;
}

/** The first page of a list. */
export interface FirstPage {
  readonly ids: string;
  readonly rows: number;
  /** Rows that it was asked for. */
  readonly top: number;
}

/**
 * Lists that were all in their first page, as another question behind it said. That question is spared for ten minutes, as long as
 * the page is the very same one, and no service that is known cuts pages off so early that something may have come behind it: this
 * one is known to give longer pages, and was asked for more than twice as many rows.
 */
export interface WholeLists {
  /** Whether the page is the one that was all of the list. */
  isWhole(place: ListPlace, page: FirstPage): boolean;
  /** Behind the page there was nothing. */
  prove(place: ListPlace, page: FirstPage): void;
  /** A page of so many rows came. */
  see(place: Pick<ListPlace, 'tenant' | 'operation'>, rows: number): void;
}

/** Of this process. `report`: told how many are known of an API. */
export const createWholeLists = (
  clock: Pick<Clock, 'now'>,
  report: (api: ApiName, known: number) => void,
): WholeLists => {
  const lists = new Map<string, { api: ApiName; ids: string; until: number }>();
  const longest = new Map<string, { rows: number; until: number }>();
  const keyOf = ({ tenant, operation, of }: ListPlace): string => hashed(`${tenantKey(tenant)}\n${operation}\n${of}`);
  const serviceOf = ({ tenant, operation }: Pick<ListPlace, 'tenant' | 'operation'>): string =>
    `${tenant.cloud}\n${operation}`;

  const counts = new Map<ApiName, number>();
  const tell = (api: ApiName, more: number): void => {
    const known = (counts.get(api) ?? 0) + more;
    counts.set(api, known);
    report(api, known);
  };
  const drop = (key: string): void => {
    const known = lists.get(key);
    if (known !== undefined && lists.delete(key)) tell(known.api, -1);
  };
  /** All live as long: those that were proven first are over first. */
  const makeRoom = (): void => {
    for (const [key, { until }] of lists) {
      if (until > clock.now() && lists.size <= mostLists) return;
      drop(key);
    }
  };

  return {
    isWhole: (place, { ids, rows, top }) => {
      const known = lists.get(keyOf(place));
      if (known === undefined || known.until <= clock.now()) return false;
      const longer = longest.get(serviceOf(place));
      const isShort = longer !== undefined && longer.until > clock.now() && longer.rows > rows;
      return isShort && top > 2 * rows && known.ids === hashed(ids);
    },
    prove: (place, { ids }) => {
      const { api } = place;
      const key = keyOf(place);
      drop(key);
      lists.set(key, { api, ids: hashed(ids), until: clock.now() + lifetimeMs });
      tell(api, 1);
      makeRoom();
    },
    see: (place, rows) => {
      const service = serviceOf(place);
      const known = longest.get(service);
      if (known !== undefined && known.until > clock.now() && known.rows > rows) return;
      longest.set(service, { rows, until: clock.now() + lifetimeMs });
    },
  };
};

const hashed = (text: string): string => createHash('sha256').update(text).digest('base64url');
