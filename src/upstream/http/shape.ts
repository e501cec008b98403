import type { Page } from './operation.ts';

/** An answer has not the documented shape. `send` turns it into an `UpstreamError`. */
export class MalformedAnswerError extends Error {
  constructor(expected: string) {
    super(`The answer is not ${expected}`);
    this.name = 'MalformedAnswerError';
  }
}

/** An answer is of another thing than the one that was asked for. `send` turns it into an `UpstreamError`. */
export class OtherAnswerError extends MalformedAnswerError {
  constructor(one: string) {
    super(`${one} that was asked for, but another`);
    this.name = 'OtherAnswerError';
  }
}

/** A JSON object. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether an answer has an error beside what was asked for: it failed while it was sent (OData JSON 4.01, in-stream errors), and what there is may be a part. */
export const hasError = (body: unknown): boolean => isRecord(body) && isRecord(body.error);

/** Reads one entity; the guard checks what identifies it, everything else is read with tolerance by `unification`. */
export const readEntity =
  <T>(expected: string, is: (value: unknown) => value is T) =>
  (body: unknown): T => {
    if (is(body)) return body;
    throw new MalformedAnswerError(expected);
  };

/** Reads `{ value: [...], "@odata.nextLink"? }`. Rows that nothing identifies are counted; where no row can be read it throws. */
export const readPage =
  <T>(expected: string, is: (value: unknown) => value is T) =>
  (body: unknown): Page<T> => {
    if (!isRecord(body) || !Array.isArray(body.value) || hasError(body))
      throw new MalformedAnswerError(`a collection of ${expected}`);
    const items: T[] = [];
    for (const item of body.value) if (is(item)) items.push(item);
    const unread = body.value.length - items.length;
    if (unread > 0 && items.length === 0) throw new MalformedAnswerError(`a collection of ${expected}`);
    const link = body['@odata.nextLink'];
    const nextLink = typeof link === 'string' && link !== '' ? link : null;
    return unread === 0 ? { items, nextLink } : { items, nextLink, unread };
  };
