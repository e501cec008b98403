import graphql from '@graphql-eslint/eslint-plugin';

const file = 'schema/schema.graphql';

/** What no field leads to and clients may still name: `Evidence` was released, and fragments on it are valid. */
const keptForFragments = ['Evidence'];

const unreachable = graphql.rules['no-unreachable-types'];
const kept = {
  rules: {
    'no-unreachable-types': {
      ...unreachable,
      create: (context) =>
        unreachable.create(
          Object.create(context, {
            report: {
              value: (found) => keptForFragments.includes(found.data?.typeName) || context.report(found),
            },
          }),
        ),
    },
  },
};

/**
 * The printed schema is linted, which is what callers see: the other files of its folder are written in short forms that no
 * tool but ours knows. It has no duplicates and no unknown types, for else it could not be printed.
 */
export default [
  {
    files: [file],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: file } } },
    plugins: { graphql, kept },
    rules: {
      'graphql/naming-convention': [
        'error',
        {
          types: 'PascalCase',
          InputObjectTypeDefinition: { style: 'PascalCase', requiredPattern: /(Input|Filter|Order)$/ },
          FieldDefinition: 'camelCase',
          InputValueDefinition: 'camelCase',
          EnumValueDefinition: 'UPPER_CASE',
          DirectiveDefinition: 'camelCase',
        },
      ],
      'graphql/require-description': [
        'error',
        {
          types: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
          DirectiveDefinition: true,
        },
      ],
      'graphql/no-hashtag-description': 'error',
      'graphql/require-deprecation-reason': 'error',
      'graphql/unique-enum-value-names': 'error',
      'graphql/no-scalar-result-type-on-mutation': 'error',
      'graphql/relay-connection-types': 'error',
      'graphql/relay-page-info': 'error',
      'graphql/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false }],
      'graphql/relay-arguments': ['error', { includeBoth: false }],
      'kept/no-unreachable-types': 'error',
    },
  },
];
