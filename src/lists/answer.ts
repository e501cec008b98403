import type { Tenant } from '../config/tenants.ts';
import { UpstreamError } from '../errors.ts';
import { rowErrorOf } from '../log/row-error.ts';
import { boundTo, isRepointed, repointed } from './bound.ts';
import type { Connection, TenantFailure } from './connection.ts';
import type { Places, TenantPlace } from './places.ts';
import type { Mark } from './position.ts';
import { type ListQuestion, openStream } from './question.ts';
import type { Cut, ScanBounds, TenantStream } from './tenant-stream.ts';
import { unansweredOf } from './unanswered.ts';

/** A page of an answer while it is made, over several tenants. */
export interface Answer<T> {
  /** Tenants that have rows left or were not begun, by name. */
  readonly tenants: readonly Tenant[];
  /** Rows of a tenant that lie before the page, in a list without an order. */
  passed(tenant: Tenant): number;
  /** Whether rows are still wanted, and how many. */
  wanted(): number;
  /** Opens a tenant; `null`: it failed. */
  open(tenant: Tenant, top: number): Promise<TenantStream<T> | null>;
  /** What a stream has next; `null`: nothing, or it failed. */
  next(stream: TenantStream<T>, wanted: number): ReturnType<TenantStream<T>['peek']>;
  take(stream: TenantStream<T>, row: T): void;
  /** `unbegun`: whether some tenant was not begun, so that there may be more. */
  connection(unbegun: boolean): Connection<T>;
}

/** Where a tenant stands once so many rows are given. */
interface Event {
  readonly rows: number;
  readonly tenant: string;
  readonly mark: Mark | null;
}

type PlaceMarks = Record<string, Mark | null>;

/** A tenant that fails is a row of `failures`; its place stays where it was, so that the next page tries it again. */
export const createAnswer = <F, T>(asked: ListQuestion<F, T>): Answer<T> => {
  const { page, cursors, question } = asked;
  const { tenants: before, bound } =
    page.after === null ? noPlaces : tenantPlaces(cursors.decode(page.after, question));
  const failures: TenantFailure[] = [];
  const failed = new Set<string>();
  const streams: TenantStream<T>[] = [];
  const rows: T[] = [];
  const events: Event[] = [];
  const ended = new Set<string>();
  let attempted = 0;

  const fail = (tenant: Tenant, thrown: unknown): null => {
    asked.scope.signal.throwIfAborted();
    failed.add(tenant.name);
    failures.push({ tenant, error: rowErrorOf(thrown, asked.log, { tenant: tenant.name }) });
    return null;
  };

  const left = asked.tenants.filter((tenant) => {
    if (!isRepointed(tenant, bound)) return before[tenant.name] !== null;
    attempted += 1;
    fail(tenant, repointed(tenant));
    return false;
  });
  const boundNow = { ...boundTo(asked.tenants), ...bound };

  /** Notes the end of a list, so that no later page asks for it. */
  const noted = <H>(stream: TenantStream<T>, head: H | null): H | null => {
    const { name } = stream.tenant;
    if (head === null && !stream.mayHaveMore() && !ended.has(name)) {
      ended.add(name);
      events.push({ rows: rows.length, tenant: name, mark: null });
    }
    return head;
  };

  const startMarks = (): PlaceMarks => ({
    ...Object.fromEntries(Object.entries(before).map(([name, place]) => [name, place && (() => place)])),
    ...Object.fromEntries(streams.map(({ tenant, start }) => [tenant.name, start])),
  });
  const written = (marks: PlaceMarks): Places => {
    const tenants: Record<string, TenantPlace | null> = {};
    const of: Record<string, string> = {};
    for (const [name, mark] of Object.entries(marks)) {
      const place = mark === null ? null : mark();
      const directory = boundNow[name];
      if (place !== undefined) tenants[name] = place;
      if (place !== undefined && directory !== undefined) of[name] = directory;
    }
    return { kind: 'tenants', tenants, bound: of };
  };

  /** Cursors are mostly asked for from the first row to the last: each goes on where the one before it ended. */
  let reached = { marks: startMarks(), events: 0, rows: 0 };
  const cursorBehind = (count: number): string => {
    if (count < reached.rows || reached.rows === 0) reached = { marks: startMarks(), events: 0, rows: 0 };
    for (
      let event = events[reached.events];
      event !== undefined && event.rows <= count;
      event = events[reached.events]
    ) {
      reached.marks[event.tenant] = event.mark;
      reached.events += 1;
    }
    reached.rows = count;
    return cursors.encode(written(reached.marks), question);
  };

  const endPlaces = (): Places => {
    const marks = startMarks();
    for (const stream of streams) {
      const place = stream.place();
      marks[stream.tenant.name] = place === null ? null : () => place;
    }
    return written(marks);
  };

  return {
    tenants: left.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    passed: ({ name }) => {
      const place = before[name];
      return place?.kind === 'skip' ? place.skip : 0;
    },
    wanted: () => page.first - rows.length,
    open: async (tenant, top) => {
      attempted += 1;
      try {
        const stream = await openStream(asked, tenant, { place: before[tenant.name] ?? undefined, top });
        streams.push(stream);
        return stream;
      } catch (thrown) {
        return fail(tenant, thrown);
      }
    },
    next: (stream, wanted) => {
      const head = stream.peek(wanted);
      if (!(head instanceof Promise)) return noted(stream, head);
      return head.then(
        (found) => noted(stream, found),
        (thrown: unknown) => fail(stream.tenant, thrown),
      );
    },
    take: (stream, row) => {
      const { name } = stream.tenant;
      rows.push(row);
      events.push({ rows: rows.length, tenant: name, mark: stream.take() });
    },
    connection: (unbegun) => {
      const hasNextPage = unbegun || streams.map((stream) => stream.mayHaveMore()).includes(true);
      const unanswered = rows.length === 0 && failed.size === attempted ? unansweredOf(sorted(failures)) : undefined;
      const remarks = streams.flatMap((stream) => stream.remarks().map((remark) => remarkOf(stream.tenant, remark)));
      const truncation = truncationOf(streams, asked.bounds);
      const isWhole =
        page.after === null && !hasNextPage && truncation === null && failures.length + remarks.length === 0;
      return {
        items: rows.map((node, index) => ({ node, cursor: () => cursorBehind(index + 1) })),
        hasNextPage,
        hasPreviousPage: page.after !== null,
        totalCount: isWhole ? rows.length : null,
        endCursor: () => (rows.length === 0 && !hasNextPage ? page.after : cursors.encode(endPlaces(), question)),
        failures: sorted([...failures, ...remarks]),
        ...(unanswered === undefined ? {} : { unanswered }),
        missing: missingIn(streams),
        truncation,
      };
    },
  };
};

type TenantPlaces = Omit<Extract<Places, { kind: 'tenants' }>, 'kind'>;

const noPlaces: TenantPlaces = { tenants: {} };

const tenantPlaces = (places: Places): TenantPlaces => (places.kind === 'tenants' ? places : noPlaces);

/** By tenant: the same whatever order they answered in. */
export const sorted = (failures: readonly TenantFailure[]): TenantFailure[] =>
  failures.toSorted((a, b) => (a.tenant.name < b.tenant.name ? -1 : a.tenant.name > b.tenant.name ? 1 : 0));

/** The tenants that answered without some of their rows. */
export const missingIn = <T>(streams: readonly TenantStream<T>[]): readonly TenantFailure[] =>
  sorted(streams.flatMap((stream) => stream.missing() ?? []));

/** What is missing, a sentence a tenant. */
export const wordsOf = (missing: readonly TenantFailure[]): readonly string[] =>
  sorted(missing).map(({ error }) => error.message);

/** What a tenant's service did beside answering, as a failure beside its rows. */
export const remarkOf = (tenant: Tenant, remark: string): TenantFailure => ({
  tenant,
  error: new UpstreamError('UPSTREAM_REJECTED', remark, { tenant: tenant.name }),
});

const reasons: Readonly<Record<Cut, (bounds: ScanBounds) => string>> = {
  rows: ({ rows }) => `${rows} rows were looked at (limits.maxRowsScanned)`,
  calls: ({ calls }) => `${calls} pages were read (limits.scanCalls)`,
};

/** Which bound ended the look in which tenants, and what is not listed; null: it is all there. */
export const truncationOf = <T>(streams: readonly TenantStream<T>[], bounds: ScanBounds): string | null => {
  const told = (['rows', 'calls'] as const).flatMap((cut) => {
    const names = streams.filter((stream) => stream.cut() === cut).map(({ tenant }) => tenant.name);
    return names.length === 0 ? [] : [reasons[cut](bounds).replace(' (', ` in ${names.toSorted().join(', ')} (`)];
  });
  const cut = told.length === 0 ? [] : [`${told.join('; ')}; go on with after: endCursor, or narrow the filter`];
  return [...cut, ...wordsOf(missingIn(streams))].join('. ') || null;
};
