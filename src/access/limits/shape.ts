import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql';
import type { GatewayError } from '../../errors.ts';
import { tooExpensive } from './too-expensive.ts';

/** What the document alone decides, whatever the variables. */
export interface ShapeLimits {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
}

/** An alias comes back with the data, and in the path of each error. */
const maxAliasCharacters = 256;

/** One walk over the document: counts aliases and directives as it goes, and measures depth at each operation. */
export const shapeRule =
  (limits: ShapeLimits): ValidationRule =>
  (context) => {
    const document = context.getDocument();
    const depthOf = depthMeasure(document);
    let aliases = 0;
    let longestAlias = 0;
    let directives = 0;

    const report = (error: GatewayError | undefined): void => {
      if (error !== undefined) context.reportError(new GraphQLError(error.message, { originalError: error }));
    };
    return {
      Field(node) {
        if (node.alias === undefined) return;
        aliases += 1;
        longestAlias = Math.max(longestAlias, node.alias.value.length);
      },
      Directive() {
        directives += 1;
      },
      OperationDefinition(node) {
        report(exceeds('a depth of', depthOf(node.selectionSet), limits.depth, 'ask for fewer levels'));
      },
      Document: {
        leave() {
          report(exceeds('a number of aliases of', aliases, limits.aliases, 'use fewer aliases'));
          report(exceeds('an alias with a length of', longestAlias, maxAliasCharacters, 'use shorter aliases'));
          report(exceeds('a number of directives of', directives, limits.directives, 'use fewer directives'));
        },
      },
    };
  };

const exceeds = (what: string, found: number, limit: number, advice: string): GatewayError | undefined =>
  found > limit ? tooExpensive(what, found, limit, advice) : undefined;

/**
 * Levels of fields below a selection set. Each fragment is measured once, so spreading it often costs nothing; one that
 * spreads itself counts as empty there, since graphql-js reports the cycle by its own rule.
 */
const depthMeasure = (document: DocumentNode): ((selections: SelectionSetNode) => number) => {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, number>();

  const fragmentDepth = (name: string): number => {
    const measured = known.get(name);
    if (measured !== undefined) return measured;
    known.set(name, 0);
    const fragment = fragments.get(name);
    const depth = fragment === undefined ? 0 : depthOf(fragment.selectionSet);
    known.set(name, depth);
    return depth;
  };

  const depthOf = (selections: SelectionSetNode): number => {
    let deepest = 0;
    for (const selection of selections.selections) {
      deepest = Math.max(deepest, selectionDepth(selection));
    }
    return deepest;
  };

  const selectionDepth = (selection: SelectionSetNode['selections'][number]): number => {
    switch (selection.kind) {
      case Kind.FRAGMENT_SPREAD:
        return fragmentDepth(selection.name.value);
      case Kind.INLINE_FRAGMENT:
        return depthOf(selection.selectionSet);
      case Kind.FIELD:
        if (selection.name.value.startsWith('__')) return 0;
        return 1 + (selection.selectionSet === undefined ? 0 : depthOf(selection.selectionSet));
    }
  };
  return depthOf;
};
