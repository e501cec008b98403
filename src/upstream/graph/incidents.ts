import { acknowledged } from '../acknowledged.ts';
import type { Operation, Page } from '../http/operation.ts';
import { segment } from '../http/operation.ts';
import { readEntity, readPage } from '../http/shape.ts';
import { commentBody, readComments } from './comments.ts';
import { allEnumMembers } from './headers.ts';
import type { GraphComment, GraphIncident } from './wire.ts';
import { isGraphIncident } from './wire.ts';

const readPermissions = ['SecurityIncident.Read.All', 'SecurityIncident.ReadWrite.All'] as const;
const writePermissions = ['SecurityIncident.ReadWrite.All'] as const;

/** Whether an incident's alerts, with their evidence, come inside it. */
export interface IncidentReadOptions {
  readonly expandAlerts?: boolean | undefined;
}

/** Which incidents: an OData filter already escaped, and a page by `$top` and `$skip`, or by following `nextLink`. */
export interface IncidentListOptions extends IncidentReadOptions {
  readonly filter?: string | undefined;
  readonly top?: number | undefined;
  readonly skip?: number | undefined;
}

/** What can be changed on an incident, in Graph's words; `customTags` replaces the list. security-incident-update.md */
export interface GraphIncidentUpdate {
  readonly assignedTo?: string | null;
  readonly classification?: string;
  readonly determination?: string;
  readonly status?: string;
  readonly customTags?: readonly string[];
}

const expansion = (options: IncidentReadOptions) => (options.expandAlerts ? 'alerts' : undefined);

/**
 * Incidents, newest first. security-list-incidents.md
 * Permissions, any of: `SecurityIncident.Read.All`, `SecurityIncident.ReadWrite.All`.
 */
export const listIncidents = (options: IncidentListOptions = {}): Operation<Page<GraphIncident>> => ({
  id: 'graph.incidents.list',
  api: 'graph',
  method: 'GET',
  path: '/v1.0/security/incidents',
  query: { $filter: options.filter, $top: options.top, $skip: options.skip, $expand: expansion(options) },
  headers: allEnumMembers,
  repeatable: true,
  permissions: readPermissions,
  parse: readPage('incidents', isGraphIncident),
});

/**
 * One incident; `null` when unknown. security-incident-get.md
 * Permissions, any of: `SecurityIncident.Read.All`, `SecurityIncident.ReadWrite.All`.
 */
export const getIncident = (
  incidentId: string,
  options: IncidentReadOptions = {},
): Operation<GraphIncident | null> => ({
  id: 'graph.incidents.get',
  api: 'graph',
  method: 'GET',
  path: `/v1.0/security/incidents/${segment(incidentId)}`,
  query: { $expand: expansion(options) },
  headers: allEnumMembers,
  repeatable: true,
  permissions: readPermissions,
  whenNotFound: () => null,
  parse: readEntity('an incident', isGraphIncident),
});

/**
 * Changes an incident; `null` when it is done but the answer is empty. security-incident-update.md
 * Permission: `SecurityIncident.ReadWrite.All`.
 */
export const updateIncident = (incidentId: string, body: GraphIncidentUpdate): Operation<GraphIncident | null> => ({
  id: 'graph.incidents.update',
  api: 'graph',
  method: 'PATCH',
  path: `/v1.0/security/incidents/${segment(incidentId)}`,
  headers: allEnumMembers,
  body,
  repeatable: false,
  permissions: writePermissions,
  parse: acknowledged(readEntity('an incident', isGraphIncident)),
});

/**
 * Adds a comment to an incident; comments can neither be changed nor removed. security-incident-post-comments.md
 * Permission: `SecurityIncident.ReadWrite.All`.
 */
export const addIncidentComment = (incidentId: string, comment: string): Operation<readonly GraphComment[]> => ({
  id: 'graph.incidents.comment.create',
  api: 'graph',
  method: 'POST',
  path: `/v1.0/security/incidents/${segment(incidentId)}/comments`,
  body: commentBody(comment),
  repeatable: false,
  permissions: writePermissions,
  parse: readComments,
});
