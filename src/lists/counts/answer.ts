import type { ApiName } from '../../clouds/endpoints.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { GatewayError } from '../../errors.ts';
import type { TenantFailure } from '../connection.ts';
import type { CountedRows } from './by-rows.ts';
import type { TallyRow } from './tally.ts';

/** A group of an answer. */
export interface CountRow extends TallyRow {
  /** Whose rows they are; `null`: of all tenants together. */
  readonly tenant: Tenant | null;
  /** There may be more: a limit cut the look, or a tenant that is counted in could not answer. */
  readonly atLeast: boolean;
}

/** What was counted in one tenant. */
export interface TenantCount extends CountedRows {
  readonly tenant: Tenant;
  readonly api: ApiName;
  /** Who counted: Microsoft's service, or the gateway, which read the rows. */
  readonly method: 'SERVICE' | 'ROWS';
}

/** Counts over tenants. */
export interface Counts {
  readonly rows: readonly CountRow[];
  readonly tenants: readonly TenantCount[];
  /** `null`: it is not known. */
  readonly total: number | null;
  readonly failures: readonly TenantFailure[];
  /** Set when every tenant that was asked failed: no rows is then no answer. */
  readonly unanswered?: GatewayError;
  readonly missing: readonly TenantFailure[];
  /** Why rows may not be counted in; `null`: they all are. */
  readonly truncation: string | null;
}
