import type { ApiName } from '../clouds/endpoints.ts';
import type { Tenant } from '../config/tenants.ts';
import type { HuntColumn, HuntRowsText } from '../domain/hunt.ts';
import type { GatewayError } from '../errors.ts';
import type { HuntPart } from '../routing/hunting.ts';
import type { HuntedTable } from './named.ts';

/** How one tenant answered. */
export interface HuntTenantAnswer {
  readonly tenant: Tenant;
  readonly api: ApiName | null;
  readonly rowCount: number;
  readonly truncation: string | null;
  readonly elapsedMs: number;
  readonly stats: unknown;
  readonly error: GatewayError | null;
  /** What it answered, where rows of all tenants are kept. */
  readonly table?: HuntedTable;
}

/** The rows of all tenants, and how each tenant answered. */
export interface HuntAnswerSet {
  readonly columns: readonly HuntColumn[];
  readonly rows: HuntRowsText;
  readonly tenants: readonly HuntTenantAnswer[];
}

/** The rows of one tenant. */
export interface HuntTenantRows {
  readonly tenant: Tenant;
  /**
   * Rows as they come, a line each, which says whose it is, with the columns of the query, which stand behind `TenantName`; one part
   * at least where the tenant answers. Who leaves before waits until the rest is read: how the tenant answered is known all the same.
   */
  readonly parts: AsyncGenerator<HuntPart, void, void>;
  /** How the tenant answered; known behind the last part. */
  answer(): HuntTenantAnswer;
}

/** A query that is asked of one tenant after the other. */
export interface HuntInTurn {
  readonly tenants: readonly Tenant[];
  /** What one tenant answered is forgotten before the next one is asked. */
  readonly answers: AsyncGenerator<HuntTenantRows, void, void>;
}
