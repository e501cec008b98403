import type { ChangePageResolvers, ChangeResolvers, QueryResolvers } from '../src/generated/graphql.ts';
import { connectionResolvers } from './connection.ts';

export const changeQueries: Pick<QueryResolvers, 'changes'> = {
  changes: (_, asked, context) => context.changes(context, asked),
};

export const ChangePage: ChangePageResolvers = {
  cursor: ({ cursor }) => cursor(),
  failures: connectionResolvers.failures,
};

export const Change: ChangeResolvers = {
  tenant: ({ tenant }, _, { access }) => access.tenant(tenant),
};
