import { execFileSync } from 'node:child_process';
import { buildSchema, findBreakingChanges, type GraphQLSchema } from 'graphql';

/** A file as it was committed at `ref`; `undefined` where there is no repository, or no such file in it. */
export const committed = (ref: string, file: string): string | undefined => {
  try {
    return execFileSync('git', ['show', `${ref}:${file}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
};

/** What callers of the `printed` schema would lose with `schema`, in words. */
export const breakingChanges = (printed: string, schema: GraphQLSchema): readonly string[] =>
  findBreakingChanges(buildSchema(printed), schema).map(({ description }) => description);

/** Whether the changelog tells callers of a breaking change in what is not released yet. */
export const announcesBreak = (changelog: string): boolean => {
  const [, unreleased = ''] = changelog.split(/^## \[Unreleased\].*$/m);
  const [lines = ''] = unreleased.split(/^## /m);
  return /^- Breaking:/m.test(lines);
};
