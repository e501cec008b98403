import { isRecord } from './shape.ts';

/** What Microsoft says of its own error: `{ error: { code, message, target?, innerError? } }` in all three products. */
export interface MicrosoftError {
  /** Its stable code; `null`: none that can be shown. */
  readonly code: string | null;
  /** Its sentence, fit to be shown. */
  readonly message: string | null;
  /** Its id of the call, for its support. */
  readonly requestId: string | null;
}

const requestIdForm = /^[\w|.:-]{8,100}$/;

const idIn = (value: unknown): string | null => (typeof value === 'string' && requestIdForm.test(value) ? value : null);

/** Its keys as they were seen: `request-id`, `requestId`, `RequestId`, `x-ms-request-id`; not `client-request-id`, which is ours. */
const requestIdKey = /^(x-ms-)?request-?id$/i;

const requestIdOf = (value: Readonly<Record<string, unknown>>): string | null => {
  for (const [key, id] of Object.entries(value)) {
    const found = requestIdKey.test(key) ? idIn(id) : null;
    if (found !== null) return found;
  }
  return null;
};

/** Graph nests inner errors and spells their key in two ways; deeper than this none was seen. */
const maxInnerErrors = 4;

const innerRequestId = (error: Readonly<Record<string, unknown>>, depth = 0): string | null => {
  const inner = error.innerError ?? error.innererror;
  if (!isRecord(inner) || depth >= maxInnerErrors) return null;
  return requestIdOf(inner) ?? innerRequestId(inner, depth + 1);
};

const jsonOf = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // A proxy's page.
  }
};

/**
 * Microsoft's error in a body; `null`: the body is somebody else's, or empty, and proves nothing about what Microsoft has.
 * A code that is no word (a number, or its digits as text, as others write it) is not Microsoft's.
 */
export const microsoftErrorOf = (body: string): MicrosoftError | null => {
  const parsed = jsonOf(body);
  const error = isRecord(parsed) ? parsed.error : undefined;
  if (!isRecord(error)) return null;
  const { code, message, target } = error;
  if (typeof code !== 'string' || /^\s*\d+\s*$/.test(code)) return null;
  return {
    code: /^[\w.-]{1,80}$/.test(code) ? code : null,
    message: typeof message === 'string' && message.trim() !== '' ? presentable(message) : null,
    // MDE names the id to quote to support as the target; an id has digits, the name of a parameter has none.
    requestId: requestIdOf(error) ?? innerRequestId(error) ?? (/\d.*\d/.test(String(target)) ? idIn(target) : null),
  };
};

/** Microsoft's sentence without what must not leave the gateway: addresses and anything token-like; at most 500 characters. */
export const presentable = (message: string): string =>
  message
    // More than is shown, so that what is cut off does not change what is masked.
    .slice(0, 2000)
    .replace(/\bhttps?:\/\/\S+/gi, '[url]')
    .replace(/\b[\w-]{16,}\.[\w-]{16,}\.[\w-]*/g, '[token]')
    .replace(/\b(sig|token|secret|password|key)=[^\s&]+/gi, '$1=[hidden]')
    .slice(0, 500);
