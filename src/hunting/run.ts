import type { Asking } from '../access/access.ts';
import type { Clock } from '../clock.ts';
import type { ApiName } from '../clouds/endpoints.ts';
import type { Tenant } from '../config/tenants.ts';
import type { HuntColumn, HuntRowsText } from '../domain/hunt.ts';
import { type GatewayError, InputError } from '../errors.ts';
import { rowErrorOf } from '../log/row-error.ts';
import type { Log } from '../log.ts';
import { maxHuntedRows } from '../microsoft/hunting/limits.ts';
import type { HuntingTextReads, HuntPart, HuntRead, HuntReading } from '../routing/hunting.ts';
import { ownTimeOver } from '../scope/own-time.ts';
import type { CallScope } from '../scope.ts';
import type { HuntQuestion } from './hunt-question.ts';
import { type LibraryFilter, type NamedQuery, queriesOf } from './library/index.ts';
import { huntQuestionOf, type LibraryQuestion } from './library/question.ts';
import type { HuntedTable } from './named.ts';
import { withParameters } from './parameters.ts';
import { checkedQuery, checkedTimespan } from './query.ts';
import { createRowsLine } from './rows-line.ts';
import { besideTenant, tenantColumn, tenantMark } from './tenant-column.ts';

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

/** KQL over tenants. */
export interface Hunting {
  /**
   * One query over the tenants in which the caller has `hunt:raw`: one upstream call each. Throws `FORBIDDEN` without it, and
   * when every tenant failed.
   */
  run(asking: Asking, question: HuntQuestion): Promise<HuntAnswerSet>;
  /** Queries of the library; no upstream call. */
  queries(asking: Pick<Asking, 'access'>, asked: LibraryFilter): readonly NamedQuery[];
  /** A query of the library over the tenants in which the caller has `hunt:library`, as `run` does it. */
  runNamed(asking: Asking, question: LibraryQuestion): Promise<HuntAnswerSet>;
  /** The same for any number of rows, up to Microsoft's own cap a tenant. Throws what is wrong before anything is asked. */
  inTurn(asking: Asking, question: Omit<HuntQuestion, 'maxRows'>): HuntInTurn;
}

interface CheckedQuestion {
  readonly query: string;
  readonly timespan: string | null;
  readonly maxRows: number;
}

interface Answered {
  readonly answer: HuntTenantAnswer;
  readonly table: HuntRead | null;
}

/** One call a tenant, all at once. */
export const createHunting = ({
  reads,
  clock,
  log,
}: {
  readonly reads: HuntingTextReads;
  readonly clock: Clock;
  readonly log: Log;
}): Hunting => {
  const failed = (tenant: Tenant, error: GatewayError, startedMs: number): Answered => {
    const elapsedMs = clock.now() - startedMs;
    return { table: null, answer: { tenant, api: null, rowCount: 0, truncation: null, elapsedMs, stats: null, error } };
  };

  const runIn = async (
    tenant: Tenant,
    { query, timespan, maxRows }: CheckedQuestion,
    scope: CallScope,
    reading: Pick<HuntReading, 'separator' | 'give'>,
  ): Promise<Answered> => {
    const started = clock.now();
    try {
      const { api, table } = await reads.read(
        { tenant, query, timespan: timespan ?? undefined },
        { ...reading, mark: tenantMark(tenant.name), maxRows },
        scope,
      );
      return {
        table,
        answer: {
          tenant,
          api,
          rowCount: Math.min(table.total, maxRows),
          truncation: truncationOf(table.total, maxRows),
          elapsedMs: clock.now() - started,
          stats: table.stats,
          error: null,
        },
      };
    } catch (thrown) {
      scope.signal.throwIfAborted();
      const error = rowErrorOf(thrown, log, { tenant: tenant.name });
      scope.noteFailure(error.code);
      return failed(tenant, error, started);
    }
  };

  /** Its time was over before its turn came. */
  const unasked = (tenant: Tenant): HuntTenantRows => {
    async function* parts(): HuntTenantRows['parts'] {}
    const { answer } = failed(tenant, ownTimeOver(tenant.name), clock.now());
    return { tenant, parts: parts(), answer: () => answer };
  };

  const rowsOf = (tenant: Tenant, question: CheckedQuestion, scope: CallScope): HuntTenantRows => {
    let answer: HuntTenantAnswer | null = null;
    async function* parts(): HuntTenantRows['parts'] {
      const line = createRowsLine<HuntPart>(clock);
      const give = ({ columns, rows }: HuntPart) => line.give({ columns: besideTenant(columns), rows });
      const reading = runIn(tenant, question, scope, { separator: '\n', give }).then(
        (answered) => {
          ({ answer } = answered);
          if (answered.table !== null) give(answered.table);
          line.end();
        },
        (thrown: unknown) => line.end({ thrown }),
      );
      try {
        yield* line.parts;
      } finally {
        // Whoever has rows enough is still told how many there were.
        await reading;
      }
    }
    return {
      tenant,
      parts: parts(),
      answer: () => answer ?? failed(tenant, ownTimeOver(tenant.name), clock.now()).answer,
    };
  };

  const checked = (asked: HuntQuestion): CheckedQuestion => ({
    query: withParameters(checkedQuery(asked.query), asked.parameters ?? []),
    timespan: checkedTimespan(asked.timespan ?? null),
    maxRows: checkedMaxRows(asked.maxRows),
  });

  const atOnce = async (
    { access, scope }: Asking,
    permission: 'hunt:raw' | 'hunt:library',
    asked: HuntQuestion,
  ): Promise<HuntAnswerSet> => {
    const question = checked(asked);
    const answered = await Promise.all(
      access.selectTenants(asked, permission).map((tenant) => runIn(tenant, question, scope, { separator: ',' })),
    );
    const tenants = answered.map(({ answer, table }) => (table === null ? answer : { ...answer, table }));
    const [first] = tenants;
    if (first !== undefined && first.error !== null && tenants.every(({ error }) => error !== null)) throw first.error;
    return { ...joined(answered), tenants };
  };

  return {
    run: async (asking, asked) => {
      asking.access.requireInPart('hunt:raw');
      return atOnce(asking, 'hunt:raw', asked);
    },
    queries: ({ access }, asked) => {
      access.requireInPart('hunt:library');
      return queriesOf(asked);
    },
    runNamed: async (asking, asked) => {
      asking.access.requireInPart('hunt:library');
      return atOnce(asking, 'hunt:library', huntQuestionOf(asked, clock.now()));
    },
    inTurn: ({ access, scope }, asked) => {
      access.requireInPart('hunt:raw');
      const question = checked({ ...asked, maxRows: maxHuntedRows });
      const tenants = access.selectTenants(asked, 'hunt:raw');
      scope.shareAmong?.(tenants.map(({ name }) => name));
      async function* answers(): HuntInTurn['answers'] {
        for (const tenant of tenants) {
          yield clock.now() < scope.deadline ? rowsOf(tenant, question, scope) : unasked(tenant);
        }
      }
      return { tenants, answers: answers() };
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

/** The tables of all tenants as one. */
const joined = (answered: readonly Answered[]): { columns: readonly HuntColumn[]; rows: HuntRowsText } => {
  const columns = new Map<string, HuntColumn>([[tenantColumn.name, tenantColumn]]);
  const chunks: Uint8Array[] = [];
  let count = 0;
  for (const { table } of answered) {
    if (table === null) continue;
    for (const column of besideTenant(table.columns)) {
      if (!columns.has(column.name)) columns.set(column.name, column);
    }
    for (const chunk of table.rows.chunks) chunks.push(chunk);
    count += table.rows.count;
  }
  return { columns: [...columns.values()], rows: { count, chunks } };
};
