import type { Judge } from '../access/visibility.ts';
import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import type { Entity } from '../entities/entity.ts';
import type { Log } from '../log.ts';
import type { Expansion, ListOpening, OpenRows } from '../routing/opened-list.ts';
import type { CallScope } from '../scope.ts';
import type { Cursors } from './cursor.ts';
import type { PageArguments } from './page-arguments.ts';
import { startAt, type TenantPlace } from './places.ts';
import { createStream } from './stream.ts';
import type { ScanBounds, TenantStream } from './tenant-stream.ts';
import { createTenantTime } from './tenant-time.ts';

/** A kind of list: how it is opened in a tenant, and how its rows are told apart and ordered. */
interface ListKind<F, T> extends Pick<Entity<T>, 'idOf' | 'timeOf'> {
  readonly open: OpenRows<F, T>;
}

/** Whose rows are asked for, and which. */
export interface RowsQuestion<F, T> {
  readonly kind: ListKind<F, T>;
  readonly tenants: readonly Tenant[];
  readonly filter: F;
  /** What else is wanted with the rows. */
  readonly expand?: readonly Expansion[];
  /** Rows that are wanted at once. */
  readonly page: Pick<PageArguments, 'first'>;
  readonly scope: CallScope;
  readonly clock: Clock;
  readonly log: Log;
  /** In each tenant. */
  readonly bounds: ScanBounds;
  /** Whether rows are only counted. */
  readonly bare?: boolean;
  /** What picks the rows that the caller sees in a tenant; absent or `null`: all. */
  readonly judge?: (tenant: Tenant) => Judge<T> | null;
}

/** One question over tenants, for a page of them. */
export interface ListQuestion<F, T> extends RowsQuestion<F, T> {
  readonly page: PageArguments;
  /** Identifies the question to its cursors. */
  readonly question: string;
  readonly cursors: Cursors;
}

/** What of a question opens a tenant's list. */
export type StreamQuestion<F, T> = Omit<RowsQuestion<F, T>, 'log'>;

/** Rows that are judged together, at least: few calls, and not many for rows that nobody will look at. */
const leastJudged = 100;

/** Opens a tenant's list at its place. Upstream calls: one, and one for each further page. */
export const openStream = async <F, T>(
  asked: StreamQuestion<F, T>,
  tenant: Tenant,
  { place, top, whole = false }: { place?: TenantPlace | undefined; top: number; whole?: boolean },
): Promise<TenantStream<T>> => {
  const { kind, filter, page } = asked;
  const judge = asked.judge?.(tenant) ?? null;
  const time = createTenantTime(tenant.name, asked.scope, asked.clock);
  const openAt = (at: TenantPlace | undefined, wanted: number) => {
    const opening: ListOpening = {
      from: startAt(at),
      top: wanted,
      thinned: judge !== null,
      expand: asked.expand ?? [],
      bare: asked.bare ?? false,
      ...(at === undefined ? {} : { api: at.api }),
    };
    return kind.open(tenant, filter, opening, time.scope);
  };
  return createStream({
    tenant,
    opened: await time.within(() => openAt(place, top)),
    from: place,
    top,
    idOf: kind.idOf,
    timeOf: kind.timeOf,
    judge,
    judgedTogether: Math.max(leastJudged, page.first),
    bounds: asked.bounds,
    whole,
    reopen: asked.tenants.length > 1 ? openAt : null,
    within: time.within,
  });
};
