import type { Tenant } from '../config/tenants.ts';
import type { IncidentFilter } from '../domain/filters.ts';
import type { Incident } from '../domain/incident.ts';
import type { CallScope } from '../scope.ts';
import { incidentFromGraph, incidentFromM365d } from '../unification/incident.ts';
import * as graph from '../upstream/graph/incidents.ts';
import type { GraphIncident } from '../upstream/graph/wire.ts';
import * as m365d from '../upstream/m365d/incidents.ts';
import type { M365dIncident } from '../upstream/m365d/wire.ts';
import { askedOf, type ListRules } from './asked.ts';
import { createGraphReads } from './batch.ts';
import { readEach } from './each.ts';
import { graphIncidentPush, m365dIncidentPush } from './filters/incidents.ts';
import { mapFound } from './found.ts';
import { type ListPlace, type OpenedList, pagesByNextLink, pagesBySkip } from './list.ts';
import type { RoutingParts } from './parts.ts';
import { waysOf } from './ways.ts';

/** Graph gives at most 50 incidents a page with their alerts inside. */
const graphRules: ListRules<IncidentFilter> = {
  push: graphIncidentPush,
  time: 'createdDateTime',
  maxTop: 50,
  end: 'nextLink',
};

/** api-list-incidents.md: `$top` up to 100. */
const m365dRules: ListRules<IncidentFilter> = {
  push: m365dIncidentPush,
  time: 'createdTime',
  maxTop: m365d.maxIncidentPage,
  end: 'shortPage',
};

/** Incidents, of Graph or Microsoft 365 Defender. */
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

/** The reads over both APIs. */
export const createIncidentReads = ({ routing, send, clock }: RoutingParts): IncidentReads => {
  const readEachFromGraph = createGraphReads({ send, clock });
  return {
    open: (tenant, { filter, alerts }, place, scope) => {
      const viaGraph = async (): Promise<OpenedList<Incident>> => {
        const asked = askedOf(filter, place, graphRules);
        const pager = {
          send,
          tenant,
          scope,
          operation: (at: { readonly skip: number }) =>
            graph.listIncidents({ ...asked.page(at), expandAlerts: alerts }),
          toDomain: (wire: GraphIncident) => incidentFromGraph(tenant, wire),
        };
        return { api: 'graph', page: await pagesByNextLink(pager, place) };
      };
      const viaM365d = async (): Promise<OpenedList<Incident>> => {
        const asked = askedOf(filter, place, m365dRules);
        const pager = {
          send,
          tenant,
          scope,
          operation: (at: { readonly skip: number }) => m365d.listIncidents(asked.page(at)),
          toDomain: (wire: M365dIncident) => incidentFromM365d(tenant, wire),
          idOf: ({ incidentId }: M365dIncident) => String(incidentId),
        };
        return { api: 'm365d', page: await pagesBySkip(pager, { ...place, top: asked.top }) };
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
