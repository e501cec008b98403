import { graph } from '../../microsoft/graph/index.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest } from '../http/types.ts';
import type { ODataRules } from '../odata/rules.ts';
import { isoTime } from '../world/times.ts';
import type { WorldAlert } from '../world/types.ts';
import { alertShape } from './alert-shape.ts';
import { addComment } from './comments.ts';
import {
  alertStatuses,
  classifications,
  determinations,
  preferenceHeaders,
  serviceSources,
  severities,
  spellingFor,
} from './enums.ts';
import { GraphFault } from './fault.ts';
import { answerPage, type Paging } from './page.ts';
import { entity, published } from './route.ts';
import { checkProperties, clearable, member, objectBody } from './update.ts';

const path = '/security/alerts_v2';
const writableStatuses = ['new', 'inProgress', 'resolved'] as const;
/** No page states the most: 1,000 is what is commonly seen. */
const maxTop = 1_000;
const writable = ['assignedTo', 'classification', 'determination', 'status'];

/** Only the documented properties can be filtered on; `incidentId` is not one. https://learn.microsoft.com/graph/api/security-list-alerts_v2 */
const rules: ODataRules<WorldAlert> = {
  options: ['$count', '$filter', '$skip', '$top', '$skiptoken'],
  maxTop,
  defaultTop: maxTop,
  filterable: [
    { name: 'assignedTo', type: 'string', of: (alert) => alert.assignedTo },
    { name: 'classification', type: 'enum', members: classifications, of: (alert) => alert.classification },
    { name: 'determination', type: 'enum', members: determinations, of: (alert) => alert.determination },
    { name: 'createdDateTime', type: 'time', of: (alert) => alert.createdAt },
    { name: 'lastUpdateDateTime', type: 'time', of: (alert) => alert.updatedAt },
    { name: 'severity', type: 'enum', members: severities, of: (alert) => alert.severity },
    { name: 'serviceSource', type: 'enum', members: serviceSources, of: (alert) => alert.serviceSource },
    { name: 'status', type: 'enum', members: alertStatuses, of: (alert) => alert.status },
  ],
};

function find(request: SimRequest): WorldAlert {
  const id = request.params.alertId ?? '';
  const alert = request.tenant.alerts.find((candidate) => candidate.id === id);
  if (alert === undefined) throw new GraphFault('itemNotFound', `The alert ${id} does not exist.`);
  return alert;
}

function draw(request: SimRequest, alert: WorldAlert) {
  return alertShape(alert, request.tenant, spellingFor(request));
}

/** A change of an alert shows in the time of its incident, which pollers watch. */
function touchIncident(request: SimRequest, alert: WorldAlert): void {
  const incident = request.tenant.incidents.find((candidate) => candidate.id === alert.incidentId);
  if (incident !== undefined) incident.updatedAt = alert.updatedAt;
}

/** Reads the whole change before it makes any of it. */
function update(request: SimRequest): WorldAlert {
  const alert = find(request);
  const body = objectBody(request.body);
  checkProperties(body, writable);
  const status = member(body, 'status', writableStatuses);
  const classification = member(body, 'classification', classifications);
  const determination = member(body, 'determination', determinations);
  const assignedTo = clearable(body, 'assignedTo');
  const at = isoTime(request.now.getTime());
  if (status !== undefined) {
    alert.status = status;
    alert.resolvedAt = status === 'resolved' ? at : null;
  }
  if (classification !== undefined) alert.classification = classification;
  if (determination !== undefined) alert.determination = determination;
  if (assignedTo !== undefined) alert.assignedTo = assignedTo;
  alert.updatedAt = at;
  touchIncident(request, alert);
  return alert;
}

/** List, get, update and comment of alerts_v2. */
export function alertRoutes(paging: Paging): readonly Route[] {
  return [
    ...published(
      serve(graph.listAlerts, (request) =>
        answerPage(request, path, request.tenant.alerts, rules, paging, (alert) => draw(request, alert)),
      ),
    ),
    ...published(
      serve(graph.getAlert, (request) => {
        const record = draw(request, find(request));
        return { ...entity(request, 'security/alerts_v2', record), headers: preferenceHeaders(request) };
      }),
    ),
    ...published(
      serve(graph.updateAlert, (request) => entity(request, 'security/alerts_v2', draw(request, update(request)))),
    ),
    ...published(
      serve(graph.addAlertComment, (request) => {
        const alert = find(request);
        const answer = addComment(request, alert, `security/alerts_v2('${alert.id}')`);
        touchIncident(request, alert);
        return answer;
      }),
    ),
  ];
}
