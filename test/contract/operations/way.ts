import {
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Ask } from './reach.ts';

/** Fields that are a way to rows, and what tells of faults beside them: no part of what is asked for. */
const beside = ['nodes', 'results', 'failures', 'error', 'tenants', 'rows'];

/**
 * What of the gateway a question uses: `Query.machine > Machine.software`, `Mutation.isolateMachines`, `GET /export/certificates`.
 * Of fields that hold a value those count that have a price.
 * @throws Error for a field that the schema has not
 */
export const wayOf = (schema: GraphQLSchema, priced: ReadonlyMap<string, unknown>, ask: Ask): string => {
  if ('get' in ask) {
    const url = new URL(ask.get, 'http://localhost');
    const form = url.searchParams.get('form');
    return `GET ${url.pathname.replaceAll(/\/files\/[^/]+\/[^/]+/g, '/files/{tenant}/{actionId}')}${form === null ? '' : `?form=${form}`}`;
  }
  const info = new TypeInfo(schema);
  const way: string[] = [];
  visit(
    parse(ask.document),
    visitWithTypeInfo(info, {
      [Kind.FIELD]: (node) => {
        const parent = info.getParentType();
        const type = info.getType();
        if (node.name.value.startsWith('__')) return;
        if (!isObjectType(parent) || type == null) throw new Error(`The schema has no ${node.name.value}`);
        const name = `${parent.name}.${node.name.value}`;
        const isWay = !isLeafType(getNamedType(type)) && !beside.includes(node.name.value);
        if (isWay || priced.has(name)) way.push(name);
      },
    }),
  );
  return way.join(' > ');
};
