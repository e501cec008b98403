import { redactText } from './redact.ts';

/** A message is for people to read, however much of a caller's own words it quotes. */
const maxCharacters = 1000;

/** Of these the last are the end of the message, where it is read to its end: what is wrong with a value stands behind it. */
const endCharacters = 300;

/** So much is looked at: a secret is known by its beginning, wherever a text is cut. */
const readCharacters = 65_536;

/** Ends of lines, and what stands for one. */
const lineEnds = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;

/**
 * Characters that steer a terminal or a page instead of standing for themselves: controls, and those that turn the direction of
 * text round (https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters).
 */
const steering = /[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]/gu;

const shown = (text: string): string => {
  const plain = text.slice(0, readCharacters).replace(lineEnds, ' ').replace(steering, '\ufffd').toWellFormed();
  const masked = redactText(plain);
  if (masked.length <= maxCharacters) return masked;
  const end = text.length <= readCharacters ? masked.slice(-endCharacters).toWellFormed() : '';
  return `${masked.slice(0, maxCharacters - end.length).toWellFormed()}…${end}`;
};

/**
 * Words of the gateway, or of Microsoft, as they go out: secrets in them are masked, what steers a terminal is replaced, and what
 * is longer than people read is cut. Every message of an answer goes through here.
 */
export function shownText(text: string): string;
export function shownText(text: string | null): string | null;
export function shownText(text: string | null): string | null {
  return text === null ? null : shown(text);
}
