import { InputError } from '../errors.ts';

const maxCommentCharacters = 4000;
const maxWaitSeconds = 600;
const maxKeyCharacters = 256;

/** Ids of targets without surrounding blanks. Throws when there is none, one is blank, or there are more than `most`. */
export const checkTargets = (field: string, ids: readonly string[], most: number): readonly string[] => {
  if (ids.length === 0) throw new InputError(`${field} is empty: name at least one`, { field });
  if (ids.length > most) {
    throw new InputError(
      `${field} has ${ids.length} entries; ${most} are allowed at once (limits.targetsPerMutation)`,
      {
        field,
      },
    );
  }
  return ids.map((id, index) => {
    const trimmed = id.trim();
    if (trimmed === '') throw new InputError(`${field}[${index}] is blank`, { field });
    return trimmed;
  });
};

/** A comment that says something, without surrounding blanks. */
export const checkComment = (comment: string): string => {
  const trimmed = comment.trim();
  if (trimmed === '') throw new InputError('comment is blank: say why', { field: 'comment' });
  if (trimmed.length > maxCommentCharacters) {
    throw new InputError(`comment is longer than ${maxCommentCharacters} characters`, { field: 'comment' });
  }
  return trimmed;
};

/** Seconds to wait, 0 to 600. */
export const checkWaitSeconds = (seconds: number): number => {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= maxWaitSeconds) return seconds;
  throw new InputError(`waitSeconds must be 0 to ${maxWaitSeconds}`, { field: 'waitSeconds' });
};

/** The caller's key, or undefined when none was given. */
export const checkIdempotencyKey = (key: string | null | undefined): string | undefined => {
  if (key === null || key === undefined) return undefined;
  if (key.trim() === '') throw new InputError('idempotencyKey is blank', { field: 'idempotencyKey' });
  if (key.length > maxKeyCharacters) {
    throw new InputError(`idempotencyKey is longer than ${maxKeyCharacters} characters`, { field: 'idempotencyKey' });
  }
  return key;
};
