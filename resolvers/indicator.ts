import type {
  IndicatorResultResolvers,
  IndicatorSetResultResolvers,
  QueryResolvers,
} from '../src/generated/graphql.ts';
import { shownTarget } from './results.ts';

export const indicatorQueries: Pick<QueryResolvers, 'planIndicators'> = {
  planIndicators: (_, { input }, context) => context.actions.planIndicators(context, input),
};

export const IndicatorResult: IndicatorResultResolvers = {
  indicatorId: ({ indicatorId }) => shownTarget(indicatorId),
  indicatorValue: ({ indicatorValue }) => shownTarget(indicatorValue),
  indicator: ({ tenant, readableId: id }, _, { loaders }) =>
    id === null ? null : loaders.load('indicators', { tenant, id }),
};

export const IndicatorSetResult: IndicatorSetResultResolvers = {
  tenant: ({ tenant }, _, { access }) => access.tenant(tenant),
  changes: ({ changes }, { first }) => changes.slice(0, first),
};
