import { checkSessionIds } from '../src/entities/scan-session.ts';
import type { QueryResolvers } from '../src/generated/graphql.ts';

export const scanQueries: Pick<QueryResolvers, 'scanSessions'> = {
  scanSessions: (_, { tenant, sessionIds }, { access, edges }) => {
    const { name } = access.tenant(tenant);
    return checkSessionIds(sessionIds).map(
      async (id) => (await edges.load('Tenant.scanSession', { tenant: name, id })).rows[0] ?? null,
    );
  },
};
