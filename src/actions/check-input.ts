import { longestComment } from '../domain/comment.ts';
import { InputError } from '../errors.ts';
import type { MutationInput } from './inputs.ts';

const maxWaitSeconds = 600;
const maxKeyCharacters = 256;

/** What is wrong with a field, e.g. `tag is blank`. */
export const fault = (field: string, says: string): InputError => new InputError(`${field} ${says}`, { field });

/** Throws when there is none, or there are more than `most`, the setting `limit`. `how`: what to do about none. */
export const checkCount = (field: string, count: number, most: number, limit: string, how = 'name'): void => {
  if (count === 0) throw fault(field, `is empty: ${how} at least one`);
  if (count > most) throw fault(field, `has ${count} entries; ${most} are allowed at once (${limit})`);
};

/** Ids of targets without surrounding blanks. Throws when there is none, one is blank, or there are more than `most`, the setting `limit`. */
export const checkTargets = (
  field: string,
  ids: readonly string[],
  most: number,
  limit = 'limits.targetsPerMutation',
): readonly string[] => {
  checkCount(field, ids.length, most, limit);
  return ids.map((id, index) => {
    const trimmed = id.trim();
    if (trimmed === '') throw new InputError(`${field}[${index}] is blank`, { field });
    return trimmed;
  });
};

/** A text of at most so many characters that says something, without surrounding blanks; `why`: what is told of a blank one. */
export const checkText = (field: string, text: string, most: number, why = ''): string => {
  const trimmed = text.trim();
  // What joins, directs or spaces letters shows nothing without them.
  if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(trimmed)) throw fault(field, `is blank${why}`);
  return checkLength(field, trimmed, most);
};

/** A comment that says something, without surrounding blanks. */
export const checkComment = (comment: string): string => checkText('comment', comment, longestComment, ': say why');

/** The same where it may be left out; null: none was given. */
export const commentIn = ({ comment }: { readonly comment?: string | null | undefined }): string | null =>
  comment == null ? null : checkComment(comment);

/** The same as a part of what is changed: absent where none was given. */
export const givenComment = (input: Parameters<typeof commentIn>[0]): { readonly comment?: string } => {
  const comment = commentIn(input);
  return comment === null ? {} : { comment };
};

/** Seconds to wait, 0 to 600. */
export const checkWaitSeconds = (seconds: number): number => {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= maxWaitSeconds) return seconds;
  throw fault('waitSeconds', `must be 0 to ${maxWaitSeconds}`);
};

/** The caller's key, or undefined when none was given; the other text that every mutation takes is checked too. */
export const checkKeys = ({
  idempotencyKey: key,
  clientMutationId,
}: Pick<MutationInput, 'idempotencyKey' | 'clientMutationId'>): string | undefined => {
  if (clientMutationId != null) checkLength('clientMutationId', clientMutationId, maxKeyCharacters);
  if (key === null || key === undefined) return undefined;
  if (key.trim() === '') throw fault('idempotencyKey', 'is blank');
  return checkLength('idempotencyKey', key, maxKeyCharacters);
};

/** The text, if it has at most so many characters. */
export const checkLength = (field: string, value: string, most: number): string => {
  if (value.length <= most) return value;
  throw fault(field, `is longer than ${most} characters`);
};

/** A SHA-1 in lower case: the only hash that Defender quarantines by. */
export const checkSha1 = (hash: string): string => {
  const sha1 = hash.trim().toLowerCase();
  if (/^[0-9a-f]{40}$/.test(sha1)) return sha1;
  throw fault('sha1', 'is no SHA-1: 40 hex digits');
};
