import { incidents } from '../../microsoft/graph/incidents.ts';
import { asked } from '../asked.ts';
import { call, change, type ListOptions, type OneKind, one, page } from '../call.ts';
import { commentBody, readComments } from './comments.ts';
import { type CountOptions, countRows } from './counts.ts';
import { readTarget } from './regroup.ts';
import { type GraphIncident, isGraphIncident } from './wire.ts';

const incident: OneKind<GraphIncident> = {
  one: 'an incident',
  many: 'incidents',
  is: isGraphIncident,
  isAsked: asked.byId(),
};

/** Whether an incident's alerts, with their evidence, come inside it. */
export interface IncidentReadOptions {
  readonly expandAlerts?: boolean | undefined;
}

/** Which incidents: an OData filter already escaped, and a page by `$top` and `$skip`, or by following `nextLink`. */
export interface IncidentListOptions
  extends IncidentReadOptions,
    Pick<ListOptions, 'filter' | 'top' | 'skip' | 'orderBy'> {}

/** What can be changed on an incident, in Graph's words; `customTags` replaces the list. security-incident-update.md */
export interface GraphIncidentUpdate {
  readonly assignedTo?: string | null;
  readonly classification?: string;
  readonly determination?: string;
  readonly status?: string;
  readonly customTags?: readonly string[];
}

const expansion = (expandAlerts: boolean | undefined) => ({ expand: expandAlerts ? 'alerts' : undefined });

/** Incidents, newest first. */
export const listIncidents = ({ expandAlerts, ...options }: IncidentListOptions = {}) =>
  page(incidents.listIncidents, {}, incident, { ...options, ...expansion(expandAlerts) });

/** How many incidents meet a filter. */
export const countIncidents = (options: CountOptions) => countRows(incidents.listIncidents, incident, options);

/** One incident; `null` when unknown. */
export const getIncident = (incidentId: string, { expandAlerts }: IncidentReadOptions = {}) =>
  one(incidents.getIncident, { incidentId }, incident, expansion(expandAlerts));

/** Changes an incident; `null` when it is done but the answer is empty. */
export const updateIncident = (incidentId: string, body: GraphIncidentUpdate) =>
  change(incidents.updateIncident, { incidentId }, incident, body);

/** Adds a comment to an incident; comments can neither be changed nor removed. */
export const addIncidentComment = (incidentId: string, comment: string) =>
  call(incidents.addIncidentComment, { incidentId }, { parse: readComments }, { body: commentBody(comment) });

/** Merges incidents into one of them; answers with its id, `null` when the answer is empty. security-incident-mergeincidents.md */
export const mergeIncidents = (incidentIds: readonly string[], incidentComment?: string) =>
  call(
    incidents.mergeIncidents,
    {},
    { parse: readTarget },
    { body: { incidentIds, ...(incidentComment === undefined ? {} : { incidentComment }) } },
  );
