import type { Tenant } from '../config/tenants.ts';
import type { IncidentFilter } from '../domain/filters.ts';
import type { Incident } from '../domain/incident.ts';
import { asGatewayError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { incidentFromGraph, incidentFromM365d } from '../unification/incident.ts';
import * as alerts from '../upstream/graph/alerts.ts';
import * as graph from '../upstream/graph/incidents.ts';
import type { GraphIncident } from '../upstream/graph/wire.ts';
import * as m365d from '../upstream/m365d/incidents.ts';
import type { M365dIncident } from '../upstream/m365d/wire.ts';
import { createGraphReads } from './batch.ts';
import { readEach } from './each.ts';
import { readWhole } from './every-row.ts';
import { createExpandedIncidents } from './expanded-incidents.ts';
import { incidentRows } from './filters/incidents.ts';
import { mapFound } from './found.ts';
import { type ListSource, openSource } from './open-source.ts';
import type { OpenedRows, OpenRows } from './opened-list.ts';
import type { RoutingParts } from './parts.ts';
import { waysOf } from './ways.ts';

const idOf = ({ incidentId }: Incident): string => incidentId;
const createdAt = (incident: Incident): string | null => incident.createdAt;

/** Where the alerts beside an incident go on; `null`: they are all there. */
const restOf = (wire: GraphIncident): string | null => wire['alerts@odata.nextLink'] || null;

/** An incident of a list. Alerts that are not all beside it are left to be read when they are asked for. */
const listedFromGraph = (tenant: Tenant, wire: GraphIncident): Incident => {
  const incident = incidentFromGraph(tenant, wire);
  return restOf(wire) === null ? incident : { ...incident, alerts: null };
};

/** api-list-incidents.md: `$top` up to 100. */
export const m365dIncidentSource = (tenant: Tenant): ListSource<M365dIncident, Incident> => ({
  api: 'm365d',
  list: m365d.listIncidents,
  toDomain: (wire) => incidentFromM365d(tenant, wire),
  idOf,
  time: { property: 'createdTime', of: createdAt },
  maxTop: m365d.maxIncidentPage,
  leastTop: 10,
  shortIsLast: false,
});

/** Incidents, of Graph or Microsoft 365 Defender. */
export interface IncidentReads {
  /** Opens the list of a tenant, newest first; with their alerts where these are wanted, or rows are judged by them. */
  readonly open: OpenRows<IncidentFilter, Incident>;
  /**
   * By id, with their alerts, all of them. Calls: 1 key 1; 100 keys 5 through Graph, 100 through M365D; one more for each
   * further page of an incident's alerts; unknown ids are absent.
   */
  byIds(tenant: Tenant, ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, Incident | Error>>;
}

/** The reads over both APIs. */
export const createIncidentReads = (parts: RoutingParts): IncidentReads => {
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
    open: (tenant, filter, opening, scope) => {
      const withAlerts = opening.thinned === true || (opening.expand?.includes('alerts') ?? false);
      const graphSource = (): ListSource<GraphIncident, Incident> => ({
        api: 'graph',
        list: (page) => graph.listIncidents({ ...page, expandAlerts: withAlerts }),
        toDomain: (wire) => listedFromGraph(tenant, wire),
        idOf,
        time: { property: 'createdDateTime', of: createdAt },
        // Graph gives at most 50 incidents a page with their alerts inside.
        maxTop: 50,
        shortIsLast: true,
        ...(withAlerts ? createExpandedIncidents(parts, tenant, scope) : {}),
      });
      const asked = { tenant, scope, filter, rows: incidentRows, opening };
      return routing.run<OpenedRows<Incident>>(
        tenant,
        'incidents.read',
        scope,
        waysOf(
          {
            graph: () => openSource(parts, graphSource(), asked),
            m365d: () => openSource(parts, m365dIncidentSource(tenant), asked),
          },
          opening.api,
        ),
      );
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
          const found = await Promise.all(
            [...wires].map(async ([id, wire]): Promise<[string, GraphIncident | Error]> => {
              if (wire instanceof Error) return [id, wire];
              return [id, await whole(tenant, wire, scope).catch(asGatewayError)];
            }),
          );
          return mapFound(new Map(found), (wire) => incidentFromGraph(tenant, wire));
        },
        m365d: () =>
          readEach(ids, async (id) => {
            const wire = await send(tenant, m365d.getIncident(id), scope);
            return wire === null ? null : incidentFromM365d(tenant, wire);
          }),
      }),
  };
};
