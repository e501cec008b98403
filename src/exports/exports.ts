import type { Clock } from '../clock.ts';
import type { Context } from '../context.ts';
import { InputError, NotFoundError } from '../errors.ts';
import { unansweredOf } from '../lists/unanswered.ts';
import type { ExportRow, ExportSource, OpenedEnd, OpenedExport, Parameters } from './export.ts';
import { checkNames, columnsOf, firstOf } from './parameters.ts';
import { createSlots } from './slots.ts';

/** Which export a caller wants. */
export interface ExportQuestion {
  /** As the path names it. */
  readonly name: string;
  readonly parameters: Parameters;
  /** Parameters that are answered by who asks, such as the format, with their values, for the audit. */
  readonly answered: Readonly<Record<string, string>>;
}

/** What became of an export so far. */
export interface ExportEnd extends OpenedEnd {
  readonly rows: number;
  /** Whether there are more rows than were asked for. */
  readonly more: boolean;
}

/** Rows on their way to a caller. */
export interface RunningExport {
  readonly columns: readonly string[];
  /** At the pace of the reader; the first of them are at hand. */
  readonly batches: AsyncGenerator<readonly ExportRow[], void, void>;
  /** What can be told once the rows are at their end. */
  end(): ExportEnd;
  /** To be called once, when the caller has them, or has not (`whole`). Never rejects. */
  ended(whole: boolean): Promise<void>;
}

/** How much one export, and all of them, may take. */
export interface ExportLimits {
  readonly exportRows: number;
  readonly exportsUnderWay: number;
}

export interface ExportsDeps {
  /** All that can be exported, by name. */
  readonly sources: ReadonlyMap<string, ExportSource>;
  readonly limits: ExportLimits;
  readonly clock: Clock;
}

/** Streams of rows for those who may read them. */
export interface Exports {
  /**
   * Opens one, and waits for its first rows: what fails before is thrown, also when every tenant failed. It is in the audit log of
   * each tenant before its first row. Throws `NOT_FOUND` for a name that there is not, `OVERLOADED` when too many are under way.
   */
  open(context: Context, question: ExportQuestion): Promise<RunningExport>;
}

/** Parameters that every export has. */
const common = ['fields', 'first'] as const;

/** Rows up to a number, which is told when there are more. */
const limited = (opened: OpenedExport, most: number, isOver: () => boolean) => {
  const state = { rows: 0, more: false, late: false };
  async function* batches(): OpenedExport['batches'] {
    for await (const batch of opened.batches) {
      const left = most - state.rows;
      state.more = batch.length > left;
      state.late = isOver();
      const some = state.more ? batch.slice(0, left) : batch;
      state.rows += some.length;
      if (some.length > 0) yield some;
      if (state.more || state.late) return;
    }
  }
  return { state, batches: batches() };
};

/** Waits for the first batch; all of them, the first one included. */
const withFirst = async (batches: OpenedExport['batches']): Promise<OpenedExport['batches']> => {
  const first = await batches.next();
  async function* all(): OpenedExport['batches'] {
    try {
      if (first.done === true) return;
      yield first.value;
      yield* batches;
    } finally {
      await batches.return();
    }
  }
  return all();
};

export const createExports = ({ sources, limits, clock }: ExportsDeps): Exports => {
  const names = [...sources.keys()];
  const slots = createSlots(limits.exportsUnderWay);

  const sourceNamed = (name: string): ExportSource => {
    const source = sources.get(name);
    if (source !== undefined) return source;
    throw new NotFoundError(`There is no export "${name.slice(0, 80)}"; there are ${names.join(', ')}`);
  };

  return {
    open: async (context, { name, parameters, answered }) => {
      const source = sourceNamed(name);
      if (context.plan) throw new InputError('x-gateway-plan is for operations of the graph: an export has no price');
      checkNames(parameters, [...source.parameters, ...common, ...Object.keys(answered)]);
      const columns = columnsOf(parameters, source.columns);
      const first = firstOf(parameters, limits.exportRows);
      const opened = source.open(context, { parameters, columns, first });
      const { caller } = context.access;
      const leave = slots.enter(caller.id);
      let recorded: Awaited<ReturnType<typeof context.actions.exportRecords.begin>> | undefined;
      const { scope } = context;
      const { state, batches } = limited(opened, first ?? limits.exportRows, () => clock.now() >= scope.deadline);

      const end = (): ExportEnd => {
        const told = opened.end();
        const cut =
          state.more && first === null
            ? `${limits.exportRows} rows were given (limits.exportRows): narrow the filter`
            : null;
        const late = state.late ? 'The time of an export was over (limits.exportTimeoutMs): narrow the filter' : null;
        const truncation = [told.truncation, cut, late].filter((each) => each !== null).join('. ') || null;
        return { ...told, truncation, rows: state.rows, more: state.more };
      };
      const ended = async (whole: boolean): Promise<void> => {
        leave();
        const { rows, failures } = end();
        await recorded?.({ rows, whole, failures: new Map(failures.map(({ tenant, error }) => [tenant.name, error])) });
      };

      try {
        recorded = await context.actions.exportRecords.begin(context, {
          name,
          tenants: opened.tenants,
          input: { ...answered, ...opened.input, fields: columns, first },
        });
        const running = await withFirst(batches);
        const { rows, failures } = end();
        const failed = new Set(failures.map(({ tenant }) => tenant.name));
        const unanswered =
          rows === 0 && opened.tenants.length > 0 && opened.tenants.every((tenant) => failed.has(tenant.name))
            ? unansweredOf(failures)
            : undefined;
        if (unanswered !== undefined) throw unanswered;
        return { columns, batches: running, end, ended };
      } catch (thrown) {
        await ended(false);
        throw thrown;
      }
    },
  };
};

export { errorOf } from '../lists/unanswered.ts';
export type { ExportRow } from './export.ts';
