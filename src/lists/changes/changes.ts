import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { Alert } from '../../domain/alert.ts';
import type { AlertFilter, IncidentFilter } from '../../domain/filters.ts';
import type { Incident } from '../../domain/incident.ts';
import { compareTimes } from '../../domain/time.ts';
import { type GatewayError, InputError } from '../../errors.ts';
import { boundTo, isRepointed, repointed } from '../bound.ts';
import type { TenantFailure } from '../connection.ts';
import { type Cursors, questionOf } from '../cursor.ts';
import { type AllRows, choiceOf, type ListArguments, type ListAsking } from '../lists.ts';
import { pageArguments } from '../page-arguments.ts';
import type { Places } from '../places.ts';
import type { Rows } from '../rows.ts';
import { unansweredOf } from '../unanswered.ts';
import { type ChangePlace, type Marked, markOf, placeBehind } from './place.ts';

type Asked<T> = T | null | undefined;

/** What `changes` tells of. */
export type ChangedType = 'INCIDENT' | 'ALERT';

/** Which changes, and from where on. */
export interface ChangesQuestion extends Pick<ListArguments<unknown>, 'tenants' | 'tenantTags' | 'first' | 'after'> {
  readonly types: readonly ChangedType[];
  readonly incidentFilter?: Asked<IncidentFilter>;
  readonly alertFilter?: Asked<AlertFilter>;
  readonly since?: Asked<string>;
  readonly lookBackMinutes: number;
}

/** An incident or alert as it is after a change. */
export interface Change {
  readonly type: ChangedType;
  readonly tenant: string;
  readonly updatedAt: string;
  readonly incident: Incident | null;
  readonly alert: Alert | null;
}

/** Changes since a cursor. */
export interface ChangePage {
  readonly nodes: readonly Change[];
  readonly cursor: () => string;
  readonly hasMore: boolean;
  readonly failures: readonly TenantFailure[];
  readonly unanswered?: GatewayError;
}

export type AskChanges = (asking: ListAsking, asked: ChangesQuestion) => Promise<ChangePage>;

/** What the feed is made of. */
interface ChangeParts {
  readonly allRows: Pick<AllRows, 'incidents' | 'alerts'>;
  readonly cursors: Cursors;
  readonly clock: Clock;
  readonly limits: { readonly pageSize: number };
}

type ChangePlaces = Extract<Places, { kind: 'changes' }>;
type Found = Change & Marked;

/** What was read of one type. */
interface Read {
  readonly type: ChangedType;
  readonly tenants: readonly Tenant[];
  readonly found: readonly Found[];
  readonly failures: readonly TenantFailure[];
  /** Tenants some of whose changes may be missing. */
  readonly partial: readonly TenantFailure[];
}

/** Where each tenant is read from; null: it is not read. */
type FromOf = (type: ChangedType, tenant: Tenant) => string;

/** Marks of all places together: so many fit into a cursor. */
const marksTogether = 4000;
/** Marks that each place may have, however many there are. */
const leastMarks = 20;

const longestLookBack = 240;

/** Reads what changed of one type. The permission and the filter are checked before anything is read. */
const reader =
  <T>(type: ChangedType, rows: Rows<T>, changeOf: (row: T) => (Change & { readonly id: string }) | null) =>
  async (): Promise<Read> => {
    const found: Found[] = [];
    for await (const batch of rows.batches)
      for (const row of batch) {
        const change = changeOf(row);
        if (change !== null) found.push({ ...change, mark: markOf(change.id, change.updatedAt) });
      }
    const { failures, remarks, missing } = rows.end();
    return { type, tenants: rows.tenants, found, failures, partial: [...missing, ...remarks] };
  };

const readers: Readonly<
  Record<
    ChangedType,
    (allRows: ChangeParts['allRows'], asking: ListAsking, asked: ChangesQuestion, from: FromOf) => () => Promise<Read>
  >
> = {
  INCIDENT: (allRows, asking, { tenants, tenantTags, incidentFilter: filter }, from) =>
    reader(
      'INCIDENT',
      allRows.incidents(asking, { tenants, tenantTags, filter }, (tenant) => ({
        updatedAfter: from('INCIDENT', tenant),
      })),
      (incident) => {
        const { incidentId: id, tenant, updatedAt } = incident;
        return updatedAt === null ? null : { id, type: 'INCIDENT', tenant, updatedAt, incident, alert: null };
      },
    ),
  ALERT: (allRows, asking, { tenants, tenantTags, alertFilter: filter }, from) =>
    reader(
      'ALERT',
      allRows.alerts(asking, { tenants, tenantTags, filter }, (tenant) => ({ updatedAfter: from('ALERT', tenant) })),
      (alert) => {
        const { alertId: id, tenant, updatedAt } = alert;
        return updatedAt === null ? null : { id, type: 'ALERT', tenant, updatedAt, incident: null, alert };
      },
    ),
};

/** Throws `BAD_USER_INPUT` for what the cursor alone says. */
const check = (asked: ChangesQuestion): void => {
  const { types, since, after, lookBackMinutes } = asked;
  if (types.length === 0) throw new InputError('types: an empty list has nothing to tell of', { field: 'types' });
  if (since != null && after != null)
    throw new InputError('since: the cursor says where to go on; give since or after', { field: 'since' });
  if (!Number.isInteger(lookBackMinutes) || lookBackMinutes < 0 || lookBackMinutes > longestLookBack)
    throw new InputError(`lookBackMinutes: ${lookBackMinutes} is not between 0 and ${longestLookBack}`, {
      field: 'lookBackMinutes',
    });
  for (const name of ['incidentFilter', 'alertFilter'] as const)
    for (const field of ['updatedAfter', 'updatedBefore'] as const)
      if (asked[name]?.[field] != null)
        throw new InputError(`${name}.${field}: the cursor says from when on; begin with since`, {
          field: `${name}.${field}`,
        });
};

const inOrder = (a: Found, b: Found): number =>
  compareTimes(a.updatedAt, b.updatedAt) ||
  Number(a.type > b.type) - Number(a.type < b.type) ||
  Number(a.tenant > b.tenant) - Number(a.tenant < b.tenant) ||
  Number(a.mark > b.mark) - Number(a.mark < b.mark);

const keyOf = (type: ChangedType, tenant: string): string => `${type} ${tenant}`;

/** Changes since a cursor, over the tenants in which a caller has the permission of each type. */
export const createChanges =
  ({ allRows, cursors, clock, limits }: ChangeParts): AskChanges =>
  async (asking, asked) => {
    check(asked);
    const { first, after } = pageArguments(asked, limits.pageSize);
    const types = [...new Set(asked.types)].toSorted();
    const { incidentFilter, alertFilter } = asked;
    const { scopeHash } = asking.access.caller;
    const question = questionOf('changes', types, choiceOf(asked), incidentFilter, alertFilter, scopeHash);
    const now = new Date(clock.now()).toISOString();
    const before = after === null ? null : placesOf(cursors.decode(after, question));
    const begin = before?.at ?? asked.since ?? now;
    const placeIn = (type: ChangedType, tenant: string): ChangePlace =>
      before?.places[keyOf(type, tenant)] ?? { from: begin, given: [] };

    const open = types.map((type) =>
      readers[type](allRows, asking, asked, (of, tenant) => placeIn(of, tenant.name).from),
    );
    const reads = await Promise.all(open.map((read) => read()));

    const repointedOf = (tenants: readonly Tenant[]): readonly TenantFailure[] =>
      tenants.flatMap((tenant) => (isRepointed(tenant, before?.bound) ? [{ tenant, error: repointed(tenant) }] : []));
    const answered = reads.map((read) => {
      const failures = [...read.failures, ...repointedOf(read.tenants)];
      const failed = new Set(failures.map(({ tenant }) => tenant.name));
      return { ...read, failures, tenants: read.tenants.filter(({ name }) => !failed.has(name)), failed };
    });
    const fresh = answered
      .flatMap(({ type, found, failed }) =>
        found.filter(({ tenant, mark }) => !failed.has(tenant) && !placeIn(type, tenant).given.includes(mark)),
      )
      .toSorted(inOrder);
    const told = fresh.slice(0, first);
    const left = fresh.slice(first);

    const bounds = {
      now,
      lookBackMs: asked.lookBackMinutes * 60_000,
      marks: Math.max(leastMarks, Math.floor(marksTogether / Math.max(1, count(answered)))),
    };
    const placesNow = (): ChangePlaces => {
      const [toldBy, leftBy, foundBy] = [told, left, answered.flatMap(({ found }) => found)].map(grouped);
      const places: Record<string, ChangePlace> = { ...before?.places };
      for (const { type, tenants, partial } of answered) {
        const inPart = new Set(partial.map(({ tenant }) => tenant.name));
        for (const { name } of tenants) {
          const key = keyOf(type, name);
          const newest = inPart.has(name) ? null : newestOf(foundBy?.get(key) ?? []);
          const read = { told: toldBy?.get(key) ?? [], left: leftBy?.get(key) ?? [], newest };
          places[key] = placeBehind(placeIn(type, name), read, bounds);
        }
      }
      const bound = { ...boundTo(answered.flatMap(({ tenants }) => tenants)), ...before?.bound };
      return { kind: 'changes', at: now, places, bound };
    };

    const failures = answered.flatMap((read) => read.failures);
    const unanswered = count(answered) === 0 ? unansweredOf(failures) : undefined;
    return {
      nodes: told,
      cursor: () => cursors.encode(placesNow(), question),
      hasMore: left.length > 0,
      failures: [...failures, ...answered.flatMap(({ partial }) => partial)].toSorted((a, b) =>
        a.tenant.name < b.tenant.name ? -1 : Number(a.tenant.name > b.tenant.name),
      ),
      ...(unanswered === undefined ? {} : { unanswered }),
    };
  };

const newestOf = (found: readonly Found[]): string | null =>
  found.reduce<string | null>(
    (latest, { updatedAt }) => (compareTimes(updatedAt, latest) > 0 ? updatedAt : latest),
    null,
  );

const count = (reads: readonly Pick<Read, 'tenants'>[]): number =>
  reads.reduce((sum, { tenants }) => sum + tenants.length, 0);

const grouped = (found: readonly Found[]): ReadonlyMap<string, readonly Found[]> =>
  Map.groupBy(found, ({ type, tenant }) => keyOf(type, tenant));

const placesOf = (places: Places): ChangePlaces => {
  if (places.kind !== 'changes') throw new InputError('after: not a cursor of changes', { field: 'after' });
  return places;
};
