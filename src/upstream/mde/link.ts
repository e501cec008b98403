import { isRecord, MalformedAnswerError } from '../http/shape.ts';

/**
 * Reads `{ value: "https://..." }`, the form of an `Edm.String` answer. The sample of get-package-sas-uri.md wraps the link in a
 * second pair of quotes.
 */
export const readLink = (body: unknown): string => {
  const value = isRecord(body) ? body.value : body;
  if (typeof value !== 'string') throw new MalformedAnswerError('a link');
  const link = value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
  if (!URL.canParse(link)) throw new MalformedAnswerError('a link');
  return link;
};
