import { graph } from '../../microsoft/graph/index.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest, SimResponse } from '../http/types.ts';
import { openIncident, worstOf } from '../world/new-incident.ts';
import { isoTime } from '../world/times.ts';
import type { WorldAlert, WorldIncident } from '../world/types.ts';
import { GraphFault } from './fault.ts';
import { callerName, contextOf, published } from './route.ts';
import { type Body, clearable, objectBody, texts } from './update.ts';

/** resources/security-correlationreason.md: flags, several of them in one text with commas. */
const reasons: readonly string[] = [
  'repeatedAlertOccurrence',
  'sameGeography',
  'similarArtifacts',
  'sameTargetedAsset',
  'sameNetworkSegment',
  'eventSequence',
  'timeFrame',
  'sameThreatSource',
  'similarTTPsOrBehavior',
  'sameActor',
  'sameCampaign',
  'sharedIndicators',
  'sameAsset',
  'networkProximity',
  'eventCasualSequence',
  'temporalProximity',
  'lateralMovementPath',
];

function checkReasons(body: Body, key: string): void {
  const stranger = clearable(body, key)
    ?.split(',')
    .map((name) => name.trim())
    .find((name) => !reasons.includes(name));
  if (stranger !== undefined) {
    throw new GraphFault('BadRequest', `Invalid value '${stranger}' for the property '${key}'.`);
  }
}

function checkKnown(body: Body, known: readonly string[]): void {
  const stranger = Object.keys(body).find((key) => !known.includes(key));
  if (stranger !== undefined) {
    throw new GraphFault('BadRequest', `The parameter '${stranger}' in the request payload is not a valid parameter.`);
  }
}

/** At least `least` different ids. */
function idsOf(body: Body, key: string, least: number): readonly string[] {
  const ids = [...new Set(texts(body, key) ?? [])];
  if (ids.length < least) {
    throw new GraphFault('BadRequest', `The property '${key}' has to name at least ${least} different ids.`);
  }
  return ids;
}

/** An incident that can still take alerts. @throws GraphFault itemNotFound; BadRequest for one that was merged already */
function survivor({ tenant }: SimRequest, id: string): WorldIncident {
  const incident = tenant.incidents.find((candidate) => candidate.id === id);
  if (incident === undefined) throw new GraphFault('itemNotFound', `The incident ${id} does not exist.`);
  if (incident.redirectIncidentId !== null) {
    throw new GraphFault('BadRequest', `The incident ${id} was merged into ${incident.redirectIncidentId}.`);
  }
  return incident;
}

const answer = (request: SimRequest, targetIncidentId: string): SimResponse => ({
  status: 200,
  body: { '@odata.context': contextOf(request, 'microsoft.graph.security.mergeResponse'), targetIncidentId },
});

function touch(request: SimRequest, incident: WorldIncident, comment: string | null | undefined): void {
  const at = isoTime(request.now.getTime());
  if (comment) incident.comments.push({ text: comment, author: callerName(request), at });
  incident.updatedAt = at;
  incident.lastModifiedBy = callerName(request);
}

const alertsIn = ({ tenant }: SimRequest, id: string): readonly WorldAlert[] =>
  tenant.alerts.filter(({ incidentId }) => incidentId === id);

/** The others are redirected to the first one named, which takes their alerts (security-incident-mergeincidents.md). */
function merge(request: SimRequest): SimResponse {
  const body = objectBody(request.body);
  checkKnown(body, ['incidentIds', 'incidentComment', 'mergeReasons']);
  const incidents = idsOf(body, 'incidentIds', 2).map((id) => survivor(request, id));
  const comment = clearable(body, 'incidentComment');
  checkReasons(body, 'mergeReasons');
  const [target, ...others] = incidents;
  if (target === undefined) throw new GraphFault('BadRequest', 'There is nothing to merge.');
  for (const other of others) {
    for (const alert of request.tenant.alerts) if (alert.incidentId === other.id) alert.incidentId = target.id;
    other.redirectIncidentId = target.id;
    other.status = 'redirected';
    touch(request, other, null);
  }
  target.severity = worstOf(alertsIn(request, target.id));
  touch(request, target, comment);
  return answer(request, target.id);
}

/** Without an `incidentId` the alerts make a new incident (security-alert-movealerts.md). */
function move(request: SimRequest): SimResponse {
  const body = objectBody(request.body);
  checkKnown(body, ['alertIds', 'incidentId', 'alertComment', 'newCorrelationReasons']);
  const alerts = idsOf(body, 'alertIds', 1).map((id) => {
    const alert = request.tenant.alerts.find((candidate) => candidate.id === id);
    if (alert === undefined) throw new GraphFault('itemNotFound', `The alert ${id} does not exist.`);
    return alert;
  });
  const incidentId = clearable(body, 'incidentId') ?? null;
  const comment = clearable(body, 'alertComment');
  checkReasons(body, 'newCorrelationReasons');
  const target =
    incidentId === null
      ? openIncident(request.tenant, alerts, { author: callerName(request), now: request.now })
      : survivor(request, incidentId);
  const left = new Set(alerts.map((alert) => alert.incidentId));
  for (const alert of alerts) {
    alert.incidentId = target.id;
    alert.updatedAt = isoTime(request.now.getTime());
    if (comment) alert.comments.push({ text: comment, author: callerName(request), at: alert.updatedAt });
  }
  for (const incident of request.tenant.incidents) if (left.has(incident.id)) touch(request, incident, null);
  target.severity = worstOf(alertsIn(request, target.id));
  touch(request, target, null);
  return answer(request, target.id);
}

/** Merging incidents and moving alerts between them. */
export function regroupRoutes(): readonly Route[] {
  return [...published(serve(graph.mergeIncidents, merge)), ...published(serve(graph.moveAlerts, move))];
}
