import type { ApolloServerPlugin } from '@apollo/server';
import { InputError } from '../errors.ts';
import { withHttpStatus } from './request-context.ts';

/** A value in its place. Places are linked, not written out: variables may be as deep as a body is long. */
interface Place {
  readonly value: unknown;
  readonly name: string;
  readonly outer: Place | null;
}

const pathOf = (place: Place): string => {
  const names: string[] = [];
  for (let each: Place | null = place; each !== null && each.outer !== null; each = each.outer) names.push(each.name);
  return names.toReversed().join('.');
};

/** Where a value holds half of a surrogate pair, e.g. `filter.assignedTo`; `undefined`: nowhere. */
export const illFormedAt = (value: unknown): string | undefined => {
  const open: Place[] = [{ value, name: '', outer: null }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value: found } = place;
    if (typeof found === 'string' && !found.isWellFormed()) return pathOf(place);
    if (typeof found !== 'object' || found === null) continue;
    for (const [name, inner] of Object.entries(found)) {
      if (!name.isWellFormed()) return pathOf(place);
      open.push({ value: inner, name, outer: place });
    }
  }
  return undefined;
};

/**
 * Refuses variables with text that is no Unicode: JSON can write half of a surrogate pair (`"\ud800"`), and neither a URL nor
 * UTF-8 can. In a document graphql-js refuses it.
 */
export const wellFormedPlugin: ApolloServerPlugin = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ request: { variables } }) => {
      const field = illFormedAt(variables ?? {});
      if (field === undefined) return;
      throw withHttpStatus(
        new InputError(`The variables hold text that is not well-formed Unicode: ${field}`, { field }),
      );
    },
  }),
};
