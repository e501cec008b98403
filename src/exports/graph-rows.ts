import { execute, GraphQLError, type GraphQLSchema, parse } from 'graphql';
import type { Tenant } from '../config/tenants.ts';
import type { Context } from '../context.ts';
import { isRecord } from '../domain/records.ts';
import { GatewayError } from '../errors.ts';
import type { TenantFailure } from '../lists/connection.ts';
import { rowErrorOf } from '../log/row-error.ts';
import type { Log } from '../log.ts';
import type { ExportRow } from './export.ts';

/** By what tenants are found; all else is for the resolvers. */
interface ShownTo {
  readonly access: Pick<Context['access'], 'findTenant'>;
}

/** Rows as the graph shows them, and what of them it could not. */
export interface ShownRows {
  show(rows: readonly unknown[], context: ShownTo): Promise<readonly ExportRow[]>;
  /** Fields that could not be read; their rows are there all the same. */
  remarks(): readonly TenantFailure[];
}

const selectionOf = (columns: readonly string[], isTenantObject: boolean): string =>
  columns.map((name) => (name === 'tenant' && isTenantObject ? 'tenant { name }' : name)).join(' ');

/** The tenant by its name alone. */
const flat = (row: Readonly<Record<string, unknown>>): ExportRow =>
  isRecord(row.tenant) ? { ...row, tenant: row.tenant.name } : row;

/**
 * Shows rows of a type by its resolvers, as a query does: `schema` has a field `name` that lists them. A field that cannot be read
 * is null in its row, and told once for all rows of a tenant, by its first fault.
 */
export const createShownRows = (
  schema: GraphQLSchema,
  name: string,
  {
    columns,
    isTenantObject,
    log,
  }: { readonly columns: readonly string[]; readonly isTenantObject: boolean; readonly log: Log },
): ShownRows => {
  const document = parse(`{ ${name} { ${selectionOf(columns, isTenantObject)} } }`);
  const faults = new Map<string, { tenant: Tenant; error: GatewayError; field: string; rows: number }>();

  const note = (error: GraphQLError, rows: readonly unknown[], { access }: ShownTo): void => {
    const [, index, field = ''] = error.path ?? [];
    const row = rows[Number(index)];
    const tenant = isRecord(row) && typeof row.tenant === 'string' ? access.findTenant(row.tenant) : null;
    // Not an error of a row: the whole batch is nobody's.
    if (tenant === null) throw error.originalError ?? error;
    // What Microsoft says of one cause differs by row: ids of calls, seconds, names.
    const key = [tenant.name, field].join('\n');
    const known = faults.get(key);
    if (known !== undefined) {
      known.rows += 1;
      return;
    }
    const about = { tenant: tenant.name, export: name, field: String(field) };
    const cause = rowErrorOf(error.originalError ?? error, log, about);
    faults.set(key, { tenant, error: cause, field: String(field), rows: 1 });
  };

  return {
    show: async (rows, context) => {
      const { data, errors = [] } = await execute({
        schema,
        document,
        rootValue: { [name]: rows },
        contextValue: context,
      });
      for (const error of errors) note(error, rows, context);
      const shown: unknown = data?.[name];
      if (!Array.isArray(shown)) throw new GraphQLError(`${name} has no rows`);
      return shown.flatMap((row) => (isRecord(row) ? [flat(row)] : []));
    },
    remarks: () =>
      [...faults.values()].map(({ tenant, error, field, rows }) => ({
        tenant,
        error: new GatewayError(
          error.code,
          `${field} of ${rows} rows could not be read: ${error.message}`,
          error.details,
          error,
        ),
      })),
  };
};
