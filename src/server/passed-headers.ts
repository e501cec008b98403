import type { IncomingHttpHeaders } from 'node:http';
import { didYouMean } from '../config/suggest.ts';
import { InputError } from '../errors.ts';
import { uploadHeader } from './json-body.ts';

/** Headers of the caller that may steer a request. Credentials are not among them: they end at `authenticate`. */
const passedHeaders = [
  'cache-control',
  'traceparent',
  'user-agent',
  'x-gateway-explain',
  'x-gateway-plan',
  'x-gateway-max-wait-seconds',
] as const;
/** One of them, in small letters. */
export type PassedHeader = (typeof passedHeaders)[number];

const prefix = 'x-gateway-';

/** What follows the prefix in the headers of the gateway's own. */
const ownWords = [...passedHeaders, uploadHeader]
  .filter((name) => name.startsWith(prefix))
  .map((name) => name.slice(prefix.length));

/**
 * Refuses a header that is one of the gateway's own but for a slip: `x-gateway-paln` would do what its sender wants priced alone. Others
 * may be of a proxy on the way.
 */
const checkSpelling = (name: string): void => {
  const word = name.slice(prefix.length);
  if (ownWords.includes(word)) return;
  const nearest = didYouMean(word, ownWords);
  if (nearest !== '') throw new InputError(`There is no header ${name}${nearest.replace('"', `"${prefix}`)}`);
};

/** Those that are there. Throws an `InputError` for a misspelled one. */
export const passedHeadersOf = (headers: IncomingHttpHeaders): Partial<Record<PassedHeader, string>> => {
  const passed: Partial<Record<PassedHeader, string>> = {};
  for (const name of passedHeaders) {
    const value = headers[name];
    if (typeof value === 'string') passed[name] = value;
  }
  for (const name in headers) if (name.startsWith(prefix)) checkSpelling(name);
  return passed;
};

/**
 * Whether a header that is a switch is on. A word that is not known is refused: whoever sends `x-gateway-plan` counts on nothing being
 * done.
 */
export const isOn = (
  name: 'x-gateway-plan' | 'x-gateway-explain',
  headers: Readonly<Partial<Record<PassedHeader, string>>>,
): boolean => {
  const value = headers[name];
  if (value === undefined || value === '1') return value === '1';
  throw new InputError(`The header ${name} takes "1" and nothing else`);
};
