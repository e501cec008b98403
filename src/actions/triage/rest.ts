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
 * What an interrupted run left of a change: the whole of it while its comment is not there, else the fields alone, which may
 * be set twice; null: nothing.
 */
export const restOf = <C extends { readonly comment?: string }>(
  change: C,
  entity: { readonly comments: readonly Comment[] },
  sinceMs: number,
): C | Omit<C, 'comment'> | null => {
  const { comment, ...fields } = change;
  if (comment === undefined || !hasComment(entity.comments, comment, sinceMs)) return change;
  return Object.keys(fields).length === 0 ? null : fields;
};
