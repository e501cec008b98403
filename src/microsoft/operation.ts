import { type ApiName, delegatedName } from './permissions.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Calls per tenant and application; `null`: the page prints none. */
export interface Quota {
  readonly perMinute: number | null;
  readonly perHour: number | null;
  /** Seconds that queries of a tenant may run, whoever asks; absent or `null`: the page prints no time. */
  readonly runSecondsPerHour?: number | null;
  readonly runSecondsPerDay?: number | null;
}

/** How `$filter` compares a property: `guid`, `number`, `time` and `flag` are bare, the others in quotes; `list` is a collection. */
export type PropertyType = 'text' | 'enum' | 'guid' | 'number' | 'time' | 'flag' | 'list';

/** What a page says of an operation, beside method and path. */
export interface About<Property extends string> {
  /** The documented name, when it is not the row's own. */
  readonly id?: string;
  /** Application permissions of which one is enough, the least first; none where the page names none. */
  readonly any: readonly string[];
  /** Delegated ones, where they are not those of the rule in `permissions.ts`. */
  readonly delegated?: readonly string[];
  /** Where it is not the usual one of the API. */
  readonly quota?: Quota;
  /** Where it is counted together with others: the name of what they are, which `quota` is of. */
  readonly quotaClass?: string;
  /** What `$filter` takes. */
  readonly filter?: Readonly<Record<Property, PropertyType>>;
  /** The largest `$top`. */
  readonly maxTop?: number;
  /** What `$expand` takes. */
  readonly expand?: readonly string[];
  /** `$count=true` is documented: the answer then says how many rows there are in all. */
  readonly counts?: true;
  /** OData's parameters that follow from nothing else here, e.g. `$filter` where the page names no property. */
  readonly odata?: readonly string[];
  /** Query parameters that are not OData's. */
  readonly query?: readonly string[];
  /** The keys of its body, in their case: a service of Microsoft's overlooks a key in another one. */
  readonly body?: Readonly<Record<string, 'needed' | 'optional'>>;
  /**
   * Makes it a collection: further pages by `$skip`, by the link in the answer, or none documented. A link is followed
   * wherever one comes.
   */
  readonly pages?: 'skip' | 'link' | 'once';
  /** A 404 means that there is none: no entity, an empty collection. Else it is an error. */
  readonly missing?: 'none';
  /** A second sending does no harm, though it is no `GET`. */
  readonly repeatable?: true;
  /** Takes KQL: slow, and a 400 is the query's fault. */
  readonly hunting?: true;
  /** The page, in the repository of Microsoft's documentation. */
  readonly doc: string;
  /** Why a value is not the one that the page prints. */
  readonly differs?: string;
}

/** An operation as its file writes it. */
export interface Row<Path extends string = string, Property extends string = string> extends About<Property> {
  readonly method: Method;
  readonly path: Path;
}

/** An operation with nothing left to derive. */
export interface Fact<Path extends string = string, Property extends string = string>
  extends Omit<Row<Path, Property>, 'any' | 'id' | 'repeatable' | 'quotaClass'> {
  readonly api: ApiName;
  /** API and documented name, e.g. `mde.listMachines`, `graph.incidents.list`. */
  readonly id: string;
  /** Application permissions of which one is enough, the least first. */
  readonly permissions: readonly string[];
  readonly delegated: readonly string[];
  readonly quota: Quota;
  /** What `quota` is counted by: `hunting`, a name that some operations share, or its own id. */
  readonly quotaClass: string;
  readonly repeatable: boolean;
}

/** Some operations, by name. */
export type Operations = Readonly<Record<string, Fact>>;

type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** The parameters of a path: `PathParams<'/api/machines/{id}/alerts'>` is `{ id: string }`. */
export type PathParams<Path extends string> = { readonly [Name in Names<Path>]: string };

type Rows = Readonly<Record<string, Row<string, never>>>;
type Facts<R> = {
  readonly [Name in keyof R]: R[Name] extends Row<infer Path, infer Property> ? Fact<Path, Property> : never;
};

const row =
  (method: Method) =>
  <const Path extends string, const Property extends string = never>(
    path: Path,
    about: About<Property>,
  ): Row<Path, Property> => ({ method, path, ...about });

export const get = row('GET');
export const post = row('POST');
export const patch = row('PATCH');
export const del = row('DELETE');

/** For pages that print no limit. */
export const noQuota: Quota = { perMinute: null, perHour: null };

/** What most pages of an API print. */
const usualQuota = {
  mde: { perMinute: 100, perHour: 1500 },
  m365d: { perMinute: 50, perHour: 1500 },
  graph: noQuota,
} as const satisfies Record<ApiName, Quota>;

const factOf = (api: ApiName, name: string, { any, id = name, ...known }: Row): Fact => ({
  ...known,
  api,
  id: `${api}.${id}`,
  quotaClass: known.hunting ? 'hunting' : (known.quotaClass ?? `${api}.${id}`),
  permissions: any,
  delegated: known.delegated ?? [...new Set(any.map((permission) => delegatedName(api, permission)))],
  quota: known.quota ?? usualQuota[api],
  repeatable: known.repeatable ?? known.method === 'GET',
});

/** Completes the rows of one area of an API. */
export function operations<const R extends Rows>(api: ApiName, rows: R): Facts<R>;
export function operations(api: ApiName, rows: Readonly<Record<string, Row>>): Operations {
  return Object.fromEntries(Object.entries(rows).map(([name, each]) => [name, factOf(api, name, each)]));
}
