import type { Tenant } from '../config/tenants.ts';
import { rowErrorOf } from '../log/row-error.ts';
import { missingIn, remarkOf, sorted, truncationOf } from './answer.ts';
import { byKey } from './arranged.ts';
import type { Connection, TenantFailure } from './connection.ts';
import { createHeap } from './heap.ts';
import { openStream, type RowsQuestion } from './question.ts';
import { readSorted } from './sorted.ts';
import type { Head, TenantStream } from './tenant-stream.ts';

/** What rows that came to their end could not tell: whose are missing, and which limit left some out. */
export interface RowsEnd extends Pick<Connection<unknown>, 'failures' | 'truncation'> {
  /** What services did beside giving rows: their tenants have not failed, though some of their rows may be missing. */
  readonly remarks: readonly TenantFailure[];
  /** Tenants that answered without rows that another of their APIs would have. */
  readonly missing: readonly TenantFailure[];
}

/**
 * Rows of a list over tenants as they come, some at a time. A tenant that fails costs its own rows. The next page is read while
 * what came before is taken, and no further one.
 */
export interface Rows<T> {
  readonly tenants: readonly Tenant[];
  readonly batches: AsyncGenerator<readonly T[], void, void>;
  /** As far as they were read. */
  end(): RowsEnd;
}

/** Rows that are given at once, at most. */
const batchRows = 500;

/** How much more a tenant is asked for each time that its rows are used up, and how many rows all tenants may have at hand. */
const growth = { times: 4, together: 20_000 } as const;

/** What rows of several tenants have in common: the streams that were opened, and who failed. */
const createTold = <F, T>(asked: RowsQuestion<F, T>) => {
  const streams: TenantStream<T>[] = [];
  const failures: TenantFailure[] = [];
  return {
    open: (tenant: Tenant): Promise<TenantStream<T>> => openStream(asked, tenant, { top: asked.page.first }),
    /** Its rows are taken from now on: what it said is told. */
    begin: (stream: TenantStream<T>): void => void streams.push(stream),
    fail: (tenant: Tenant, thrown: unknown): void => {
      asked.scope.signal.throwIfAborted();
      failures.push({ tenant, error: rowErrorOf(thrown, asked.log, { tenant: tenant.name }) });
    },
    end: (): RowsEnd => ({
      failures: sorted(failures),
      remarks: sorted(streams.flatMap((stream) => stream.remarks().map((remark) => remarkOf(stream.tenant, remark)))),
      missing: missingIn(streams),
      truncation: truncationOf(streams, asked.bounds),
    }),
  };
};

type Told<T> = ReturnType<typeof createTold<unknown, T>>;

/** What a stream has next, as a promise only where it has to be waited for. */
const nextOf = <T>(stream: TenantStream<T>, wanted: number) => {
  const next = stream.peek(wanted);
  // It may fail while nobody waits for it.
  if (next instanceof Promise) next.catch(() => {});
  return next;
};

async function* merged<T>(
  told: Told<T>,
  { tenants, page: { first } }: Pick<RowsQuestion<unknown, T>, 'tenants' | 'page'>,
): AsyncGenerator<readonly T[], void, void> {
  const most = Math.max(first, Math.floor(growth.together / Math.max(1, tenants.length)));
  const heap = createHeap<{ readonly stream: TenantStream<T>; readonly head: Head<T>; readonly wanted: number }>(
    (a, b) => {
      const byTime = byKey(a.head.key, b.head.key);
      return byTime === 0 ? a.stream.tenant.name < b.stream.tenant.name : byTime < 0;
    },
  );
  await Promise.all(
    tenants.map(async (tenant) => {
      try {
        const stream = await told.open(tenant);
        told.begin(stream);
        const head = await stream.peek(first);
        if (head !== null) heap.push({ stream, head, wanted: first });
      } catch (thrown) {
        told.fail(tenant, thrown);
      }
    }),
  );
  let batch: T[] = [];
  for (let entry = heap.pop(); entry !== undefined; entry = heap.pop()) {
    const { stream } = entry;
    batch.push(entry.head.row);
    stream.take();
    const wanted = Math.min(most, entry.wanted * growth.times);
    const next = nextOf(stream, wanted);
    if (next instanceof Promise || batch.length >= batchRows) {
      yield batch;
      batch = [];
    }
    try {
      const head = next instanceof Promise ? await next : next;
      if (head !== null) heap.push({ stream, head, wanted: next instanceof Promise ? wanted : entry.wanted });
    } catch (thrown) {
      told.fail(stream.tenant, thrown);
    }
  }
  if (batch.length > 0) yield batch;
}

/** The rows of one tenant. */
async function* batchesOf<T>(stream: TenantStream<T>, wanted: number): AsyncGenerator<readonly T[], void, void> {
  let batch: T[] = [];
  for (;;) {
    const next = nextOf(stream, wanted);
    if (batch.length > 0 && (next instanceof Promise || batch.length >= batchRows)) {
      yield batch;
      batch = [];
    }
    const head = next instanceof Promise ? await next : next;
    if (head === null) break;
    batch.push(head.row);
    stream.take();
  }
  if (batch.length > 0) yield batch;
}

async function* inTurn<T>(
  told: Told<T>,
  { tenants, page: { first } }: Pick<RowsQuestion<unknown, T>, 'tenants' | 'page'>,
  ahead: number,
): AsyncGenerator<readonly T[], void, void> {
  const left = tenants.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const opened: { readonly tenant: Tenant; readonly opening: Promise<TenantStream<T>> }[] = [];
  const openMore = (): void => {
    for (const tenant of left.splice(0, 1 + ahead - opened.length)) {
      const opening = told.open(tenant);
      // It may fail before its turn, which may never come.
      opening.catch(() => {});
      opened.push({ tenant, opening });
    }
  };
  openMore();
  for (let next = opened.shift(); next !== undefined; next = opened.shift()) {
    try {
      const stream = await next.opening;
      told.begin(stream);
      yield* batchesOf(stream, first);
    } catch (thrown) {
      told.fail(next.tenant, thrown);
    }
    openMore();
  }
}

/** Lists with times: newest first over all tenants, which are opened at once. Calls: one a tenant and page. */
export const mergedRows = <F, T>(asked: RowsQuestion<F, T>): Rows<T> => {
  const told = createTold(asked);
  return { tenants: asked.tenants, batches: merged(told, asked), end: told.end };
};

/**
 * Lists without an order: tenant by tenant, by name. `ahead`: how many are opened while one is read, each of which has a page at hand
 * then; what nobody takes of it was asked for in vain. Calls: one a page, and one at the end of a list without links.
 */
export const rowsInTurn = <F, T>(asked: RowsQuestion<F, T>, ahead: number): Rows<T> => {
  const told = createTold(asked);
  return { tenants: asked.tenants, batches: inTurn(told, asked, ahead), end: told.end };
};

/** An order that the gateway makes: each tenant is read first, up to the bound of rows. */
export const sortedRows = <F, T>(asked: RowsQuestion<F, T>, compare: (a: T, b: T) => number): Rows<T> => {
  let end: RowsEnd = { failures: [], remarks: [], missing: [], truncation: null };
  async function* batches(): AsyncGenerator<readonly T[], void, void> {
    const { rows, ...told } = await readSorted(asked, compare);
    end = {
      failures: told.failures,
      remarks: told.remarks,
      missing: told.missing,
      truncation: told.truncation,
    };
    for (let at = 0; at < rows.length; at += batchRows) yield rows.slice(at, at + batchRows).map(({ node }) => node);
  }
  return { tenants: asked.tenants, batches: batches(), end: () => end };
};
