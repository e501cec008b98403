import type { Context } from '../src/context.ts';
import { type CountedBy, type CountedName, countedNames } from '../src/entities/counted.ts';
import { type EntityName, type entities, type FilterOf, wordOf } from '../src/entities/table.ts';
import type { CountsResolvers, TenantCountResolvers } from '../src/generated/graphql.ts';
import type { Counts as DomainCounts } from '../src/lists/counts/answer.ts';
import type { CountArguments } from '../src/lists/counts/counts.ts';
import { connectionResolvers } from './connection.ts';
import { apiWords } from './tenant.ts';

type Ask<Name extends CountedName> = (
  root: unknown,
  asked: CountArguments<Partial<FilterOf<Name>>, CountedBy<Name>>,
  context: Context,
) => Promise<DomainCounts>;

/** How the counts of a type are called: `machineActionCounts`. */
type FieldOf<Name extends EntityName> = `${Uncapitalize<(typeof entities)[Name]['type']>}Counts`;

type CountQueries = { readonly [Name in CountedName as FieldOf<Name>]: Ask<Name> };

const countsOf =
  <Name extends CountedName>(name: Name): Ask<Name> =>
  (_, asked, context) =>
    context.counts[name](context, asked);

function queries(): CountQueries;
function queries(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(countedNames.map((name) => [`${wordOf(name)}Counts`, countsOf(name)]));
}

/** The counts of the table of what is counted. */
export const countQueries = queries();

export const Counts: CountsResolvers = {
  failures: connectionResolvers.failures,
  truncated: ({ truncation }) => truncation !== null,
  truncationReason: ({ truncation }) => truncation,
};

export const TenantCount: TenantCountResolvers = {
  total: ({ tally }) => tally.total(),
  atLeast: ({ cut }) => cut !== null,
  source: ({ api }) => apiWords[api],
};
