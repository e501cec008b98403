import { hasError, isRecord, MalformedAnswerError } from './http/shape.ts';

/** An entity as it was sent: of its properties, only what identifies it is certain, and by default that is text. */
export type Identified<Key extends string, Id = string> = Readonly<Record<string, unknown>> & {
  readonly [Name in Key]: Id;
};

/** An object whose `key` identifies it: non-empty text, or a number where an API sends numbers (M365D incidents). */
export const hasId = (value: unknown, key: string): boolean => {
  if (!isRecord(value)) return false;
  const id = value[key];
  return typeof id === 'string' ? id !== '' : typeof id === 'number' && Number.isFinite(id);
};

/**
 * Reads the answer of an action. Several pages print the status alone, without a body; an action that Microsoft took must not be
 * reported as failed for that, so an empty answer reads as `null`: done, but not told what became of it.
 */
export const acknowledged =
  <T>(parse: (body: unknown) => T) =>
  (body: unknown): T | null =>
    body === undefined || body === null || body === '' ? null : parse(body);

/** Reads the answer of an action whose page prints the status alone. A good status with an error in its body is none. */
export const statusAlone = (body: unknown): null => {
  if (hasError(body)) throw new MalformedAnswerError('a success');
  return null;
};
