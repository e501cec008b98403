import type { Caller } from '../access/caller.ts';
import type { Clock } from '../clock.ts';
import { whatThereIs } from '../config/suggest.ts';
import type { Context } from '../context.ts';
import { withFirst } from '../downloads/with-first.ts';
import { type GatewayError, InputError, NotFoundError } from '../errors.ts';
import { errorOf, unansweredOf } from '../lists/unanswered.ts';
import type { ExportRows, ExportSource, OpenedEnd, Parameters } from './export.ts';
import { limited } from './given.ts';
import { checkNames, columnsOf, firstOf } from './parameters.ts';
import type { ExportRecorded, RecordExport } from './record.ts';
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
  readonly batches: AsyncGenerator<ExportRows, void, void>;
  /** What can be told once the rows are at their end. */
  end(): ExportEnd;
  /** What is known to be missing so far, as an error; null: nothing. */
  failure(): GatewayError | null;
  /** To be called once, when the caller has them and was told what is missing, or has not (`whole`). Never rejects. */
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
  /** Writes to the audit log who gets it. */
  readonly record: RecordExport;
  /** Whose share of the places it takes. */
  readonly callerKey: (caller: Caller, remoteAddress: string) => string;
}

/** Streams of rows for those who may read them. */
export interface Exports {
  /** Of all that can be exported. */
  readonly names: ReadonlySet<string>;
  /**
   * Opens one, and waits for its first rows: what fails before is thrown, also when every tenant failed. It is in the audit log of
   * each tenant before its first row. Throws `NOT_FOUND` for a name that there is not, `OVERLOADED` when too many are under way.
   */
  open(context: Context, question: ExportQuestion): Promise<RunningExport>;
}

export const createExports = ({ sources, limits, clock, record, callerKey }: ExportsDeps): Exports => {
  const names = new Set(sources.keys());
  const slots = createSlots(limits.exportsUnderWay);

  const sourceNamed = (name: string): ExportSource => {
    const source = sources.get(name);
    if (source !== undefined) return source;
    throw new NotFoundError(`There is no export "${name.slice(0, 80)}"${whatThereIs(name.slice(0, 80), [...names])}`);
  };

  return {
    names,
    open: async (context, { name, parameters, answered }) => {
      const source = sourceNamed(name);
      if (context.plan) throw new InputError('x-gateway-plan is for operations of the graph: an export has no price');
      const ownColumns = source.columns === null ? [] : (['fields'] as const);
      checkNames(parameters, [...source.parameters, ...ownColumns, 'first', ...Object.keys(answered)]);
      const columns = columnsOf(parameters, source.columns ?? []);
      const first = firstOf(parameters, limits.exportRows);
      const opened = source.open(context, { parameters, columns, first });
      const { scope } = context;
      const leave = slots.enter(callerKey(context.access.caller, scope.remoteAddress ?? ''));
      let recorded: ExportRecorded | undefined;
      const { given, batches } = limited(opened, first ?? limits.exportRows, () => clock.now() >= scope.deadline);

      const end = (): ExportEnd => {
        const told = opened.end();
        const cut =
          given.more && first === null
            ? `${limits.exportRows} rows were given (limits.exportRows): narrow the filter`
            : null;
        const late = given.late ? 'The time of an export was over (limits.exportTimeoutMs): narrow the filter' : null;
        const truncation = [told.truncation, cut, late].filter((each) => each !== null).join('. ') || null;
        return { ...told, truncation, rows: given.rows, more: given.more };
      };
      const failure = (): GatewayError | null => {
        const { failures, remarks } = end();
        const [missing] = [...failures, ...remarks];
        return missing === undefined ? null : errorOf(missing);
      };
      const ended = async (whole: boolean): Promise<void> => {
        leave();
        const { failures, remarks, truncation, more } = end();
        await recorded?.({
          rows: given.rowsOf,
          whole,
          cut: truncation !== null ? 'limit' : more ? 'first' : null,
          failures: new Map(failures.map(({ tenant, error }) => [tenant.name, error])),
          remarked: new Set(remarks.map(({ tenant }) => tenant.name)),
        });
      };

      try {
        recorded = await record(context, {
          name,
          tenants: opened.tenants,
          input: { ...answered, ...opened.input, ...(source.columns !== null && { fields: columns }), first },
        });
        const { all } = await withFirst(batches);
        const { rows, failures } = end();
        const failed = new Set(failures.map(({ tenant }) => tenant.name));
        const unanswered =
          rows === 0 && opened.tenants.length > 0 && opened.tenants.every((tenant) => failed.has(tenant.name))
            ? unansweredOf(failures)
            : undefined;
        if (unanswered !== undefined) throw unanswered;
        return { columns: opened.columns?.() ?? columns, batches: all, end, failure, ended };
      } catch (thrown) {
        await ended(false);
        throw thrown;
      }
    },
  };
};

export { type ExportRow, type ExportRows, lineMarker } from './export.ts';
export { textOfRows, valuesOfRows } from './rows-text.ts';
