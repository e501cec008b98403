import { GatewayError, InputError } from '../errors.ts';

/** How much JSON a request may hold. */
export interface JsonLimits {
  /** Values: texts, numbers, objects and lists, each with what is in it. */
  readonly values: number;
}

/** Objects and lists in one another: more than any input of the schema has, and less than what recursion ends at. */
const mostLevels = 64;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const isOpening = (code: number): boolean => code === 0x5b || code === 0x7b;
const isClosing = (code: number): boolean => code === 0x5d || code === 0x7d;

/** Where the text that begins behind `start` ends: its closing quote, or the end of all. */
const endOfText = (json: string, start: number): number => {
  for (let end = json.indexOf('"', start); end !== -1; end = json.indexOf('"', end + 1)) {
    let escapes = 0;
    while (json.charCodeAt(end - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return json.length;
};

/**
 * Refuses JSON with more values, or deeper, than a request may hold, before anything is made of it: what looks at a value later
 * (parser, coercion, price) takes its time for each. Throws `QUERY_TOO_EXPENSIVE` or `BAD_USER_INPUT`. JSON that is broken is left
 * to the parser.
 */
export const checkJsonSize = (json: string, { values: most }: JsonLimits): void => {
  let values = 1;
  let levels = 0;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === quote) at = endOfText(json, at + 1);
    else if (code === comma) values += 1;
    else if (isOpening(code)) {
      values += 1;
      levels += 1;
      if (levels > mostLevels) throw new InputError(`The request body is nested deeper than ${mostLevels} levels`);
    } else if (isClosing(code)) levels -= 1;
    if (values > most) {
      throw new GatewayError(
        'QUERY_TOO_EXPENSIVE',
        `The request body has more than ${most} values (limits.values): send fewer at once`,
        { sent: 'no' },
      );
    }
  }
};
