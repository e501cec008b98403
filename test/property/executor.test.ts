import { makeExecutableSchema } from '@graphql-tools/schema';
import fc from 'fast-check';
import { type ExecutionResult, execute, parse, specifiedRules, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createExecutor } from '../../src/server/execution/executor.ts';

/** A schema with every kind of field that an answer can have; what its fields are, is in the objects. */
const typeDefs = `
  enum Colour { RED GREEN }
  interface Thing { name: String  strict: String!  next: Thing }
  type Box implements Thing { name: String  strict: String!  next: Thing  size(of: Int = 3, in: Unit): Int  colour: Colour  box: Box  boxes: [Box]  sure: [Box!]!  words: [String]  sureWords: [String!]  things: [Thing!]  called: String  plain(of: Int! = 3): Int }
  type Bag implements Thing { name: String  strict: String!  next: Thing  boxes: [Box!]  either: Either }
  union Either = Box | Bag
  input Unit { factor: Int!  label: String = "m" }
  type Query { box: Box  surely: Box!  thing: Thing  either: Either  size(of: Int!, in: Unit): Int  boxes: [Box!]! }
`;

const fieldNames = {
  Box: ['name', 'strict', 'size', 'colour', 'words', 'sureWords', 'called', 'plain', '__typename'],
  Bag: ['name', 'strict', '__typename'],
  Thing: ['name', 'strict', '__typename'],
} as const;
const objectFields = {
  Box: { next: 'Thing', box: 'Box', boxes: 'Box', sure: 'Box', things: 'Thing' },
  Bag: { next: 'Thing', boxes: 'Box', either: 'Either' },
  Thing: { next: 'Thing' },
  Query: { box: 'Box', surely: 'Box', thing: 'Thing', either: 'Either', boxes: 'Box' },
} as const;

type TypeName = 'Box' | 'Bag' | 'Thing' | 'Either' | 'Query';

/** `size` has arguments, some of which cannot be right. */
const sizes = fc.constantFrom(
  ...[
    'size',
    's1: size(of: 1)',
    's2: size(of: $n)',
    's3: size(in: { factor: $n })',
    's4: size(in: $unit)',
    's5: size(of: null)',
  ],
);
const condition = fc.constantFrom('', '', '', ' @include(if: $yes)', ' @skip(if: $no)', ' @skip(if: true)');
const plains = fc.constantFrom('plain', 'p1: plain(of: $n)', 'p2: plain(of: 2)');
const aliased = (name: string) => fc.constantFrom(name, name, `a_${name}: ${name}`);

const selectionOf = (type: TypeName, depth: number): fc.Arbitrary<string> => {
  const onTypes = ['Box', 'Bag'] as const;
  const fragments = fc
    .constantFrom(...onTypes)
    .chain((one) => fc.tuple(fc.constant(one), condition, selectionOf(one, depth - 1)))
    .map(([one, when, inner]) => `... on ${one}${when} { ${inner} }`);
  if (type === 'Either')
    return depth <= 0
      ? fc.constant('__typename')
      : fc.array(fragments, { minLength: 1, maxLength: 2 }).map((all) => all.join(' '));
  const below = depth <= 0 ? [] : Object.entries(objectFields[type]);
  const names = type === 'Query' ? ['size'] : fieldNames[type];
  const leaves = fc
    .tuple(
      fc.constantFrom(...names).chain((name) => (name === 'size' ? sizes : name === 'plain' ? plains : aliased(name))),
      condition,
    )
    .map(([field, when]) => `${field}${when}`);
  const objects = below.map(([name, of]) =>
    fc
      .tuple(aliased(name), condition, selectionOf(of, depth - 1))
      .map(([field, when, inner]) => `${field}${when} { ${inner} }`),
  );
  const more = type === 'Thing' && depth > 0 ? [fragments] : [];
  return fc.array(fc.oneof(leaves, ...objects, ...more), { minLength: 1, maxLength: 5 }).map((all) => all.join(' '));
};

const oddities = ['null', 'undefined', 'error', 'throws', 'rejects', 'later', 'wrong', 'plain'] as const;

/** What the fields of an object are, by its number: the same objects whoever asks, and every oddity of resolvers somewhere. */
const createObjects = (seed: readonly number[]) => {
  const pick = (at: number): number => seed[at % seed.length] ?? 0;
  const odd = (at: number, plain: unknown, wrong: unknown, isNow = false): unknown => {
    const some = pick(at) % 3 === 0 ? (oddities[pick(at + 7) % oddities.length] ?? 'plain') : 'plain';
    // graphql-js leaves promises of a list alone when an item without one fails and may not be null.
    const kind = isNow && (some === 'rejects' || some === 'later') ? 'throws' : some;
    switch (kind) {
      case 'null':
        return null;
      case 'undefined':
        return undefined;
      case 'error':
        return new Error(`an error in the data, ${at}`);
      case 'throws':
        return () => {
          throw new Error(`thrown, ${at}`);
        };
      case 'rejects':
        return () => Promise.reject(new Error(`rejected, ${at}`));
      case 'later':
        return Promise.resolve(plain);
      case 'wrong':
        return wrong;
      default:
        return plain;
    }
  };
  const create = (at: number, depth: number, isNow = false): object => {
    const isBox = pick(at) % 2 === 0;
    const list = (from: number, areNow: boolean): unknown[] =>
      depth <= 0
        ? []
        : Array.from({ length: pick(from) % 4 }, (_, index) =>
            odd(from + index, create(from + 3 * index + 1, depth - 1, areNow), 5, areNow),
          );
    const below = (number: number, wrong: unknown): unknown =>
      depth <= 0 ? null : odd(at + number, create(at + 2 * number + 1, depth - 1, isNow), wrong, isNow);
    // Made when they are asked for: few of them are.
    return {
      get __typename() {
        return odd(at + 11, isBox ? 'Box' : 'Bag', 'Query', isNow) ?? (isBox ? 'Box' : 'Bag');
      },
      get name() {
        return odd(at + 1, `name ${at}`, { not: 'a text' }, isNow);
      },
      get strict() {
        return odd(at + 2, `strict ${at}`, ['no'], isNow);
      },
      get colour() {
        return odd(at + 3, 'RED', 'BLUE', isNow);
      },
      get words() {
        return odd(at + 4, ['one', null, odd(at + 5, 'two', {}, isNow)], 'no list', isNow);
      },
      get sureWords() {
        return odd(at + 6, new Set(['one', odd(at + 5, 'two', null, true)]), 7, isNow);
      },
      get plain() {
        if (pick(at + 16) % 4 === 0) throw new Error(`a property that throws, ${at}`);
        return odd(at + 16, at, 'no number', isNow);
      },
      called: (_: unknown, { who }: { readonly who: string }) => `called by ${who}`,
      get next() {
        return below(8, 'a text');
      },
      get box() {
        return below(9, 3);
      },
      get either() {
        return below(10, { __typename: 'Nobody' });
      },
      get boxes() {
        return odd(at + 12, list(at + 2, isBox ? isNow : true), 'no list', isNow);
      },
      get sure() {
        return odd(at + 14, list(at + 5, true), null, isNow);
      },
      get things() {
        return odd(at + 15, list(at + 8, true), {}, isNow);
      },
    };
  };
  return { create, odd };
};

interface Context {
  readonly who: string;
  readonly seed: readonly number[];
}

const size = (_: unknown, args: Readonly<Record<string, unknown>>, { who }: Context) =>
  `${who}${JSON.stringify(args)}`.length;

const schema = makeExecutableSchema({
  typeDefs,
  resolverValidationOptions: { requireResolversForResolveType: 'ignore' },
  resolvers: {
    Query: {
      size: async (source: unknown, args: Readonly<Record<string, unknown>>, context: Context) =>
        size(source, args, context),
      box: (_: unknown, __: unknown, { seed }: Context) =>
        createObjects(seed).odd(1, createObjects(seed).create(1, 3), 4),
      surely: async (_: unknown, __: unknown, { seed }: Context) => createObjects(seed).create(2, 3),
      thing: (_: unknown, __: unknown, { seed }: Context) => createObjects(seed).create(3, 3),
      either: (_: unknown, __: unknown, { seed }: Context) =>
        createObjects(seed).odd(4, createObjects(seed).create(4, 3), 5),
      boxes: (_: unknown, __: unknown, { seed }: Context) => {
        const { create, odd } = createObjects(seed);
        return [create(5, 2, true), odd(6, create(6, 2, true), 'x', true)];
      },
    },
    Box: { size, colour: (source: { readonly colour: unknown }) => source.colour },
  },
});
const executor = createExecutor(schema);

const asked = fc.record({
  seed: fc.array(fc.nat(1000), { minLength: 5, maxLength: 40 }),
  selection: selectionOf('Query', 4),
  variables: fc.record({
    n: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(null, 'x', undefined)),
    unit: fc.constantFrom(undefined, null, { factor: 2 }, { factor: 'x' }, { factor: 1, label: null }),
    yes: fc.boolean(),
    no: fc.constantFrom(true, false, undefined, null),
  }),
});

const head = 'query ($n: Int, $unit: Unit, $yes: Boolean!, $no: Boolean = false)';

const rules = specifiedRules.filter(({ name }) => name !== 'NoUnusedVariablesRule');

/** What stands where a path leads, as far as it leads: the first place that became null. */
const nulled = (data: unknown, path: readonly (string | number)[]): readonly (string | number)[] => {
  let value = data;
  for (const [depth, key] of path.entries()) {
    if (typeof value !== 'object' || value === null) return path.slice(0, depth);
    value = Object.entries(value).find(([name]) => name === String(key))?.[1];
  }
  return path;
};

/**
 * What an answer says that does not depend on which of several promises came first. The specification orders no errors, and leaves
 * open which of those below one place that became null are told: of them, only that the place has one.
 */
const told = ({ data, errors = [] }: ExecutionResult): object => {
  const of = errors.map((error) => ({ place: nulled(data, error.path ?? []), path: error.path ?? [], error }));
  const isThePlace = ({ place, path }: (typeof of)[number]): boolean => place.length === path.length;
  return {
    data: JSON.stringify(data),
    places: [...new Set(of.map(({ place }) => JSON.stringify(place)))].sort(),
    errors: of
      .filter(isThePlace)
      .map(({ error }) => JSON.stringify(error))
      .sort(),
  };
};

/** The errors that both answers tell of one path. */
const ofSamePaths = (one: ExecutionResult, other: ExecutionResult) => {
  const byPath = new Map(other.errors?.map((error) => [JSON.stringify(error.path), JSON.stringify(error)]));
  return (one.errors ?? []).flatMap((error) => {
    if (error.path === undefined) return [];
    const its = byPath.get(JSON.stringify(error.path));
    return its === undefined ? [] : [[JSON.stringify(error), its] as const];
  });
};

describe('operations answered by plans', () => {
  test('have the data and the errors that graphql-js gives', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(asked, async ({ seed, selection, variables }) => {
        const document = parse(`${head} { ${selection} }`);
        fc.pre(validate(schema, document, rules).length === 0);
        const context = { who: 'me', seed };
        const first = await executor({ document, variables, context });
        const again = await executor({ document, variables, context });
        const theirs = await execute({ schema, document, variableValues: variables, contextValue: context });
        for (const ours of [first, again]) {
          expect(told(ours)).toEqual(told(theirs));
          if (theirs.data === undefined) expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs));
          for (const [one, its] of ofSamePaths(ours, theirs)) expect(one).toBe(its);
        }
        compared += 1;
      }),
      { numRuns: Number(process.env.EXECUTOR_RUNS ?? 400) },
    );
    expect(compared).toBeGreaterThan(100);
  });

  test.each([
    ['mutations and fields of the schema', '{ __schema { queryType { name } } box { name } }', {}],
    ['a name that objects have already', '{ __proto__: box { name } }', {}],
    ['an operation that is not there', 'query One { box { name } } query Two { box { name } }', {}],
    ['a condition that is no Boolean', 'query ($no: Boolean = false) { box { name @skip(if: $no) } }', { no: null }],
  ])('%s are graphql-js’ own', async (_, text, variables) => {
    const contextValue = { who: 'me', seed: [1, 2, 3] };
    const document = parse(text);
    const ours = await executor({ document, variables, context: contextValue });
    const theirs = await execute({ schema, document, variableValues: variables, contextValue });
    expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs));
  });
});
