import { OperationTypeNode, parse } from 'graphql';
import { examples } from '../../../src/demo/examples.ts';
import type { Simulator } from '../../../src/simulator/index.ts';
import { notYet, type Row } from '../../contract/operations/reach.ts';
import { reads } from '../../contract/operations/reads.ts';
import { blocksIn } from '../../docs/pages.ts';

/** What is asked in one request. */
export interface Question {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

const isQuery = ({ query }: Question): boolean =>
  parse(query).definitions.every((each) => !('operation' in each) || each.operation === OperationTypeNode.QUERY);

/** Every query of the demo, of the documentation and of the contract's table of reads, about the tenant `contoso`. */
export const documentedQueries = (simulator: Simulator): readonly Question[] => {
  const world = simulator.world('contoso');
  const documented: readonly Question[] = [
    ...examples,
    // Recipes take variables from one another, and quotas move.
    ...blocksIn('graphql').flatMap(({ text, note }) => (note.startsWith('recipe') ? [] : [{ query: text }])),
    ...Object.values<Row>(reads).flatMap((row): readonly Question[] => {
      const asked = row === notYet ? { get: '' } : row.ask({ tenant: 'contoso', world, fresh: () => '' });
      return 'get' in asked ? [] : [{ query: asked.document, variables: { ...asked.variables } }];
    }),
  ];
  return documented.filter(isQuery);
};
