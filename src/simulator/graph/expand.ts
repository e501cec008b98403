import type { SimRequest, SimResponse } from '../http/types.ts';
import { nextLinkUnder } from '../oddities/next-link.ts';
import type { WorldAlert, WorldIncident } from '../world/types.ts';
import { alertShape } from './alert-shape.ts';
import { preferenceHeaders, spellingFor } from './enums.ts';
import { GraphFault } from './fault.ts';
import type { ExpandedAlerts } from './incident-shape.ts';
import { contextOf, otherOrigin, versionOf } from './route.ts';

const failed = (): GraphFault => new GraphFault('generalException', 'An internal server error occurred.');

const alertsOf = ({ tenant }: SimRequest, { id }: WorldIncident): readonly WorldAlert[] =>
  tenant.alerts.filter(({ incidentId }) => incidentId === id);

/** @throws GraphFault generalException when the page is larger than the service can expand */
export function checkExpandedPage({ oddities }: SimRequest, size: number): void {
  const { expandFailsAbove } = oddities.values;
  if (expandFailsAbove !== null && size > expandFailsAbove) throw failed();
}

/** The alerts of an incident from one place on, as many as the service shows at once. */
function cut(request: SimRequest, incident: WorldIncident, from: number): ExpandedAlerts {
  const { values } = request.oddities;
  const all = alertsOf(request, incident);
  const end = Math.min(all.length, from + (values.alertsNextLink ?? all.length));
  const place = values.nextLink === 'stuck' ? from : end;
  const path = `${versionOf(request)}/security/incidents/${incident.id}/alerts?$skiptoken=${place}`;
  const nextLink = end < all.length ? nextLinkUnder(values, request.origin, otherOrigin, path) : null;
  return { alerts: all.slice(from, end), nextLink };
}

/** The alerts that `$expand=alerts` shows. @throws GraphFault generalException when the incident is too large for it */
export function expandAlerts(request: SimRequest, incident: WorldIncident): ExpandedAlerts {
  const { expandFailsForAlerts } = request.oddities.values;
  if (expandFailsForAlerts !== null && alertsOf(request, incident).length > expandFailsForAlerts) throw failed();
  return cut(request, incident, 0);
}

/** The alerts of an incident as a list of their own, from the place that the link names. */
export function restOfAlerts(request: SimRequest, incident: WorldIncident): SimResponse {
  const token = request.query.get('$skiptoken') ?? '0';
  if (!/^\d{1,9}$/.test(token)) throw new GraphFault('BadRequest', 'The skip token is not valid.');
  const { alerts, nextLink } = cut(request, incident, Number(token));
  return {
    status: 200,
    headers: preferenceHeaders(request),
    body: {
      '@odata.context': contextOf(request, `security/incidents('${incident.id}')/alerts`),
      ...(nextLink === null ? {} : { '@odata.nextLink': nextLink }),
      value: alerts.map((alert) => alertShape(alert, request.tenant, spellingFor(request))),
    },
  };
}
