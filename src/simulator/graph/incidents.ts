import { graph } from '../../microsoft/graph/index.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest } from '../http/types.ts';
import type { ODataRules } from '../odata/rules.ts';
import { isoTime } from '../world/times.ts';
import type { WorldIncident } from '../world/types.ts';
import { addComment } from './comments.ts';
import {
  classifications,
  determinations,
  incidentStatuses,
  preferenceHeaders,
  severities,
  spellingFor,
} from './enums.ts';
import { checkExpandedPage, expandAlerts, restOfAlerts } from './expand.ts';
import { GraphFault } from './fault.ts';
import { incidentShape } from './incident-shape.ts';
import { answerPage, type Paging } from './page.ts';
import { callerName, entity, published } from './route.ts';
import { checkProperties, clearable, member, objectBody, texts } from './update.ts';

const path = '/security/incidents';
/** Graph takes these; the service sets the other states itself. */
const writableStatuses = ['active', 'inProgress', 'resolved'] as const;
/** No page states the most: 50 is what is commonly seen. */
const maxTop = 50;
const writable = ['assignedTo', 'classification', 'customTags', 'determination', 'status'];

/** Only the documented properties can be filtered on. https://learn.microsoft.com/graph/api/security-list-incidents */
const rules: ODataRules<WorldIncident> = {
  options: ['$count', '$filter', '$skip', '$top', '$expand', '$skiptoken'],
  expandable: ['alerts'],
  maxTop,
  defaultTop: maxTop,
  filterable: [
    { name: 'assignedTo', type: 'string', of: (incident) => incident.assignedTo },
    { name: 'classification', type: 'enum', members: classifications, of: (incident) => incident.classification },
    { name: 'createdDateTime', type: 'time', of: (incident) => incident.createdAt },
    { name: 'determination', type: 'enum', members: determinations, of: (incident) => incident.determination },
    { name: 'lastUpdateDateTime', type: 'time', of: (incident) => incident.updatedAt },
    { name: 'severity', type: 'enum', members: severities, of: (incident) => incident.severity },
    { name: 'status', type: 'enum', members: incidentStatuses, of: (incident) => incident.status },
  ],
};

function find(request: SimRequest): WorldIncident {
  const id = request.params.incidentId ?? '';
  const incident = request.tenant.incidents.find((candidate) => candidate.id === id);
  if (incident === undefined) throw new GraphFault('itemNotFound', `The incident ${id} does not exist.`);
  return incident;
}

function draw(request: SimRequest, incident: WorldIncident, expand: boolean) {
  const expanded = expand ? expandAlerts(request, incident) : null;
  return incidentShape(incident, request.tenant, spellingFor(request), expanded);
}

/** Reads the whole change before it makes any of it. */
function update(request: SimRequest): WorldIncident {
  const incident = find(request);
  const body = objectBody(request.body);
  checkProperties(body, writable);
  const status = member(body, 'status', writableStatuses);
  const classification = member(body, 'classification', classifications);
  const determination = member(body, 'determination', determinations);
  const assignedTo = clearable(body, 'assignedTo');
  const tags = texts(body, 'customTags');
  if (status !== undefined) incident.status = status;
  if (classification !== undefined) incident.classification = classification;
  if (determination !== undefined) incident.determination = determination;
  if (assignedTo !== undefined) incident.assignedTo = assignedTo;
  if (tags !== undefined) incident.tags = [...tags];
  incident.updatedAt = isoTime(request.now.getTime());
  incident.lastModifiedBy = callerName(request);
  return incident;
}

/** List, get, update and comment of incidents. */
export function incidentRoutes(paging: Paging): readonly Route[] {
  return [
    ...published(
      serve(graph.listIncidents, (request) =>
        answerPage(request, path, request.tenant.incidents, rules, paging, (incident, page) => {
          const expand = page.expand.has('alerts');
          if (expand) checkExpandedPage(request, Math.min(page.top, paging.pageSize));
          return draw(request, incident, expand);
        }),
      ),
    ),
    ...published({
      // Where `alerts@odata.nextLink` leads.
      ...serve(graph.getIncident, (request) => restOfAlerts(request, find(request))),
      id: 'graph.incidents.alerts.list',
      path: `${graph.getIncident.path}/alerts`,
    }),
    ...published(
      serve(graph.getIncident, (request) => {
        const expand = request.query.get('$expand');
        if (expand !== null && expand !== 'alerts') {
          throw new GraphFault('BadRequest', `The property '${expand}' cannot be used in the $expand query option.`);
        }
        const record = draw(request, find(request), expand !== null);
        return { ...entity(request, 'security/incidents', record), headers: preferenceHeaders(request) };
      }),
    ),
    ...published(
      serve(graph.updateIncident, (request) =>
        entity(request, 'security/incidents', draw(request, update(request), false)),
      ),
    ),
    ...published(
      serve(graph.addIncidentComment, (request) => {
        const incident = find(request);
        const answer = addComment(request, incident, `security/incidents('${incident.id}')`);
        incident.lastModifiedBy = callerName(request);
        return answer;
      }),
    ),
  ];
}
