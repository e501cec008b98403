import { type GraphQLSchema, isInputObjectType } from 'graphql';
import { type Context, type HuntQuestion, tenantColumn } from '../context.ts';
import { type GatewayError, InputError, UpstreamError } from '../errors.ts';
import type { TenantFailure } from '../lists/connection.ts';
import { readArguments, type Taking } from './arguments.ts';
import { type ExportAsked, type ExportSource, lineMarker, type OpenedExport } from './export.ts';
import { single } from './parameters.ts';
import { firstRows } from './rows-text.ts';

/** What it takes of the input of the graph's `hunt`: the rows of an export have limits of their own. */
const taken: readonly string[] = [
  'query',
  'parameters',
  'tenants',
  'tenantTags',
  'timespan',
  'since',
  'until',
  'windows',
];

/** What was coerced by the type of the schema. */
function coerced(asked: Readonly<Record<string, unknown>>): Partial<HuntQuestion>;
function coerced(asked: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return asked;
}

/** Columns that a file with a head has no place for are told: their cells would be lost without a word. */
const otherColumns = (tenant: string, names: readonly string[]): UpstreamError =>
  new UpstreamError(
    'UPSTREAM_REJECTED',
    `The rows of ${tenant} have other columns (${names.slice(0, 10).join(', ')}) than those of the tenants before: name them in the query with project, or ask for ndjson`,
    { tenant },
  );

/** A row with it would pass for a line that is none. */
const markedColumn = (tenant: string): InputError =>
  new InputError(`query: in an export no column is called ${lineMarker}: name it otherwise with project-rename`, {
    tenant,
    field: 'query',
  });

const inputFields = (schema: GraphQLSchema): readonly Taking[] => {
  const type = schema.getType('HuntInput');
  if (!isInputObjectType(type)) throw new TypeError('The schema has no input HuntInput');
  return Object.values(type.getFields()).filter(({ name }) => taken.includes(name));
};

/**
 * A hunting query as an export: what the graph's `hunt` answers, tenant by tenant, so that the rows of one are in memory. Its columns
 * are those of the query. Microsoft's answer is of 100,000 rows at most, and is asked for once a tenant. The rows of a long one are
 * given while they come: a failure among them is told behind them. Calls: 1 a tenant and window.
 */
export const createHuntExport = (schema: GraphQLSchema): ExportSource => {
  const fields = inputFields(schema);

  const open = (context: Context, { parameters }: ExportAsked): OpenedExport => {
    const asked = readArguments(fields, parameters);
    const { query = '', ...where } = coerced(asked);
    const question = { ...where, query };
    const { tenants, answers } = context.hunting.inTurn(context, question);
    const hasHead = single(parameters, 'format') === 'csv';
    const failures: TenantFailure[] = [];
    const cut: string[] = [];
    let columns: readonly string[] | null = null;

    async function* batches(): OpenedExport['batches'] {
      for await (const { tenant, parts, answer } of answers) {
        let refusal: GatewayError | null = null;
        try {
          for await (const { columns: own, rows } of parts) {
            const names = [tenantColumn.name, ...own.map(({ name }) => name)];
            // A service may leave the columns out where there is no row.
            if (own.length > 0) columns ??= names;
            const known: readonly string[] = columns ?? names;
            const others = names.filter((name) => !known.includes(name));
            if (names.includes(lineMarker)) refusal = markedColumn(tenant.name);
            else if (hasHead && others.length > 0) refusal = otherColumns(tenant.name, others);
            else yield { count: rows.count, tenantOf: () => tenant.name, show: (count) => firstRows(rows, count) };
          }
        } finally {
          // Also where they have all the rows that they asked for.
          const { truncation } = answer();
          if (truncation !== null) cut.push(`${tenant.name}: ${truncation}`);
        }
        const failure = answer().error ?? refusal;
        if (failure !== null) failures.push({ tenant, error: failure });
      }
    }
    return {
      tenants,
      input: asked,
      columns: () => columns ?? [tenantColumn.name],
      batches: batches(),
      end: () => ({ failures: [...failures], remarks: [], truncation: cut.length === 0 ? null : cut.join('; ') }),
    };
  };
  return { columns: null, parameters: taken, open };
};
