import { longestComment } from '../domain/comment.ts';
import { InputError } from '../errors.ts';
import type { MutationInput } from './inputs.ts';

const maxWaitSeconds = 600;
const maxKeyCharacters = 256;

/** Ids of targets without surrounding blanks. Throws when there is none, one is blank, or there are more than `most`, the setting `limit`. */
export const checkTargets = (
  field: string,
  ids: readonly string[],
  most: number,
  limit = 'limits.targetsPerMutation',
): readonly string[] => {
  if (ids.length === 0) throw new InputError(`${field} is empty: name at least one`, { field });
  if (ids.length > most) {
    throw new InputError(`${field} has ${ids.length} entries; ${most} are allowed at once (${limit})`, {
      field,
    });
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
  return checkLength('comment', trimmed, longestComment);
};

/** Seconds to wait, 0 to 600. */
export const checkWaitSeconds = (seconds: number): number => {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= maxWaitSeconds) return seconds;
  throw new InputError(`waitSeconds must be 0 to ${maxWaitSeconds}`, { field: 'waitSeconds' });
};

/** The caller's key, or undefined when none was given; the other text that every mutation takes is checked too. */
export const checkKeys = ({
  idempotencyKey: key,
  clientMutationId,
}: Pick<MutationInput, 'idempotencyKey' | 'clientMutationId'>): string | undefined => {
  if (clientMutationId != null) checkLength('clientMutationId', clientMutationId, maxKeyCharacters);
  if (key === null || key === undefined) return undefined;
  if (key.trim() === '') throw new InputError('idempotencyKey is blank', { field: 'idempotencyKey' });
  return checkLength('idempotencyKey', key, maxKeyCharacters);
};

/** The text, if it has at most so many characters. */
export const checkLength = (field: string, value: string, most: number): string => {
  if (value.length <= most) return value;
  throw new InputError(`${field} is longer than ${most} characters`, { field });
};

/** A SHA-1 in lower case: the only hash that Defender quarantines by. */
export const checkSha1 = (hash: string): string => {
  const sha1 = hash.trim().toLowerCase();
  if (/^[0-9a-f]{40}$/.test(sha1)) return sha1;
  throw new InputError('sha1 is no SHA-1: 40 hex digits', { field: 'sha1' });
};
