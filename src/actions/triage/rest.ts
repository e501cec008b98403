import type { Alert } from '../../domain/alert.ts';
import type { Comment } from '../../domain/comment.ts';
import type { Incident } from '../../domain/incident.ts';
import type { AlertChange, IncidentChange } from '../../routing/triage.ts';

/** How much earlier than it was sent a comment may seem to be made. */
const skewMs = 600_000;

/** Whether somebody wrote this at that moment or later. Who wrote it does not matter: it is there. */
const hasComment = (comments: readonly Comment[], text: string, sinceMs: number): boolean =>
  comments.some(
    (comment) =>
      comment.text.trim() === text && (comment.createdAt === null || Date.parse(comment.createdAt) >= sinceMs - skewMs),
  );

const sameTags = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((tag) => right.includes(tag));

const isSame = (asked: unknown, found: unknown): boolean =>
  Array.isArray(asked) && Array.isArray(found) ? sameTags(asked, found) : asked === found;

type Change = AlertChange | IncidentChange;

/** The fields of a change that an entity does not have yet; its comment too, unless it was added since `sinceMs`. */
const missingFields = (change: Change, entity: Incident | Alert, sinceMs: number): readonly string[] => {
  const { comment, ...fields } = change;
  const found = new Map(Object.entries(entity));
  const differing = Object.entries(fields).flatMap(([field, value]) =>
    isSame(value, found.get(field)) ? [] : [field],
  );
  const commented = comment === undefined || hasComment(entity.comments, comment, sinceMs);
  return commented ? differing : [...differing, 'comment'];
};

/** How much of a change an entity shows. */
export const shownOf = (change: Change, entity: Incident | Alert, sinceMs: number): 'ALL' | 'SOME' | 'NONE' => {
  const missing = missingFields(change, entity, sinceMs).length;
  if (missing === 0) return 'ALL';
  return missing < Object.keys(change).length ? 'SOME' : 'NONE';
};

/**
 * Whether an interrupted run did the whole change. Its comment is added last, or together with the fields: where it is there,
 * fields that differ were changed by somebody since, and are not set back.
 */
export const isDone = (change: Change, entity: Incident | Alert, sinceMs: number): boolean =>
  change.comment === undefined
    ? shownOf(change, entity, sinceMs) === 'ALL'
    : hasComment(entity.comments, change.comment, sinceMs);
