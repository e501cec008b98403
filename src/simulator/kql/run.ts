import type { TenantWorld } from '../world/types.ts';
import { createEnvironment } from './environment.ts';
import { KqlFault } from './fault.ts';
import type { Program } from './syntax/ast.ts';
import { parse } from './syntax/parse.ts';
import { catalogue } from './tables/catalogue.ts';
import { readTable } from './tables/read.ts';
import { formatTimespan, ticksOfDate, wireDatetime } from './time.ts';
import { type Column, netTypes, type Relation, type Value } from './value.ts';

/** A hunting answer before an API gives it its own shape. */
export interface KqlAnswer {
  /** `type` is a .NET name, as all three hunting APIs print it. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Booleans are booleans, absent values null, times ISO 8601 text, spans `[d.]hh:mm:ss` text. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** What an API adds to a query. */
export interface KqlOptions {
  /** Which of the documented tables this API offers; all by default. */
  readonly tables?: (name: string) => boolean;
  /** Narrows every table that has a time column; the last 30 days by default. */
  readonly timespan?: { readonly from: Date; readonly to: Date };
}

/** Answers are cut here without a sign. https://learn.microsoft.com/defender-xdr/advanced-hunting-limits */
const mostRows = 100_000;
const defaultLookBackMs = 30 * 24 * 3_600_000;

/** Runs a hunting query over the tenant's estate. Throws `KqlFault` for a text that the service would answer with 400. */
export function runKql(world: TenantWorld, kql: string, now: Date, options: KqlOptions = {}): KqlAnswer {
  const program = parseBounded(kql);
  const window = options.timespan ?? { from: new Date(now.getTime() - defaultLookBackMs), to: now };
  const estate = { world, now, window: { fromMs: window.from.getTime(), toMs: window.to.getTime() } };
  const read = new Map<string, Relation>();
  const environment = createEnvironment(program, ticksOfDate(now), (name) => {
    const source = options.tables?.(name) === false ? undefined : catalogue.get(name);
    if (source === undefined) return undefined;
    const relation = read.get(name) ?? readTable(source, estate);
    read.set(name, relation);
    return relation;
  });
  const { columns, rows } = environment.run(program.query);
  return {
    columns: columns.map(({ name, type }) => ({ name, type: netTypes[type] })),
    rows: rows.slice(0, mostRows).map((row) => toRecord(columns, row)),
  };
}

/** Nesting too deep for the parser's stack is the caller's fault. */
function parseBounded(kql: string): Program {
  try {
    return parse(kql);
  } catch (cause) {
    if (cause instanceof RangeError) throw new KqlFault('The query is too complex: it is nested too deeply', { cause });
    throw cause;
  }
}

/** `Object.fromEntries` makes own properties even of names such as `__proto__`. */
function toRecord(columns: readonly Column[], row: readonly Value[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(columns.map(({ name, type }, place) => [name, toWire(row[place] ?? null, type)]));
}

function toWire(value: Value, type: Column['type']): unknown {
  if (typeof value !== 'bigint') return value;
  return type === 'timespan' ? formatTimespan(value) : wireDatetime(value);
}
