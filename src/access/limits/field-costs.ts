import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isCompositeType,
  isIntrospectionType,
  isListType,
  valueFromAST,
} from 'graphql';
import { introspected, type Price, priceOf } from './price.ts';

/** How one field departs from the default cost. */
export interface FieldCost {
  /** What one value of the field costs (of a list: one item); by default 1 for an object, 0 for a scalar. */
  readonly cost?: number;
  /** Items to expect when the caller does not say. */
  readonly size?: number;
  /** Arguments that say how many items come: a number, or a list whose length counts. `input.machineIds` is a path. */
  readonly sizeArguments?: readonly string[];
  /** Lists that `cost` is paid for each member of, of the longest, e.g. `input.machineIds`; `size` times where none is given. */
  readonly each?: readonly string[];
  /** A list of tenants that `cost` is paid for each member of; every tenant that the caller sees when it is not given or tags are. */
  readonly eachTenant?: string;
  /** `cost` is paid for each tenant that the list above was asked of; where that is no list over tenants, not at all. */
  readonly ofList?: boolean;
  /** Calls to Microsoft, which nothing can gather, of what `cost` says; paid as often. */
  readonly calls?: number;
  /** An argument with the rows that are kept of each tenant: ten are a point more. */
  readonly rows?: string;
  /** An argument with the number of parts in which it is asked: all of it is paid for each. */
  readonly parts?: string;
}

/** By `Type.field` of the schema, e.g. `Mutation.isolateMachines`. */
export type FieldCosts = Readonly<Record<string, FieldCost>>;

/** Rows of a hunting answer, which are no objects of the graph and stay as Microsoft sent them, that cost a point. */
const rowsPerPoint = 10;

/** Items to expect of a list that says nothing of its size. */
const defaultListSize = 10;

/** Arguments that bound a list wherever they appear: Relay's paging and look-ups of several ids. */
const usualSizeArguments = ['first', 'last', 'ids'] as const;

/** Fields of a connection or a payload that hold its items: they take the size that their parent was asked for. */
const itemFields: ReadonlySet<string> = new Set(['nodes', 'edges', 'results']);

/** One field as the cost walk sees it. */
export interface FieldWeight {
  /** Price of one value, without what is selected below it. */
  readonly own: Price;
  /** How many values are expected. */
  readonly times: number;
  /** Items that the list fields one level down will hold, when this field pages a connection. */
  readonly pageSize: number | undefined;
  /** Tenants that it is asked of, where it is a list over tenants. */
  readonly asked: number | undefined;
}

/** What of a field the price of those below it depends on. */
export type Above = Pick<FieldWeight, 'pageSize' | 'asked'>;

/** A field of a document, with all that its price depends on. */
export interface WeightQuestion {
  readonly typeName: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Of the parent field. */
  readonly above: Above;
  readonly costs: FieldCosts;
  /** Tenants that the caller sees. */
  readonly tenants: number;
}

/** What one field contributes, from the table, its arguments and its type. */
export const fieldWeight = (question: WeightQuestion): FieldWeight => {
  const { typeName, field, costs, above } = question;
  const entry = costs[`${typeName}.${field.name}`] ?? {};
  const own = ownPrice(question, entry);
  const asked = askedSize(question, entry.sizeArguments ?? usualSizeArguments) ?? entry.size;
  const tenants = entry.eachTenant === undefined ? undefined : timesPaid(question, entry);
  if (!isList(field.type)) return { own, times: 1, pageSize: asked, asked: tenants };
  const inherited = itemFields.has(field.name) ? above.pageSize : undefined;
  return { own, times: asked ?? inherited ?? defaultListSize, pageSize: undefined, asked: tenants };
};

const ownPrice = (question: WeightQuestion, entry: FieldCost): Price => {
  const isObject = isCompositeType(getNamedType(question.field.type));
  if (isObject && isIntrospectionType(getNamedType(question.field.type))) return introspected;
  const parts = entry.parts === undefined ? 1 : Math.max(1, askedSize(question, [entry.parts]) ?? 1);
  const paid = timesPaid(question, entry) * parts;
  const rows = entry.rows === undefined ? 0 : (askedSize(question, [entry.rows]) ?? 0);
  const cost = (entry.cost ?? (isObject ? 1 : 0)) + rows / rowsPerPoint;
  return priceOf({ cost: Math.ceil(cost * paid), calls: (entry.calls ?? 0) * paid });
};

/** How often a field's own cost is paid. */
const timesPaid = (question: WeightQuestion, { each, eachTenant, ofList, size }: FieldCost): number => {
  if (ofList === true) return question.above.asked ?? 0;
  if (each !== undefined) return askedSize(question, each) ?? size ?? 1;
  if (eachTenant === undefined) return 1;
  // Which tenants have a tag is not known here: it may be any of them.
  const isByTag = (askedSize(question, [eachTenant.replace(/tenants$/, 'tenantTags')]) ?? 0) > 0;
  return isByTag ? question.tenants : (askedSize(question, [eachTenant]) ?? question.tenants);
};

const isList = (type: GraphQLOutputType): boolean => isListType(getNullableType(type));

/** The largest size that the arguments ask for, with the schema's defaults; `undefined` when none says. */
const askedSize = (question: WeightQuestion, paths: readonly string[]): number | undefined => {
  const sizes = paths.flatMap((path) => {
    const [name = '', ...rest] = path.split('.');
    const argument = question.field.args.find((candidate) => candidate.name === name);
    if (argument === undefined) return [];
    const size = sizeOf(descend(argumentValue(argument, question), rest));
    return size === undefined ? [] : [size];
  });
  return sizes.length === 0 ? undefined : Math.max(...sizes);
};

const argumentValue = (argument: GraphQLArgument, { node, variables }: WeightQuestion): unknown => {
  const given = node.arguments?.find((candidate) => candidate.name.value === argument.name);
  const value = given === undefined ? undefined : valueFromAST(given.value, argument.type, variables);
  return value === undefined ? argument.defaultValue : value;
};

const descend = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null
        ? Object.entries(inner).find(([key]) => key === name)?.[1]
        : undefined,
    value,
  );

const sizeOf = (value: unknown): number | undefined => {
  if (typeof value === 'number') return Math.max(0, value);
  return Array.isArray(value) ? value.length : undefined;
};
