import type { Asking } from '../access/access.ts';
import type { Clock } from '../clock.ts';
import type { ApiName } from '../clouds/endpoints.ts';
import type { Tenant } from '../config/tenants.ts';
import type { HuntColumn, HuntRow, HuntTable } from '../domain/hunt.ts';
import { type GatewayError, InputError } from '../errors.ts';
import { rowErrorOf } from '../log/row-error.ts';
import type { Log } from '../log.ts';
import { maxHuntedRows } from '../microsoft/hunting/limits.ts';
import type { HuntingReads } from '../routing/hunting.ts';
import type { CallScope } from '../scope.ts';
import { type HuntParameter, withParameters } from './parameters.ts';
import { checkedQuery, checkedTimespan } from './query.ts';
import { tenantColumn, withTenant } from './tenant-column.ts';

/** What a caller asks; tenants as in every list. */
export interface HuntQuestion {
  readonly query: string;
  readonly parameters?: readonly HuntParameter[] | null | undefined;
  readonly tenants?: readonly string[] | null | undefined;
  readonly tenantTags?: readonly string[] | null | undefined;
  readonly timespan?: string | null | undefined;
  /** Rows to keep of each tenant; 10,000 when not said. */
  readonly maxRows?: number | undefined;
}

/** How one tenant answered. */
export interface HuntTenantAnswer {
  readonly tenant: Tenant;
  readonly api: ApiName | null;
  readonly rowCount: number;
  readonly truncation: string | null;
  readonly elapsedMs: number;
  readonly stats: unknown;
  readonly error: GatewayError | null;
}

/** The rows of all tenants, and how each tenant answered. */
export interface HuntAnswerSet {
  readonly columns: readonly HuntColumn[];
  readonly rows: readonly HuntRow[];
  readonly tenants: readonly HuntTenantAnswer[];
}

/** Raw KQL over tenants. */
export interface Hunting {
  /**
   * One query over the tenants in which the caller has `hunt:raw`: one upstream call each. Throws `FORBIDDEN` without it, and
   * when every tenant failed.
   */
  run(asking: Asking, question: HuntQuestion): Promise<HuntAnswerSet>;
}

interface CheckedQuestion {
  readonly query: string;
  readonly timespan: string | null;
  readonly maxRows: number;
}

interface Answered {
  readonly answer: HuntTenantAnswer;
  readonly table: HuntTable | null;
}

/** One call a tenant, all at once. */
export const createHunting = ({
  reads,
  clock,
  log,
}: {
  readonly reads: HuntingReads;
  readonly clock: Clock;
  readonly log: Log;
}): Hunting => {
  const runIn = async (tenant: Tenant, question: CheckedQuestion, scope: CallScope): Promise<Answered> => {
    const started = clock.now();
    try {
      const { api, table } = await reads.run(tenant, question.query, question.timespan ?? undefined, scope);
      const rows = table.rows.length > question.maxRows ? table.rows.slice(0, question.maxRows) : table.rows;
      return {
        table: { ...table, rows },
        answer: {
          tenant,
          api,
          rowCount: rows.length,
          truncation: truncationOf(table.rows.length, question.maxRows),
          elapsedMs: clock.now() - started,
          stats: table.stats,
          error: null,
        },
      };
    } catch (thrown) {
      scope.signal.throwIfAborted();
      const elapsedMs = clock.now() - started;
      const error = rowErrorOf(thrown, log, { tenant: tenant.name });
      scope.noteFailure(error.code);
      return {
        table: null,
        answer: { tenant, api: null, rowCount: 0, truncation: null, elapsedMs, stats: null, error },
      };
    }
  };

  return {
    run: async ({ access, scope }, asked) => {
      access.requireInPart('hunt:raw');
      const question = {
        query: withParameters(checkedQuery(asked.query), asked.parameters ?? []),
        timespan: checkedTimespan(asked.timespan ?? null),
        maxRows: checkedMaxRows(asked.maxRows),
      };
      const answered = await Promise.all(
        access.selectTenants(asked, 'hunt:raw').map((tenant) => runIn(tenant, question, scope)),
      );
      const tenants = answered.map(({ answer }) => answer);
      const [first] = tenants;
      if (first !== undefined && first.error !== null && tenants.every(({ error }) => error !== null))
        throw first.error;
      return { ...joined(answered), tenants };
    },
  };
};

const checkedMaxRows = (maxRows = 10_000): number => {
  if (maxRows >= 1 && maxRows <= maxHuntedRows) return maxRows;
  throw new InputError(`maxRows: ${maxRows} is not between 1 and ${maxHuntedRows}`, { field: 'maxRows' });
};

const truncationOf = (rowCount: number, maxRows: number): string | null => {
  if (rowCount > maxRows) return `Only ${maxRows} of ${rowCount} rows were kept (maxRows)`;
  if (rowCount >= maxHuntedRows)
    return `Microsoft gives ${maxHuntedRows} rows at most and does not say when there are more`;
  return null;
};

/** The tables of all tenants as one: rows stay Microsoft's objects, and each says whose it is. */
const joined = (answered: readonly Answered[]): { columns: readonly HuntColumn[]; rows: readonly HuntRow[] } => {
  const columns = new Map<string, HuntColumn>([[tenantColumn.name, tenantColumn]]);
  const rows: HuntRow[] = [];
  for (const { answer, table } of answered) {
    if (table === null) continue;
    for (const column of withTenant(table, answer.tenant.name)) {
      if (!columns.has(column.name)) columns.set(column.name, column);
    }
    for (const row of table.rows) rows.push(row);
  }
  return { columns: [...columns.values()], rows };
};
