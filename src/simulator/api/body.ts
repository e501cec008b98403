import { type Incoming, mediaType } from '../http/incoming.ts';

/** A request body as an operation gets it. */
export type ParsedBody = { readonly kind: 'parsed'; readonly body: unknown } | { readonly kind: 'malformed' };

const isJson = (type: string): boolean =>
  type === '' || type === 'application/json' || type.endsWith('+json') || type === 'text/plain';

/** JSON parsed; other content types (file uploads) as bytes; no bytes as `undefined`. */
export const parseBody = (incoming: Incoming): ParsedBody => {
  if (incoming.body.length === 0) return { kind: 'parsed', body: undefined };
  if (!isJson(mediaType(incoming))) return { kind: 'parsed', body: incoming.body };
  try {
    const body: unknown = JSON.parse(incoming.body.toString('utf8'));
    return { kind: 'parsed', body };
  } catch {
    return { kind: 'malformed' };
  }
};
