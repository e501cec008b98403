import { notFound } from '../defender/fault.ts';
import type { Route, SimRequest } from '../http/types.ts';
import { applyQuery } from '../odata/query.ts';
import type { ODataRules } from '../odata/rules.ts';
import type { WorldAlert, WorldIncident } from '../world/types.ts';
import { incidentShape, incidentStatus } from './incident-shape.ts';
import { updateIncident } from './incident-update.ts';

/** api-list-incidents.md: four filterable properties (severity is none of them), at most 100 a page. */
const rules: ODataRules<WorldIncident> = {
  options: ['$filter', '$top', '$skip', '$count'],
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

const read = ['Incident.Read.All', 'Incident.ReadWrite.All'] as const;

function incidentNamed(request: SimRequest): WorldIncident {
  const id = request.params.id ?? '';
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
    {
      id: 'listIncidents',
      method: 'GET',
      path: '/api/incidents',
      anyOf: read,
      quota: { perMinute: 50, perHour: 1500 },
      handle: (request) => {
        const page = applyQuery(request.tenant.incidents, request.query, rules, request.oddities.values);
        const alerts = alertsByIncident(request.tenant.alerts);
        const value = page.items.map((incident) => incidentShape(incident, alerts.get(incident.id) ?? []));
        const counted = page.counted ? { '@odata.count': page.total } : {};
        const context = `${request.origin}/api/$metadata#Incidents`;
        return { status: 200, body: { '@odata.context': context, ...counted, value } };
      },
    },
    {
      id: 'getIncident',
      method: 'GET',
      path: '/api/incidents/{id}',
      anyOf: read,
      quota: { perMinute: 100, perHour: 1500 },
      handle: (request) => answerOne(request, incidentNamed(request)),
    },
    {
      id: 'updateIncident',
      method: 'PATCH',
      path: '/api/incidents/{id}',
      anyOf: ['Incident.ReadWrite.All'],
      quota: { perMinute: 50, perHour: 1500 },
      handle: (request) => {
        const incident = incidentNamed(request);
        updateIncident(request, incident);
        return answerOne(request, incident);
      },
    },
  ];
}
