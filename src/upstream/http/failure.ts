import { systemCodeOf, whyUnreachable } from '../../clouds/unreachable.ts';
import {
  type ErrorDetails,
  GatewayError,
  InputError,
  NotFoundError,
  TenantAccessError,
  UpstreamError,
} from '../../errors.ts';
import { EntraUnavailable } from '../../identity/network.ts';
import type { HttpAnswer } from './agent.ts';
import type { Operation } from './operation.ts';
import { isRecord, MalformedAnswerError } from './shape.ts';

/** Where a call went, for errors. */
export interface CallPlace {
  readonly tenant: string;
  readonly operation: Pick<Operation<unknown>, 'id' | 'api' | 'permissions' | 'rejectsInput'>;
}

/** `Retry-After` in seconds: a whole or fractional number, or an HTTP date; null when absent or unreadable. */
export const retryAfterSeconds = (header: string | undefined, nowMs: number): number | null => {
  if (header === undefined || header.trim() === '') return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, (date - nowMs) / 1000);
};

/** What Microsoft says of its own error: `{ error: { code, message, target?, innerError? } }` in all three products. */
interface UpstreamWords {
  readonly code: string | null;
  readonly message: string | null;
}

const upstreamWords = (body: string): UpstreamWords => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { code: null, message: null }; // A proxy's HTML page: nothing of it is for the caller.
  }
  const error = isRecord(parsed) ? parsed.error : undefined;
  if (!isRecord(error)) return { code: null, message: null };
  const { code, message } = error;
  return {
    code: typeof code === 'string' && /^[\w.-]{1,80}$/.test(code) ? code : null,
    message: typeof message === 'string' ? presentable(message) : null,
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

/** Microsoft's id of the call, as the headers have it. */
export const headerRequestId = ({ headers }: HttpAnswer): string | undefined =>
  headers['request-id'] ?? headers['x-ms-request-id'];

const requestIdOf = (answer: HttpAnswer): string | null => {
  const header = headerRequestId(answer);
  if (header !== undefined) return header;
  // MDE names the id to quote to support in the body.
  const target = /"target"\s*:\s*"([0-9a-f|.-]{8,100})"/i.exec(answer.body);
  return target?.[1] ?? null;
};

const apiTitles = { graph: 'Microsoft Graph', m365d: 'Microsoft 365 Defender', mde: 'Defender for Endpoint' } as const;

/** An answer of status 400 or more as an error. 404 with `whenNotFound` never comes here. */
export const failureOf = (place: CallPlace, answer: HttpAnswer, nowMs: number): GatewayError => {
  const { operation, tenant } = place;
  const title = apiTitles[operation.api];
  const words = upstreamWords(answer.body);
  const wait = retryAfterSeconds(answer.headers['retry-after'], nowMs);
  const requestId = requestIdOf(answer);
  const details: ErrorDetails = {
    tenant,
    api: operation.api,
    upstreamStatus: answer.status,
    ...(words.code === null ? {} : { upstreamCode: words.code }),
    ...(requestId === null ? {} : { upstreamRequestId: requestId }),
    ...(wait === null ? {} : { retryAfterSeconds: wait }),
  };
  const said = words.message === null ? '' : `: ${words.message}`;
  switch (answer.status) {
    case 400:
      return operation.rejectsInput === true
        ? new InputError(words.message ?? `${title} rejects the query`, details)
        : new UpstreamError('UPSTREAM_REJECTED', `${title} rejects the request${said}`, details);
    case 401:
      return new UpstreamError(
        'UPSTREAM_REJECTED',
        `${title} does not accept the gateway's token in ${tenant}`,
        details,
      );
    case 403:
      return new TenantAccessError(
        'MISSING_PERMISSION',
        `${title} refuses ${operation.id} in ${tenant}: one of ${operation.permissions.join(', ')} is needed, or a role, device group or licence is missing`,
        { ...details, missingPermissions: operation.permissions },
      );
    case 404:
      return new NotFoundError(`${title} does not know it${said}`, details);
    case 408:
    case 504:
      return new UpstreamError('UPSTREAM_TIMEOUT', `${title} took too long`, details);
    case 409:
    case 412:
      return new GatewayError('CONFLICT', `${title} reports a conflict${said}`, details);
    case 429:
      return new UpstreamError('UPSTREAM_THROTTLED', `${title} throttles ${operation.id} in ${tenant}${said}`, details);
    default:
      return answer.status >= 500
        ? new UpstreamError('UPSTREAM_UNAVAILABLE', `${title} is unavailable (${answer.status})`, details)
        : new UpstreamError('UPSTREAM_REJECTED', `${title} rejects the request (${answer.status})${said}`, details);
  }
};

/** A claims challenge that the caller has to meet, as Entra's own challenges are handed on: `claims` is JSON text. */
export const challengeFailure = (
  { tenant, operation }: CallPlace,
  answer: HttpAnswer,
  claims: string,
): GatewayError => {
  const requestId = requestIdOf(answer);
  return new TenantAccessError(
    'TENANT_SIGN_IN_REQUIRED',
    `${apiTitles[operation.api]} wants a token with more claims in ${tenant}: sign in again with them and ask with the new token`,
    { tenant, api: operation.api, claims, ...(requestId === null ? {} : { upstreamRequestId: requestId }) },
  );
};

/** Codes of connections that were refused before a byte was sent: even an act may be sent again. */
const neverSentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH']);

/** Whether the call surely did not reach Microsoft: there was no connection, or not even a token. */
export const neverSent = ({ cause }: GatewayError): boolean =>
  cause instanceof EntraUnavailable || neverSentCodes.has(systemCodeOf(cause));

/** A call without an answer, or with an unreadable one, as an error. `GatewayError`s pass as they are. */
export const failureWithoutAnswer = (place: CallPlace, thrown: unknown, timedOut: boolean): GatewayError => {
  if (thrown instanceof GatewayError) return thrown;
  const details: ErrorDetails = { tenant: place.tenant, api: place.operation.api };
  const title = apiTitles[place.operation.api];
  if (timedOut) return new UpstreamError('UPSTREAM_TIMEOUT', `${title} did not answer in time`, details, thrown);
  if (thrown instanceof MalformedAnswerError || thrown instanceof SyntaxError) {
    return new UpstreamError(
      'UPSTREAM_UNAVAILABLE',
      `${title} gave a malformed answer to ${place.operation.id}`,
      details,
      thrown,
    );
  }
  return new UpstreamError(
    'UPSTREAM_UNAVAILABLE',
    `${title} could not be reached${whyUnreachable(thrown)}`,
    details,
    thrown,
  );
};
