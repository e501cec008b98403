import type { ApiName } from '../clouds/endpoints.ts';
import type { Tenant } from '../config/tenants.ts';
import type { HuntTable } from '../domain/hunt.ts';
import { InputError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import * as graph from '../upstream/graph/hunting.ts';
import * as m365d from '../upstream/m365d/hunting.ts';
import * as mde from '../upstream/mde/hunting.ts';
import type { RoutingDependencies } from './dependencies.ts';

/** The rows of a query, and which API gave them. */
export interface HuntAnswer {
  readonly api: ApiName;
  readonly table: HuntTable;
}

/** Advanced hunting, over Graph, Microsoft 365 Defender or Defender for Endpoint. */
export interface HuntingReads {
  /** One query in one tenant, one call. `timespan`: ISO 8601; Graph alone takes one. */
  run(tenant: Tenant, query: string, timespan: string | undefined, scope: CallScope): Promise<HuntAnswer>;
}

/** The three APIs behind one question. */
export const createHuntingReads = ({ routing, send }: RoutingDependencies): HuntingReads => ({
  run: (tenant, query, timespan, scope) => {
    let graphFailure: unknown;
    const viaGraph = async (): Promise<HuntAnswer> => {
      try {
        return { api: 'graph', table: await send(tenant, graph.runHuntingQuery(query, timespan), scope) };
      } catch (error) {
        graphFailure = error;
        throw error;
      }
    };
    const withoutTimespan = (api: ApiName, way: () => Promise<HuntTable>) => async (): Promise<HuntAnswer> => {
      if (timespan !== undefined) {
        // Where Graph is only down for now, that is the news, not what its stand-in cannot do.
        if (graphFailure !== undefined) throw graphFailure;
        throw new InputError(
          `${tenant.name} is hunted through ${api}, which takes no time span: write it into the query, e.g. | where Timestamp > ago(7d)`,
          { tenant: tenant.name, api, field: 'timespan' },
        );
      }
      return { api, table: await way() };
    };
    return routing.run<HuntAnswer>(tenant, 'hunting', scope, {
      graph: viaGraph,
      m365d: withoutTimespan('m365d', () => send(tenant, m365d.runAdvancedHunting(query), scope)),
      mde: withoutTimespan('mde', () => send(tenant, mde.runAdvancedQuery(query), scope)),
    });
  },
});
