import type { ApiName } from '../../clouds/endpoints.ts';
import type { Tenant } from '../../config/tenants.ts';
import { GatewayError } from '../../errors.ts';
import type { TenantFailure } from '../connection.ts';
import { openStream, type StreamQuestion } from '../question.ts';
import { createTally, type Tally } from './tally.ts';

/** What was counted in a tenant by reading its list. */
export interface CountedRows {
  readonly api: ApiName;
  readonly tally: Tally;
  /** Why there may be more: a bound, the request's budget, or what `remarks` and `missing` say; `null`: that is all. */
  readonly cut: 'pages' | 'budget' | 'rest' | null;
  readonly remarks: readonly string[];
  readonly missing: TenantFailure | null;
}

/** Rows of a page: each API cuts it to its own largest. */
const largestPage = 1_000_000;

/**
 * Reads the list of a tenant, row by row, without keeping any: at most as many pages as the bound says. Rows that the caller does
 * not see are not counted. Where the request's budget of calls or bytes ends meanwhile, what was read stands.
 */
export const countedByRows = async <F, T>(
  asked: StreamQuestion<F, T>,
  tenant: Tenant,
  keyOf: (row: T) => string | null,
): Promise<CountedRows> => {
  const stream = await openStream(asked, tenant, { top: largestPage, whole: true });
  const tally = createTally();
  let isSpent = false;
  try {
    for (;;) {
      const next = stream.peek(largestPage);
      const head = next instanceof Promise ? await next : next;
      if (head === null) break;
      tally.add(keyOf(head.row));
      stream.take();
    }
  } catch (error) {
    if (!(error instanceof GatewayError && error.code === 'QUERY_TOO_EXPENSIVE')) throw error;
    isSpent = true;
  }
  const remarks = stream.remarks();
  const missing = stream.missing();
  const isWhole = remarks.length === 0 && missing === null;
  const cut = isSpent ? 'budget' : stream.cut() !== null ? 'pages' : isWhole ? null : 'rest';
  return { api: stream.api, tally, cut, remarks, missing };
};
