import type { Tenant } from '../config/tenants.ts';
import type { IncidentFilter } from '../domain/filters.ts';
import type { Incident } from '../domain/incident.ts';
import { incidentFromGraph } from '../unification/incident.ts';
import * as graph from '../upstream/graph/incidents.ts';
import type { GraphIncident } from '../upstream/graph/wire.ts';
import { createNamedAlertReads } from './alerts-by-id.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { createExpandedIncidents } from './expanded-incidents.ts';
import { incidentRows } from './filters/incidents.ts';
import { bothOf, type CountedList, type CountRows, createGraphCounts, tooOld } from './graph-counts.ts';
import { createNamedIncidentReads, type NamedIncidentReads, restOf } from './incidents-by-id.ts';
import { createIncidentsOfAlerts } from './incidents-of-alerts.ts';
import type { ListSource } from './list-source.ts';
import { m365dIncidentSource } from './m365d-incidents.ts';
import type { MachineNames } from './machine-names.ts';
import { openSource } from './open-source.ts';
import type { OpenedRows, OpenRows } from './opened-list.ts';
import { sourcesFor } from './route.ts';
import { sharedRows } from './shared-rows.ts';

const idOf = ({ incidentId }: Incident): string => incidentId;
const createdAt = (incident: Incident): string | null => incident.createdAt;

/** An incident of a list. Alerts that are not all beside it are left to be read when they are asked for. */
const listedFromGraph = (tenant: Tenant, wire: GraphIncident): Incident => {
  const incident = incidentFromGraph(tenant, wire);
  return restOf(wire) === null ? incident : { ...incident, alerts: null };
};

const mapped = sharedRows(listedFromGraph);

const countedIncidents: CountedList<IncidentFilter, GraphIncident, Incident> = {
  count: graph.countIncidents,
  toDomain: listedFromGraph,
  rows: incidentRows,
  never: {
    status: bothOf('status', 'active', 'resolved'),
    severity: bothOf('severity', 'high', 'low'),
    classification: bothOf('classification', 'truePositive', 'falsePositive'),
    determination: bothOf('determination', 'malware', 'phishing'),
    createdAfter: tooOld('createdDateTime'),
    createdBefore: tooOld('createdDateTime'),
    updatedAfter: tooOld('lastUpdateDateTime'),
    updatedBefore: tooOld('lastUpdateDateTime'),
  },
};

/** Incidents, of Graph or Microsoft 365 Defender. */
export interface IncidentReads extends NamedIncidentReads {
  /**
   * Opens the list of a tenant, newest first; with their alerts where these are wanted, or rows are judged by them. By machine:
   * the machine's alerts and their incidents by id, 1 call and 1 for each 20; by user or technique: one hunting query, two
   * lists of alerts that hunting may not know (too new, or old and changed), the alerts and their incidents by id, then the list.
   */
  readonly open: OpenRows<IncidentFilter, Incident>;
  /** By Graph alone: neither the pages of Microsoft 365 Defender nor what is asked through alerts can be counted. */
  readonly count: CountRows<IncidentFilter>;
}

/** The reads over both APIs. */
export const createIncidentReads = (
  parts: RoutingDependencies & { readonly idsPerCall: number; readonly machineNames: MachineNames },
): IncidentReads => {
  const { routing } = parts;
  const named = createNamedIncidentReads(parts);
  const counts = createGraphCounts(parts);
  const ofAlerts = createIncidentsOfAlerts({ ...parts, named, alerts: createNamedAlertReads(parts) });

  const listed: IncidentReads['open'] = (tenant, filter, opening, scope) => {
    const withAlerts =
      opening.thinned === true || (opening.expand?.includes('alerts') ?? false) || ofAlerts.areAsked(filter);
    const graphSource = (): ListSource<GraphIncident, Incident> => ({
      api: 'graph',
      list: (page) => graph.listIncidents({ ...page, expandAlerts: withAlerts }),
      ...mapped(tenant),
      idOf,
      time: { property: 'createdDateTime', of: createdAt },
      // Graph gives at most 50 incidents a page with their alerts inside.
      maxTop: 50,
      shortIsLast: true,
      ...(withAlerts ? createExpandedIncidents(parts, tenant, scope) : {}),
    });
    const asked = { tenant, scope, filter, rows: incidentRows, opening };
    const sources = {
      graph: () => openSource(parts, graphSource(), asked),
      m365d: () => openSource(parts, m365dIncidentSource(tenant), asked),
    };
    return routing.run<OpenedRows<Incident>>(tenant, 'incidents.read', scope, sourcesFor(sources, opening.api));
  };

  return {
    ...named,
    open: (tenant, filter, opening, scope) =>
      ofAlerts.areAsked(filter)
        ? ofAlerts.open(tenant, filter, opening, scope, listed)
        : listed(tenant, filter, opening, scope),
    count: (tenant, filters, scope) =>
      routing.run<readonly number[] | null>(tenant, 'incidents.read', scope, {
        graph: () => counts(countedIncidents, tenant, filters, scope),
        m365d: async () => null,
      }),
  };
};
