import type { Alert } from '../../../domain/alert.ts';
import type { Comment } from '../../../domain/comment.ts';
import type { Incident } from '../../../domain/incident.ts';
import type { AlertChange, IncidentChange } from '../../../routing/triage.ts';

/** How much earlier than it was sent a comment may seem to be made. */
const skewMs = 600_000;

/** Whether somebody wrote this at that moment or later. Who wrote it does not matter: it is there. */
export const hasComment = (comments: readonly Comment[], text: string, sinceMs: number): boolean =>
  comments.some(
    (comment) =>
      comment.text.trim() === text && (comment.createdAt === null || Date.parse(comment.createdAt) >= sinceMs - skewMs),
  );

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

/** How much of a change an entity shows. A comment counts when it was added since `sinceMs`. */
export const shownOf = (
  { comment, ...fields }: Change,
  entity: Incident | Alert,
  sinceMs: number,
): 'ALL' | 'SOME' | 'NONE' => {
  const asked = Object.entries(fields);
  const set = asked.filter(([field, value]) => isSet(field, value, entity)).length;
  const commented = comment !== undefined && hasComment(entity.comments, comment, sinceMs);
  if (set === asked.length && (commented || comment === undefined)) return 'ALL';
  return set > 0 || commented ? 'SOME' : 'NONE';
};

/**
 * Whether the whole change was made. Its comment is added last, or together with the fields: where it is there, fields that
 * differ were changed by somebody since, and are not set back.
 */
export const isDone = (change: Change, entity: Incident | Alert, sinceMs: number): boolean =>
  change.comment === undefined
    ? shownOf(change, entity, sinceMs) === 'ALL'
    : hasComment(entity.comments, change.comment, sinceMs);
