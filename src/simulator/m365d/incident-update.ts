import { checkKeys, named, objectBody, oneOf, optionalText, optionalTexts } from '../defender/body.ts';
import { DefenderFault } from '../defender/fault.ts';
import { classificationNamed, determinationNamed } from '../defender/names.ts';
import type { SimRequest } from '../http/types.ts';
import { isoTime } from '../world/times.ts';
import type { WorldIncident } from '../world/types.ts';

const statuses = {
  Active: 'active',
  InProgress: 'inProgress',
  Resolved: 'resolved',
  Redirected: 'redirected',
} as const;
const statusNames = [
  'Active',
  'InProgress',
  'Resolved',
  'Redirected',
] as const satisfies readonly (keyof typeof statuses)[];

const updateKeys = ['status', 'assignedTo', 'classification', 'determination', 'tags', 'comment'];

/**
 * Changes an incident as the body of a PATCH asks (api-update-incidents.md); the comment travels in the same body.
 * Nothing is changed when one value is wrong.
 * @throws DefenderFault 400
 */
export function updateIncident(request: SimRequest, incident: WorldIncident): void {
  const body = objectBody(request.body);
  checkKeys(body, updateKeys);
  if (Object.keys(body).length === 0) throw new DefenderFault('InvalidRequestBody', 'There is nothing to update.');
  const statusName = optionalText(body, 'status');
  const status = statusName === undefined ? undefined : statuses[oneOf(statusName, 'status', statusNames)];
  const classification = named(body, 'classification', classificationNamed);
  const determination = named(body, 'determination', determinationNamed);
  const assignedTo = optionalText(body, 'assignedTo');
  const comment = optionalText(body, 'comment');
  const tags = optionalTexts(body, 'tags');
  const author = request.principal.userName ?? request.principal.clientId;
  const at = isoTime(request.now.getTime());

  if (status !== undefined) incident.status = status;
  if (classification !== undefined) incident.classification = classification;
  if (determination !== undefined) incident.determination = determination;
  if ('assignedTo' in body) incident.assignedTo = assignedTo ?? null;
  // Whether the list replaces or extends is not documented: it replaces, so that a caller can remove a tag.
  if (tags !== undefined) incident.tags = [...tags];
  if (comment !== undefined) incident.comments.push({ text: comment, author, at });
  incident.updatedAt = at;
  incident.lastModifiedBy = author;
}
