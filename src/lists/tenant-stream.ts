import type { ApiName } from '../clouds/endpoints.ts';
import type { Tenant } from '../config/tenants.ts';
import type { TenantFailure } from './connection.ts';
import type { TenantPlace } from './places.ts';
import type { Mark } from './position.ts';

/** The next row of a stream; `key` orders it among other tenants' rows. */
export interface Head<T> {
  readonly row: T;
  readonly key: string | null;
}

/** Which bound ended a scan: rows that were looked at in vain, or pages that were read. */
export type Cut = 'rows' | 'calls';

/** One tenant's list, row by row, with the place of each. */
export interface TenantStream<T> {
  readonly tenant: Tenant;
  /** The API that the rows come from. */
  readonly api: ApiName;
  /** Where it was opened. */
  readonly start: Mark;
  /**
   * The next row that meets the filter and is seen, without taking it; `null` at the end, or when a bound was reached. No
   * promise when it is at hand. `wanted`: rows that are worth reading when a page has to be read.
   */
  peek(wanted: number): Head<T> | null | Promise<Head<T> | null>;
  /** Takes the row that `peek` showed; the place behind it. */
  take(): Mark;
  /** Rows that were read and not passed. */
  atHand(): number;
  /** What they are ordered by. */
  keysAtHand(): readonly (string | null)[];
  /** Reads the next page while the rows at hand are taken: what it brings, or fails with, comes behind them. */
  readAhead(wanted: number): void;
  /** Whether the next page is asked for already. */
  isReadAhead(): boolean;
  /** Where the list stands now, behind rows that were looked at in vain; `null` when it was read to its end. */
  place(): TenantPlace | null | undefined;
  /** Whether there may be more rows, known without a call. */
  mayHaveMore(): boolean;
  /** Why `peek` gave up before the end. */
  cut(): Cut | null;
  /** What the last row at hand is ordered by: no row that is still to come is before it. */
  reached(): string | null;
  /** What the list said beside its rows. */
  remarks(): readonly string[];
  /** Why rows are not in the list; null: none are missing. */
  missing(): TenantFailure | null;
}

/** How far a list is looked through for one page of an answer. */
export interface ScanBounds {
  /** Rows that may be looked at in vain. */
  readonly rows: number;
  /** Upstream pages that may be read where rows have to be looked for. */
  readonly calls: number;
}
