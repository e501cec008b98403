import type { Tenant } from '../config/tenants.ts';
import { rowErrorOf } from '../log/row-error.ts';
import { connectionOfArray } from './array.ts';
import type { Connection, TenantFailure } from './connection.ts';
import { type MergedQuestion, openStream } from './merged.ts';

/**
 * A list in an order that Microsoft does not offer: up to `scanLimit` rows of each tenant are read and sorted here, again
 * for every page. Upstream calls: one a tenant and upstream page (10,000 rows of MDE, 100 incidents of M365D).
 */
export const sortedConnection = async <F extends object, T>(
  asked: MergedQuestion<F, T>,
  compare: (a: T, b: T) => number,
): Promise<Connection<T>> => {
  const failures: TenantFailure[] = [];
  const cut: string[] = [];

  const rowsOf = async (tenant: Tenant): Promise<T[]> => {
    const rows: T[] = [];
    try {
      const whole = { ...asked, page: { first: asked.scanLimit, after: null } };
      const stream = await openStream(whole, tenant, undefined);
      for (let row = await stream.peek(); row !== null; row = await stream.peek()) {
        if (rows.length >= asked.scanLimit) {
          cut.push(tenant.name);
          break;
        }
        rows.push(row);
        stream.take();
      }
      if (stream.cut()) cut.push(tenant.name);
    } catch (error) {
      asked.scope.signal.throwIfAborted();
      failures.push({ tenant, error: rowErrorOf(error, asked.log, { tenant: tenant.name }) });
    }
    return rows;
  };

  const rows = (await Promise.all(asked.tenants.map(rowsOf))).flat();
  // Equal rows keep the tenants' order: the sort is stable.
  const connection = connectionOfArray(rows.toSorted(compare), asked.page, asked.cursors, () => asked.question);
  return {
    ...connection,
    failures,
    truncation:
      cut.length === 0
        ? null
        : `Only ${asked.scanLimit} rows of ${cut.join(', ')} were sorted (limits.maxRowsScanned); narrow the filter or leave orderBy out`,
  };
};
