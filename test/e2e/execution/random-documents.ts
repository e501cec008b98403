import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql';

type Field = GraphQLField<unknown, unknown>;

/** Whether a field can be asked without arguments. */
export const isFree = ({ args }: Field): boolean =>
  args.every(({ type, defaultValue }) => !isNonNullType(type) || defaultValue !== undefined);

/** What is measured anew by each request: two answers differ in it. */
const measured: ReadonlySet<string> = new Set(['clockSkewSeconds', 'elapsedMs', 'waitedSeconds']);

/** Whole numbers below a bound, the same for the same seed (mulberry32). */
export const createPick = (seed: number) => {
  let state = seed;
  return (bound: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
};

const conditions = ['', '', '', '', ' @include(if: $yes)', ' @skip(if: $no)'] as const;

/** Makes selections of some fields of a field's type, down to a depth; every fifth field is asked on a condition. */
export const createSelections = (schema: GraphQLSchema, pick: (bound: number) => number) => {
  const condition = (): string => conditions[pick(conditions.length)] ?? '';

  const fieldsOf = (type: GraphQLObjectType, prefix: string, depth: number): string => {
    const free = Object.values(type.getFields()).filter(
      (field) => isFree(field) && !measured.has(field.name) && (depth > 0 || isLeafType(getNamedType(field.type))),
    );
    const chosen = Array.from({ length: 1 + pick(6) }, () => free[pick(free.length)]);
    const asked = [...new Set(chosen)].map((field) => {
      if (field === undefined) return '__typename';
      const alias = prefix === '' ? '' : `${prefix}_${field.name}: `;
      const paging = field.args.some(({ name }) => name === 'first') ? '(first: 2)' : '';
      return `${alias}${field.name}${paging}${condition()} ${selectionOf(field, depth - 1)}`;
    });
    return ['__typename', ...asked].join(' ');
  };

  const selectionOf = (field: Field, depth: number): string => {
    const type = getNamedType(field.type);
    if (isObjectType(type)) {
      const { nodes } = type.getFields();
      // A page without its rows shows little.
      const rows = nodes === undefined ? '' : `nodes ${selectionOf(nodes, depth)}`;
      return `{ ${rows === '' ? fieldsOf(type, '', depth) : `${rows} pageInfo { hasNextPage } failures_: __typename`} }`;
    }
    if (!isAbstractType(type)) return '';
    const members = schema.getPossibleTypes(type).filter(() => pick(3) > 0);
    const inner = members.map((each) => `... on ${each.name}${condition()} { ${fieldsOf(each, each.name, depth)} }`);
    return `{ __typename ${inner.join(' ')} }`;
  };
  return selectionOf;
};
