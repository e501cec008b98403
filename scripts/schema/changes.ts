import { buildSchema, findBreakingChanges, type GraphQLSchema } from 'graphql';

/** Something that callers of the released schema would lose. */
export interface BreakingChange {
  /** In words, e.g. `Machine.version was removed.` */
  readonly description: string;
  /** Coordinates of what it is about, one of which the changelog has to name: `Machine.version`, else types and values. */
  readonly names: readonly string[];
}

/** What callers of the `released` schema would lose with `schema`. */
export const breakingChanges = (released: string, schema: GraphQLSchema): readonly BreakingChange[] => {
  const before = buildSchema(released);
  return findBreakingChanges(before, schema).map(({ description }) => {
    const words = description.match(/\w+(?:\.\w+)?/g) ?? [];
    const coordinates = words.filter((word) => word.includes('.'));
    return {
      description,
      names: coordinates.length > 0 ? coordinates : words.filter((word) => before.getType(word) !== undefined),
    };
  });
};

/** Whether a line "- Breaking:" of what is not released yet names, in backticks, what a change is about. */
export const announces = (changelog: string, { names }: BreakingChange): boolean => {
  const [, unreleased = ''] = changelog.split(/^## \[Unreleased\].*$/m);
  const [section = ''] = unreleased.split(/^## /m);
  const items = section.split(/^- /m).filter((item) => item.startsWith('Breaking:'));
  return names.some((name) => items.some((item) => item.includes(`\`${name}\``)));
};
