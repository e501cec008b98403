import type { Alert } from '../../../domain/alert.ts';
import { hasComment } from '../../../domain/comment.ts';
import type { Incident } from '../../../domain/incident.ts';
import { isRecord } from '../../../domain/records.ts';
import type { AlertChange, IncidentChange } from '../../../routing/triage.ts';
import { nearMs, skewMs } from '../../once/journal.ts';

type Change = AlertChange | IncidentChange;

const tagsOf = (entity: Incident | Alert): readonly string[] => ('tags' in entity ? entity.tags : []);

const sameTags = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((tag) => right.includes(tag));

/** Whether an entity has a field as it was to become. */
const isSet = (field: string, asked: unknown, entity: Incident | Alert): boolean => {
  const tags = tagsOf(entity);
  if (!Array.isArray(asked)) return asked === new Map<string, unknown>(Object.entries(entity)).get(field);
  if (field === 'addTags') return asked.every((tag) => tags.includes(tag));
  if (field === 'removeTags') return !asked.some((tag) => tags.includes(tag));
  return sameTags(asked, tags);
};

/** How the APIs call what an entity may have none of. */
const wireNames: Readonly<Record<string, readonly string[]>> = {
  assignedTo: ['assignedTo'],
  tags: ['customTags', 'tags'],
  addTags: ['customTags', 'tags'],
  removeTags: ['customTags', 'tags'],
};

/** Whether Microsoft told a field: what an answer leaves out is not none. */
const isTold = (field: string, { raw }: Incident | Alert): boolean =>
  !isRecord(raw) || (wireNames[field]?.some((name) => Object.hasOwn(raw, name)) ?? true);

/**
 * Whether a change would leave an entity as it is. A comment is always new. UNKNOWN may stand for a word of tomorrow, so that nobody
 * can tell.
 */
export const isSoAlready = ({ comment, ...fields }: Change, entity: Incident | Alert): boolean =>
  comment === undefined &&
  Object.entries(fields).every(
    ([field, asked]) => asked !== 'UNKNOWN' && isTold(field, entity) && isSet(field, asked, entity),
  );

/** How much of a change an entity shows. A comment counts when it was added since `sinceMs`. */
export const shownOf = (
  { comment, ...fields }: Change,
  entity: Incident | Alert,
  sinceMs: number,
): 'ALL' | 'SOME' | 'NONE' => {
  const asked = Object.entries(fields);
  const set = asked.filter(([field, value]) => isSet(field, value, entity)).length;
  const commented = comment !== undefined && hasComment(entity.comments, comment, sinceMs - skewMs);
  if (set === asked.length && (commented || comment === undefined)) return 'ALL';
  return set > 0 || commented ? 'SOME' : 'NONE';
};

/**
 * Whether the whole change was made. Its comment is added last, or together with the fields: where it is there, fields that
 * differ were changed by somebody since, and are not set back.
 */
export const isDone = (change: Change, entity: Incident | Alert, sinceMs: number): boolean => {
  const { comment, ...fields } = change;
  const isWhole = shownOf(change, entity, sinceMs) === 'ALL' && Object.keys(fields).length > 0;
  return isWhole || (comment !== undefined && isCommented(change, entity, sinceMs));
};

/** Whether the comment of a change is there, and surely not an earlier one of the same words. */
export const isCommented = ({ comment }: Change, entity: Incident | Alert, sinceMs: number): boolean =>
  comment !== undefined && hasComment(entity.comments, comment, sinceMs - nearMs);

/**
 * Whether what an entity shows does not tell if a change that is not done was made: it has no list of comments, or one of the
 * same words that may be an earlier one.
 */
export const isUnclear = ({ comment }: Change, { comments, raw }: Incident | Alert, sinceMs: number): boolean =>
  comment !== undefined &&
  (hasComment(comments, comment, sinceMs - skewMs) ||
    (comments.length === 0 && isRecord(raw) && !Object.hasOwn(raw, 'comments')));
