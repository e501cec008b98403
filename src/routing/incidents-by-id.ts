import type { Tenant } from '../config/tenants.ts';
import type { Incident } from '../domain/incident.ts';
import { asGatewayError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { incidentFromGraph, incidentFromM365d } from '../unification/incident.ts';
import * as alerts from '../upstream/graph/alerts.ts';
import * as graph from '../upstream/graph/incidents.ts';
import type { GraphIncident } from '../upstream/graph/wire.ts';
import * as m365d from '../upstream/m365d/incidents.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { mapFound, readEach } from './each-id.ts';
import { readWhole } from './every-row.ts';
import { createGraphReads } from './graph-batch.ts';
import { readFromSources } from './named-in-sources.ts';

/** Where the alerts beside an incident go on; `null`: they are all there. */
export const restOf = (wire: GraphIncident): string | null => wire['alerts@odata.nextLink'] || null;

/** Incidents that are named by their ids. */
export interface NamedIncidentReads {
  /**
   * By id, with their alerts, all of them. Calls: 1 key 1; 100 keys 5 through Graph, 100 through M365D; one more for each
   * further page of an incident's alerts; unknown ids are absent.
   */
  byIds(tenant: Tenant, ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, Incident | Error>>;
}

/** The reads over both APIs. */
export const createNamedIncidentReads = (parts: RoutingDependencies): NamedIncidentReads => {
  const { routing, send } = parts;
  const readEachFromGraph = createGraphReads(parts);

  /** The incident with the alerts of every page behind the one beside it. */
  const whole = async (tenant: Tenant, wire: GraphIncident, scope: CallScope): Promise<GraphIncident> => {
    const nextLink = restOf(wire);
    if (nextLink === null) return wire;
    const first = { items: wire.alerts ?? [], nextLink };
    return { ...wire, alerts: await readWhole(send, tenant, alerts.listAlerts(), ({ id }) => id, scope, first) };
  };

  return {
    byIds: (tenant, ids, scope) =>
      readFromSources(
        routing,
        { tenant, capability: 'incidents.read', ids, scope },
        {
          graph: async (some) => {
            const wires = await readEachFromGraph(
              tenant,
              some,
              (id) => graph.getIncident(id, { expandAlerts: true }),
              scope,
            );
            const found = await Promise.all(
              [...wires].map(async ([id, wire]): Promise<[string, GraphIncident | Error]> => {
                if (wire instanceof Error) return [id, wire];
                return [id, await whole(tenant, wire, scope).catch(asGatewayError)];
              }),
            );
            return mapFound(new Map(found), (wire) => incidentFromGraph(tenant, wire));
          },
          m365d: (some) =>
            readEach(some, async (id) => {
              const wire = await send(tenant, m365d.getIncident(id), scope);
              return wire === null ? null : incidentFromM365d(tenant, wire);
            }),
        },
      ),
  };
};
