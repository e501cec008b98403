import { GatewayError } from '../../errors.ts';
import type { CountRows } from '../../routing/graph-counts.ts';
import type { Connection } from '../connection.ts';
import type { ListQuestion } from '../question.ts';
import { createTenantTime } from '../tenant-time.ts';

/**
 * A page that can be asked how many rows its list has, in all of its tenants together. `null` where one tenant does not tell, where
 * one failed or was not read to where it should be, and where the caller is shown some rows alone, since Microsoft counts all.
 *
 * Upstream calls: one a tenant, when it is asked; none where all rows are at hand.
 */
export const withCount = <F, T>(
  page: Connection<T>,
  { tenants, filter, judge, scope, clock }: ListQuestion<F, T>,
  count: CountRows<F> | undefined,
): Connection<T> => {
  const isPart = page.failures.length > 0 || page.truncation !== null;
  if (count === undefined || isPart || tenants.some((tenant) => judge?.(tenant) != null)) return page;
  const countIn = async (tenant: ListQuestion<F, T>['tenants'][number]): Promise<number | null> => {
    const time = createTenantTime(tenant.name, scope, clock);
    try {
      return (await time.within(() => count(tenant, [filter], time.scope)))?.[0] ?? null;
    } catch (error) {
      scope.signal.throwIfAborted();
      // The rows are there: that they cannot be counted is no fault of theirs.
      if (error instanceof GatewayError) return null;
      throw error;
    }
  };
  return {
    ...page,
    count: async () => {
      const counts = await Promise.all(tenants.map(countIn));
      let sum = 0;
      for (const one of counts) {
        if (one === null) return null;
        sum += one;
      }
      // Fewer than are on the page: it is something else that was counted.
      return sum < page.items.length ? null : sum;
    },
  };
};
