import { acknowledged } from '../acknowledged.ts';
import type { Operation, Page } from '../http/operation.ts';
import { segment } from '../http/operation.ts';
import { readEntity, readPage } from '../http/shape.ts';
import { commentBody, readComments } from './comments.ts';
import { allEnumMembers } from './headers.ts';
import type { GraphAlert, GraphComment } from './wire.ts';
import { isGraphAlert } from './wire.ts';

const readPermissions = ['SecurityAlert.Read.All', 'SecurityAlert.ReadWrite.All'] as const;
const writePermissions = ['SecurityAlert.ReadWrite.All'] as const;

/** Which alerts: an OData filter already escaped, and a page by `$top` and `$skip`, or by following `nextLink`. */
export interface AlertListOptions {
  readonly filter?: string | undefined;
  readonly top?: number | undefined;
  readonly skip?: number | undefined;
}

/** What can be changed on an alert, in Graph's words. security-alert-update.md */
export interface GraphAlertUpdate {
  readonly status?: string;
  readonly classification?: string;
  readonly determination?: string;
  readonly assignedTo?: string | null;
}

/**
 * Alerts (`alerts_v2`) with their evidence inside, newest first; 150 calls a minute. `incidentId` and `id` are not filterable.
 * security-list-alerts_v2.md
 * Permissions, any of: `SecurityAlert.Read.All`, `SecurityAlert.ReadWrite.All`.
 */
export const listAlerts = (options: AlertListOptions = {}): Operation<Page<GraphAlert>> => ({
  id: 'graph.alerts.list',
  api: 'graph',
  method: 'GET',
  path: '/v1.0/security/alerts_v2',
  query: { $filter: options.filter, $top: options.top, $skip: options.skip },
  headers: allEnumMembers,
  repeatable: true,
  permissions: readPermissions,
  parse: readPage('alerts', isGraphAlert),
});

/**
 * One alert; `null` when unknown. security-alert-get.md
 * Permissions, any of: `SecurityAlert.Read.All`, `SecurityAlert.ReadWrite.All`.
 */
export const getAlert = (alertId: string): Operation<GraphAlert | null> => ({
  id: 'graph.alerts.get',
  api: 'graph',
  method: 'GET',
  path: `/v1.0/security/alerts_v2/${segment(alertId)}`,
  headers: allEnumMembers,
  repeatable: true,
  permissions: readPermissions,
  whenNotFound: () => null,
  parse: readEntity('an alert', isGraphAlert),
});

/**
 * Changes an alert; `null` when it is done but the answer is empty. security-alert-update.md
 * Permission: `SecurityAlert.ReadWrite.All`.
 */
export const updateAlert = (alertId: string, body: GraphAlertUpdate): Operation<GraphAlert | null> => ({
  id: 'graph.alerts.update',
  api: 'graph',
  method: 'PATCH',
  path: `/v1.0/security/alerts_v2/${segment(alertId)}`,
  headers: allEnumMembers,
  body,
  repeatable: false,
  permissions: writePermissions,
  parse: acknowledged(readEntity('an alert', isGraphAlert)),
});

/**
 * Adds a comment to an alert; comments can neither be changed nor removed. security-alert-post-comments.md
 * Permission: `SecurityAlert.ReadWrite.All`.
 */
export const addAlertComment = (alertId: string, comment: string): Operation<readonly GraphComment[]> => ({
  id: 'graph.alerts.comment.create',
  api: 'graph',
  method: 'POST',
  path: `/v1.0/security/alerts_v2/${segment(alertId)}/comments`,
  body: commentBody(comment),
  repeatable: false,
  permissions: writePermissions,
  parse: readComments,
});
