import { m365d } from '../../microsoft/m365d/index.ts';
import { notFound } from '../defender/fault.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest } from '../http/types.ts';
import { applyQuery } from '../odata/query.ts';
import type { ODataRules } from '../odata/rules.ts';
import type { WorldAlert, WorldIncident } from '../world/types.ts';
import { incidentShape, incidentStatus } from './incident-shape.ts';
import { updateIncident } from './incident-update.ts';

/** api-list-incidents.md: four filterable properties (severity is none of them), at most 100 a page, no `$count`. */
const rules: ODataRules<WorldIncident> = {
  options: ['$filter', '$top', '$skip'],
  filterable: [
    { name: 'lastUpdateTime', type: 'time', of: (incident) => incident.updatedAt },
    { name: 'createdTime', type: 'time', of: (incident) => incident.createdAt },
    {
      name: 'status',
      type: 'enum',
      members: ['Active', 'InProgress', 'Resolved', 'Redirected'],
      of: incidentStatus,
    },
    { name: 'assignedTo', type: 'string', of: (incident) => incident.assignedTo },
  ],
  maxTop: 100,
  defaultTop: 100,
};

function incidentNamed(request: SimRequest): WorldIncident {
  // A number, however it is written: get-incident.md
  const id = String(Number(request.params.id));
  const incident = request.tenant.incidents.find((candidate) => candidate.id === id);
  if (incident === undefined) throw notFound('incident', id);
  return incident;
}

function alertsByIncident(alerts: readonly WorldAlert[]): ReadonlyMap<string, readonly WorldAlert[]> {
  return Map.groupBy(alerts, (alert) => alert.incidentId);
}

function answerOne(request: SimRequest, incident: WorldIncident) {
  const alerts = request.tenant.alerts.filter((alert) => alert.incidentId === incident.id);
  const context = `${request.origin}/api/$metadata#Incidents/$entity`;
  return { status: 200, body: { '@odata.context': context, ...incidentShape(incident, alerts) } };
}

/** Incidents, each with its whole tree of alerts, devices and entities. */
export function incidentRoutes(): readonly Route[] {
  return [
    serve(m365d.listIncidents, (request) => {
      const page = applyQuery(request.tenant.incidents, request.query, rules, request.oddities.values);
      const alerts = alertsByIncident(request.tenant.alerts);
      const value = page.items.map((incident) => incidentShape(incident, alerts.get(incident.id) ?? []));
      const context = `${request.origin}/api/$metadata#Incidents`;
      return { status: 200, body: { '@odata.context': context, value } };
    }),
    serve(m365d.getIncident, (request) => answerOne(request, incidentNamed(request))),
    serve(m365d.updateIncident, (request) => {
      const incident = incidentNamed(request);
      updateIncident(request, incident);
      return answerOne(request, incident);
    }),
  ];
}
