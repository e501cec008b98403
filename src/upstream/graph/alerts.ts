import { alerts } from '../../microsoft/graph/alerts.ts';
import { asked } from '../asked.ts';
import { call, change, type ListOptions, type OneKind, one, page } from '../call.ts';
import { commentBody, readComments } from './comments.ts';
import { type CountOptions, countRows } from './counts.ts';
import { readTarget } from './regroup.ts';
import { type GraphAlert, isGraphAlert } from './wire.ts';

const alert: OneKind<GraphAlert> = { one: 'an alert', many: 'alerts', is: isGraphAlert, isAsked: asked.byId() };

/** Which alerts: an OData filter already escaped, and a page by `$top` and `$skip`, or by following `nextLink`. */
export type AlertListOptions = Pick<ListOptions, 'filter' | 'top' | 'skip' | 'orderBy'>;

/** What can be changed on an alert, in Graph's words. security-alert-update.md */
export interface GraphAlertUpdate {
  readonly status?: string;
  readonly classification?: string;
  readonly determination?: string;
  readonly assignedTo?: string | null;
}

/** Alerts (`alerts_v2`) with their evidence inside, newest first. */
export const listAlerts = (options: AlertListOptions = {}) => page(alerts.listAlerts, {}, alert, options);

/** How many alerts meet a filter. */
export const countAlerts = (options: CountOptions) => countRows(alerts.listAlerts, alert, options);

/** One alert; `null` when unknown. */
export const getAlert = (alertId: string) => one(alerts.getAlert, { alertId }, alert);

/** Changes an alert; `null` when it is done but the answer is empty. */
export const updateAlert = (alertId: string, body: GraphAlertUpdate) =>
  change(alerts.updateAlert, { alertId }, alert, body);

/** Adds a comment to an alert; comments can neither be changed nor removed. */
export const addAlertComment = (alertId: string, comment: string) =>
  call(alerts.addAlertComment, { alertId }, { parse: readComments }, { body: commentBody(comment) });

/** Moves alerts to another incident, a new one for `null`; answers with its id, `null` when the answer is empty. security-alert-movealerts.md */
export const moveAlerts = (alertIds: readonly string[], incidentId: string | null, alertComment?: string) =>
  call(
    alerts.moveAlerts,
    {},
    { parse: readTarget },
    {
      body: {
        alertIds,
        ...(incidentId === null ? {} : { incidentId }),
        ...(alertComment === undefined ? {} : { alertComment }),
      },
    },
  );
