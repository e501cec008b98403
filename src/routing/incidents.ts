import type { Tenant } from '../config/tenants.ts';
import type { IncidentFilter } from '../domain/filters.ts';
import type { Incident } from '../domain/incident.ts';
import type { CallScope } from '../scope.ts';
import { incidentFromGraph, incidentFromM365d } from '../unification/incident.ts';
import * as graph from '../upstream/graph/incidents.ts';
import { allOf, compareTime } from '../upstream/http/odata.ts';
import * as m365d from '../upstream/m365d/incidents.ts';
import { createGraphReads } from './batch.ts';
import { readEach } from './each.ts';
import { graphIncidentPush, m365dIncidentPush } from './filters/incidents.ts';
import { mapFound } from './found.ts';
import { type ListPlace, type OpenedList, pagesByNextLink, pagesBySkip, pushed } from './list.ts';
import type { RoutingParts } from './parts.ts';
import { waysOf } from './ways.ts';

/** Graph gives at most 50 incidents a page with their alerts inside; M365D takes `$top` up to 100. */
const maxTop = { graph: 50, m365d: 100 } as const;

export interface IncidentReads {
  /** Opens the list of a tenant, newest first. `alerts`: whether the incidents' alerts are wanted with them. */
  open(
    tenant: Tenant,
    asked: { readonly filter: IncidentFilter; readonly alerts: boolean },
    place: ListPlace,
    scope: CallScope,
  ): Promise<OpenedList<Incident>>;
  /** By id, with their alerts. Calls: 1 key 1; 100 keys 5 through Graph, 100 through M365D; unknown ids are absent. */
  byIds(tenant: Tenant, ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, Incident | Error>>;
}

export const createIncidentReads = ({ routing, send, clock }: RoutingParts): IncidentReads => {
  const readEachFromGraph = createGraphReads({ send, clock });
  return {
    open: (tenant, { filter, alerts }, place, scope) => {
      const viaGraph = async (): Promise<OpenedList<Incident>> => {
        const { conditions, whole } = pushed(filter, graphIncidentPush);
        if (place.notAfter !== undefined) conditions.push(compareTime('createdDateTime', 'le', place.notAfter));
        const top = whole ? Math.min(place.top, maxTop.graph) : maxTop.graph;
        const page = await pagesByNextLink(
          {
            send,
            tenant,
            scope,
            operation: ({ skip }) =>
              graph.listIncidents({
                filter: allOf(conditions),
                top,
                skip: skip === 0 ? undefined : skip,
                expandAlerts: alerts,
              }),
            toDomain: (wire) => incidentFromGraph(tenant, wire),
          },
          place,
        );
        return { api: 'graph', page };
      };
      const viaM365d = async (): Promise<OpenedList<Incident>> => {
        const { conditions, whole } = pushed(filter, m365dIncidentPush);
        if (place.notAfter !== undefined) conditions.push(compareTime('createdTime', 'le', place.notAfter));
        // One more than asked tells whether there is more.
        const top = whole ? Math.min(place.top + 1, maxTop.m365d) : maxTop.m365d;
        const page = await pagesBySkip(
          {
            send,
            tenant,
            scope,
            operation: ({ skip }) =>
              m365d.listIncidents({ filter: allOf(conditions), top, skip: skip === 0 ? undefined : skip }),
            toDomain: (wire) => incidentFromM365d(tenant, wire),
            idOf: (wire) => String(wire.incidentId),
          },
          { ...place, top },
        );
        return { api: 'm365d', page };
      };
      return routing.run(tenant, 'incidents.read', scope, waysOf({ graph: viaGraph, m365d: viaM365d }, place.api));
    },

    byIds: (tenant, ids, scope) =>
      routing.run(tenant, 'incidents.read', scope, {
        graph: async () => {
          const wires = await readEachFromGraph(
            tenant,
            ids,
            (id) => graph.getIncident(id, { expandAlerts: true }),
            scope,
          );
          return mapFound(wires, (wire) => incidentFromGraph(tenant, wire));
        },
        m365d: () =>
          readEach(ids, async (id) => {
            const wire = await send(tenant, m365d.getIncident(id), scope);
            return wire === null ? null : incidentFromM365d(tenant, wire);
          }),
      }),
  };
};
