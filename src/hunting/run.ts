import pLimit from 'p-limit';
import type { Asking } from '../access/access.ts';
import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import { type GatewayError, InputError } from '../errors.ts';
import { rowErrorOf } from '../log/row-error.ts';
import type { Log } from '../log.ts';
import { maxHuntedRows } from '../microsoft/hunting/limits.ts';
import type { HuntingTextReads, HuntPart, HuntRead, HuntReading } from '../routing/hunting.ts';
import { ownTimeOver } from '../scope/own-time.ts';
import type { CallScope } from '../scope.ts';
import type { HuntAnswerSet, HuntInTurn, HuntTenantAnswer, HuntTenantRows } from './hunt-answer.ts';
import type { HuntQuestion } from './hunt-question.ts';
import { type LibraryFilter, type NamedQuery, queriesOf } from './library/index.ts';
import { huntQuestionOf, type LibraryQuestion } from './library/question.ts';
import { withParameters } from './parameters.ts';
import { checkedQuery, checkedTimespan } from './query.ts';
import { createRowsLine } from './rows-line.ts';
import { joined, type TenantAnswered, together } from './tables.ts';
import { besideTenant, tenantMark } from './tenant-column.ts';
import { windowsOf } from './windows.ts';

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

/** One window of a question. */
interface CheckedQuestion {
  readonly query: string;
  readonly timespan: string | null;
  readonly maxRows: number;
}

interface Answered {
  readonly answer: HuntTenantAnswer;
  readonly table: HuntRead | null;
}

/** Windows of a tenant that are asked at the same time. */
const windowsAtOnce = 4;

/** One call a tenant and window, tenants all at once. */
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

  /** Its windows; without a time there is one. Throws what is wrong before anything is asked. */
  const checked = (asked: HuntQuestion): readonly CheckedQuestion[] => {
    const query = checkedQuery(asked.query);
    const timespan = checkedTimespan(asked.timespan ?? null);
    const maxRows = checkedMaxRows(asked.maxRows);
    const given = asked.parameters ?? [];
    return windowsOf(query, asked, clock.now()).map((window) => ({
      query: withParameters(query, [...window, ...given]),
      timespan,
      maxRows,
    }));
  };

  /** All windows of a tenant, some at a time: whoever asks for many takes their turn with others. */
  const runAll = async (
    tenant: Tenant,
    windows: readonly CheckedQuestion[],
    scope: CallScope,
  ): Promise<TenantAnswered> => {
    const some = pLimit(windowsAtOnce);
    let failure: Answered | null = null;
    const answered = async (window: CheckedQuestion): Promise<Answered> => {
      // Its rows are not given: no further call is made for them.
      if (failure !== null) return failure;
      const answer = await runIn(tenant, window, scope, { separator: ',' });
      if (answer.answer.error !== null) failure ??= answer;
      return answer;
    };
    const all = await Promise.all(windows.map((window) => some(() => answered(window))));
    return {
      tables: failure === null ? all.flatMap(({ table }) => table ?? []) : [],
      answer: together(all.map(({ answer }) => answer)),
    };
  };

  const atOnce = async (
    { access, scope }: Asking,
    permission: 'hunt:raw' | 'hunt:library',
    asked: HuntQuestion,
  ): Promise<HuntAnswerSet> => {
    const windows = checked(asked);
    const answered = await Promise.all(
      access.selectTenants(asked, permission).map((tenant) => runAll(tenant, windows, scope)),
    );
    const tenants = answered.map(({ answer, tables }) =>
      tables.length === 0 ? answer : { ...answer, table: joined([{ tables }], []) },
    );
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
      const windows = checked({ ...asked, maxRows: maxHuntedRows });
      const tenants = access.selectTenants(asked, 'hunt:raw');
      scope.shareAmong?.(tenants.map(({ name }) => name));
      async function* answers(): HuntInTurn['answers'] {
        for (const tenant of tenants)
          for (const window of windows)
            yield clock.now() < scope.deadline ? rowsOf(tenant, window, scope) : unasked(tenant);
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
