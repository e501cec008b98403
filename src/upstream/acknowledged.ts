/**
 * Reads the answer of an act. Several pages print the status alone, without a body; an act that Microsoft took must not be
 * reported as failed for that, so an empty answer reads as `null`: done, but not told what became of it.
 */
export const acknowledged =
  <T>(parse: (body: unknown) => T) =>
  (body: unknown): T | null =>
    body === undefined || body === null || body === '' ? null : parse(body);
