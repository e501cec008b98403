import {
  type GraphQLArgument,
  GraphQLList,
  GraphQLObjectType,
  GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import type { Tenant } from '../config/tenants.ts';
import type { Context, Page } from '../context.ts';
import { isRecord } from '../domain/records.ts';
import { type OwnAsked, type OwnName, type OwnNamed, own, ownNames, ownRows } from '../entities/own.ts';
import { entities, type FilterOf, type ListedName, listedNames, type OrderOf } from '../entities/table.ts';
import type { AllRows, ListArguments } from '../lists/lists.ts';
import type { Rows, RowsEnd } from '../lists/rows.ts';
import type { Log } from '../log.ts';
import { readArguments } from './arguments.ts';
import type { Column, ExportAsked, ExportSource, OpenedExport } from './export.ts';
import { createShownRows } from './graph-rows.ts';

/** What exports of lists are made of. */
export interface ListExportParts {
  readonly schema: GraphQLSchema;
  readonly allRows: AllRows;
  /** Whether a field of a type asks upstream, by its coordinate: such a column is there when it is named. */
  readonly isCostly: (coordinate: string) => boolean;
  /** The context with loaders of its own, so that what a batch has loaded is forgotten with it. */
  readonly forBatch: (context: Context) => Context;
  /** Rows of a page of what the gateway itself keeps. */
  readonly pageSize: number;
  readonly log: Log;
}

/** Arguments of `Query` that an export answers by itself. */
const paging: readonly string[] = ['first', 'after'];

/** The name of its tenant, and the leaf fields of a type. `raw` repeats the others, so that it has to be named. */
const columnsOf = (type: GraphQLObjectType, isCostly: ListExportParts['isCostly']): readonly Column[] => {
  const columns = Object.values(type.getFields()).flatMap(({ name, type: of, args, deprecationReason }) => {
    if (args.some(isRequiredArgument) || !(isLeafType(getNamedType(of)) || name === 'tenant')) return [];
    const byDefault = name !== 'raw' && deprecationReason == null && !isCostly(`${type.name}.${name}`);
    return [{ name, byDefault }];
  });
  // Rows of several tenants are told apart at their beginning.
  return columns.toSorted((a, b) => Number(b.name === 'tenant') - Number(a.name === 'tenant'));
};

/** Rows that are shown together where they cost calls: those of a page. */
const rowsOfCalls = 2000;

/** The same rows, as many at once as a page has. */
export async function* gathered<T>(batches: Rows<T>['batches']): Rows<T>['batches'] {
  let rows: T[] = [];
  for await (const batch of batches) {
    rows = [...rows, ...batch];
    if (rows.length < rowsOfCalls) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

/** The list of the graph, by its own rows. */
type Read = (context: Context, asked: Readonly<Record<string, unknown>>, first: number | null) => Rows<unknown>;

/** What was coerced by the types of the schema. */
function entityArguments<Name extends ListedName>(
  asked: Readonly<Record<string, unknown>>,
  name: Name,
): ListArguments<FilterOf<Name>, OrderOf<Name>>;
function entityArguments(asked: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return asked;
}

function ownArguments<Name extends OwnName>(asked: Readonly<Record<string, unknown>>, name: Name): OwnAsked<Name>;
function ownArguments(asked: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return asked;
}

const readEntity =
  <Name extends ListedName>(name: Name, allRows: AllRows): Read =>
  (context, asked, first) =>
    allRows[name](context, { ...entityArguments(asked, name), first });

/** All pages of a list, one after the other. */
const pagesOf = <T>(tenants: readonly Tenant[], page: (after: string | null) => Promise<Page<T>>): Rows<T> => {
  let end: RowsEnd = { failures: [], remarks: [], missing: [], truncation: null };
  async function* batches(): AsyncGenerator<readonly T[], void, void> {
    for (let after: string | null = null; ; ) {
      const { items, hasNextPage, endCursor, truncation }: Page<T> = await page(after);
      if (items.length > 0) yield items.map(({ node }) => node);
      const next = endCursor();
      if (hasNextPage && next !== after) {
        after = next;
        continue;
      }
      // What cuts a page short is no fault of a list that goes on behind it.
      end = { failures: [], remarks: [], missing: [], truncation };
      return;
    }
  }
  return { tenants, batches: batches(), end: () => end };
};

const readOwn =
  <Name extends OwnName>(name: Name, pageSize: number): Read =>
  (context, asked) => {
    const { permission, list } = ownRows[name];
    const given = ownArguments(asked, name);
    const tenants = context.access.selectTenants(given, permission ?? undefined);
    return pagesOf<OwnNamed<Name>>(tenants, (after) => list(context, tenants, { ...given, first: pageSize, after }));
  };

/** Whose a row is, by its name. */
const tenantIn = (row: unknown): string | null => (isRecord(row) && typeof row.tenant === 'string' ? row.tenant : null);

/** A schema with nothing but the lists, by whose types rows are shown. */
const shownSchema = (types: ReadonlyMap<string, GraphQLObjectType>): GraphQLSchema =>
  new GraphQLSchema({
    assumeValid: true,
    query: new GraphQLObjectType({
      name: 'Export',
      fields: Object.fromEntries([...types].map(([name, type]) => [name, { type: new GraphQLList(type) }])),
    }),
  });

/** Every list of the tables of the graph as an export: a type that is added there is exported. */
export const createListExports = (parts: ListExportParts): ReadonlyMap<string, ExportSource> => {
  const { schema, allRows, isCostly, forBatch, pageSize, log } = parts;
  const typeOf = (name: string): GraphQLObjectType => {
    const type = schema.getType(name);
    if (isObjectType(type)) return type;
    throw new TypeError(`The schema has no type ${name}`);
  };
  const argsOf = (name: string): readonly GraphQLArgument[] =>
    (schema.getQueryType()?.getFields()[name]?.args ?? []).filter((arg) => !paging.includes(arg.name));
  const types = new Map([
    ...listedNames.map((name) => [name, typeOf(entities[name].type)] as const),
    ...ownNames.map((name) => [name, typeOf(own[name].type)] as const),
  ]);
  const shown = shownSchema(types);

  const sourceOf = (name: ListedName | OwnName, type: GraphQLObjectType, read: Read): ExportSource => {
    const args = argsOf(name);
    const isTenantObject = isObjectType(getNamedType(type.getFields().tenant?.type));
    const open = (context: Context, { parameters, columns, first }: ExportAsked): OpenedExport => {
      const asked = readArguments(args, parameters);
      const { tenants, batches, end } = read(context, asked, first);
      const { show, remarks } = createShownRows(shown, name, { columns, isTenantObject, log });
      const asksForRows = columns.some((column) => isCostly(`${type.name}.${column}`));
      async function* shownBatches(): OpenedExport['batches'] {
        for await (const rows of asksForRows ? gathered(batches) : batches)
          yield {
            count: rows.length,
            tenantOf: (index) => tenantIn(rows[index]),
            show: (count) => show(rows.slice(0, count), forBatch(context)),
          };
      }
      return {
        tenants,
        input: asked,
        batches: shownBatches(),
        end: () => {
          const told = end();
          return { ...told, remarks: [...told.remarks, ...remarks()] };
        },
      };
    };
    return { columns: columnsOf(type, isCostly), parameters: args.map((arg) => arg.name), open };
  };

  return new Map<string, ExportSource>([
    ...listedNames.map((name): [string, ExportSource] => [
      name,
      sourceOf(name, typeOf(entities[name].type), readEntity(name, allRows)),
    ]),
    ...ownNames.map((name): [string, ExportSource] => [
      name,
      sourceOf(name, typeOf(own[name].type), readOwn(name, pageSize)),
    ]),
  ]);
};
