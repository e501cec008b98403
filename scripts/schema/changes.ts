import {
  astFromValue,
  buildSchema,
  DangerousChangeType,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLInputField,
  type GraphQLSchema,
  isInputObjectType,
  print,
} from 'graphql';

/** Something that callers of the released schema would lose. */
export interface BreakingChange {
  /** In words, e.g. `Machine.version was removed.` */
  readonly description: string;
  /** Coordinates of what it is about, one of which the changelog has to name: `Machine.version`, else types and values. */
  readonly names: readonly string[];
}

const defaultOf = ({ defaultValue, type }: GraphQLInputField): string => {
  const node = defaultValue === undefined ? null : astFromValue(defaultValue, type);
  return node === null || node === undefined ? 'none' : print(node);
};

/** What callers who leave something out would be given in place of what they had. */
const changedDefaults = (before: GraphQLSchema, schema: GraphQLSchema): readonly string[] => [
  ...findDangerousChanges(before, schema)
    .filter(({ type }) => type === DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE)
    .map(({ description }) => description),
  ...Object.values(before.getTypeMap()).flatMap((type) => {
    const now = schema.getType(type.name);
    if (!isInputObjectType(type) || !isInputObjectType(now)) return [];
    return Object.values(type.getFields()).flatMap((field) => {
      const after = now.getFields()[field.name];
      if (after === undefined || defaultOf(after) === defaultOf(field)) return [];
      return [`${type.name}.${field.name} has changed its default from ${defaultOf(field)} to ${defaultOf(after)}.`];
    });
  }),
];

/** What callers of the `released` schema would lose with `schema`. */
export const breakingChanges = (released: string, schema: GraphQLSchema): readonly BreakingChange[] => {
  const before = buildSchema(released);
  const descriptions = [
    ...findBreakingChanges(before, schema).map(({ description }) => description),
    ...changedDefaults(before, schema),
  ];
  return descriptions.map((description) => {
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
