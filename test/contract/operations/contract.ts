import type { Fact } from '../../../src/microsoft/operation.ts';
import type { RecordedCall } from '../../../src/simulator/calls.ts';
import { isRecord } from '../../../src/upstream/http/shape.ts';

/** What a call of an operation may be, by Microsoft's pages. */
export interface Contract {
  readonly method: string;
  /** Of the path that is sent, decoded. */
  readonly path: RegExp;
  readonly query: readonly string[];
  readonly needed: readonly string[];
  readonly optional: readonly string[];
}

const escaped = (path: string): string => path.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&');

const keysOf = ({ body = {} }: Fact, word: 'needed' | 'optional'): readonly string[] =>
  Object.entries(body).flatMap(([key, each]) => (each === word ? [key] : []));

/** OData's parameters that its page documents. */
export const odataOf = (fact: Fact): readonly string[] => [
  ...(fact.filter === undefined ? [] : ['$filter']),
  ...(fact.maxTop === undefined ? [] : ['$top']),
  ...(fact.pages === 'skip' ? ['$skip'] : []),
  ...(fact.expand === undefined ? [] : ['$expand']),
  ...(fact.counts === undefined ? [] : ['$count']),
  ...(fact.odata ?? []),
];

/** The contract of an operation, from its row alone. */
export const contractOf = (fact: Fact): Contract => ({
  method: fact.method,
  path: new RegExp(`^${escaped(fact.path).replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  query: [...odataOf(fact), ...(fact.query ?? [])],
  needed: keysOf(fact, 'needed'),
  optional: keysOf(fact, 'optional'),
});

/** Where a call is not as its contract says. */
export const departuresOf = (call: RecordedCall, contract: Contract): readonly string[] => {
  const url = new URL(call.path, 'http://localhost');
  const body = isRecord(call.body) ? Object.keys(call.body) : [];
  const missing = contract.needed.filter((key) => !body.includes(key));
  return [
    ...(call.method === contract.method ? [] : [`method ${call.method}`]),
    ...(contract.path.test(decodeURIComponent(url.pathname)) ? [] : [`path ${url.pathname}`]),
    ...[...url.searchParams.keys()].filter((key) => !contract.query.includes(key)).map((key) => `query ${key}`),
    ...missing.map((key) => `body without ${key}`),
    ...body.filter((key) => ![...contract.needed, ...contract.optional].includes(key)).map((key) => `body with ${key}`),
  ];
};
