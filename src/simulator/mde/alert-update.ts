import { type Body, checkKeys, named, oneOf, optionalText } from '../defender/body.ts';
import { DefenderFault } from '../defender/fault.ts';
import { classificationNamed, determinationNamed } from '../defender/names.ts';
import type { SimRequest } from '../http/types.ts';
import { isoTime } from '../world/times.ts';
import type { WorldAlert } from '../world/types.ts';
import { callerName } from './route.ts';

/** Keys of an alert update: lower camel case, unlike those of machine actions. */
const updateKeys = ['status', 'assignedTo', 'classification', 'determination', 'comment'] as const;

const statuses = { New: 'new', InProgress: 'inProgress', Resolved: 'resolved' } as const;
const statusNames = ['New', 'InProgress', 'Resolved'] as const satisfies readonly (keyof typeof statuses)[];

/** A change that has been checked and can be made to any number of alerts. */
export type AlertChange = (alert: WorldAlert) => void;

/**
 * Reads the change out of an update's body (update-alert.md, batch-update-alerts.md).
 * @throws DefenderFault InvalidRequestBody when nothing known is in it, InvalidInput for a value that no page prints.
 */
export function readAlertChange(request: SimRequest, body: Body, otherKeys: readonly string[] = []): AlertChange {
  checkKeys(body, [...updateKeys, ...otherKeys]);
  if (!updateKeys.some((key) => key in body))
    throw new DefenderFault('InvalidRequestBody', 'There is nothing to update.');
  const status = optionalText(body, 'status');
  const nextStatus = status === undefined ? undefined : statuses[oneOf(status, 'status', statusNames)];
  const classification = named(body, 'classification', classificationNamed);
  const determination = named(body, 'determination', determinationNamed);
  const comment = optionalText(body, 'comment');
  const assignedTo = optionalText(body, 'assignedTo');
  const at = isoTime(request.now.getTime());
  const author = callerName(request);

  return (alert) => {
    if (nextStatus !== undefined) {
      alert.status = nextStatus;
      alert.resolvedAt = nextStatus === 'resolved' ? at : null;
    }
    if (classification !== undefined) alert.classification = classification;
    if (determination !== undefined) alert.determination = determination;
    if ('assignedTo' in body) alert.assignedTo = assignedTo ?? null;
    if (comment !== undefined) alert.comments.push({ text: comment, author, at });
    alert.updatedAt = at;
    touchIncident(request, alert);
  };
}

/** A change of an alert shows in the time of its incident, which pollers watch. */
function touchIncident(request: SimRequest, alert: WorldAlert): void {
  const incident = request.tenant.incidents.find((candidate) => candidate.id === alert.incidentId);
  if (incident !== undefined) incident.updatedAt = alert.updatedAt;
}
