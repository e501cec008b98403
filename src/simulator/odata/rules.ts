/** What a property can hold, as far as filters and ordering care. */
export type ODataValue = string | number | boolean | null | readonly string[];

/**
 * `enum` takes only its members as literals; `id` takes a quoted string or a bare GUID, as does `guid` (Edm.Guid), unless
 * the service is strict; `strings` is a collection.
 */
export type ODataFieldType = 'string' | 'enum' | 'id' | 'guid' | 'number' | 'boolean' | 'time' | 'strings';

/** A property that a query may name. */
export interface ODataField<T> {
  /** As documented; matched without regard to case (the pages print filter names in mixed case). */
  readonly name: string;
  readonly type: ODataFieldType;
  /** Allowed literals of an `enum`, matched without regard to case. */
  readonly members?: readonly string[];
  readonly of: (item: T) => ODataValue;
}

/** A system query option of OData. */
export type ODataOption = '$filter' | '$top' | '$skip' | '$count' | '$orderby' | '$select' | '$expand' | '$skiptoken';

/** What one collection accepts. */
export interface ODataRules<T> {
  /** Any other option that starts with `$` is refused. `$skiptoken` is let through for the product to read. */
  readonly options: readonly ODataOption[];
  readonly filterable: readonly ODataField<T>[];
  /** Further properties that may only be ordered by; the filterable ones always may where `$orderby` is an option. */
  readonly orderable?: readonly ODataField<T>[];
  /** Properties that `$select` may name; absent: any name is accepted, unknown ones select nothing. */
  readonly selectable?: readonly string[];
  readonly expandable?: readonly string[];
  /** `$top` above it is refused. */
  readonly maxTop: number;
  /** Page size without `$top`. */
  readonly defaultTop: number;
  /** MDE takes `"x"` beside `'x'`. */
  readonly doubleQuotes?: boolean;
  /** Nodes that a filter may have; ASP.NET's default of 100 when absent. */
  readonly maxNodes?: number;
}

/** How a service departs from what its pages say about queries; see the table of oddities. */
export interface ODataOddities {
  readonly guidsUnquoted: boolean;
  readonly doubleQuotesRefused: boolean;
  readonly inList: 'answered' | 'emptyForDoubleQuotes' | 'empty' | 'refused';
  readonly filterRefused: readonly string[];
  readonly idsRefused: readonly string[];
}

/** One page of a collection, with what the product needs to render it. */
export interface ODataResult<T> {
  readonly items: readonly T[];
  /** Items that pass the filter, over all pages. */
  readonly total: number;
  /** `$count=true` was given: the answer carries `@odata.count`. */
  readonly counted: boolean;
  readonly skip: number;
  readonly top: number;
  /** `$top` was given by the caller. */
  readonly topGiven: boolean;
  /** Names in `$select` as the caller wrote them, `null` without it. */
  readonly select: readonly string[] | null;
  /** Names in `$expand`, in the spelling of the rules. */
  readonly expand: ReadonlySet<string>;
}
