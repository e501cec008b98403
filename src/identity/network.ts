import { AuthError, type INetworkModule, type NetworkRequestOptions } from '@azure/msal-node';
import type { EntraHttp, EntraRequest, EntraResponse } from '../clouds/entra-http.ts';
import { wasLateAtProxy, whyUnreachable } from '../clouds/unreachable.ts';
import { isRecord } from '../domain/records.ts';

/** What is known of an answer that MSAL does not get to see. */
interface Told {
  /** `undefined`: no answer came. */
  readonly status?: number;
  /** What was asked for, in seconds. */
  readonly retryAfterSeconds?: number | undefined;
  /** The AADSTS number of the answer. */
  readonly number?: string | undefined;
}

/** Whether it took too long. Also while it was connecting, whose error has the timeout as its cause. */
const wasTimedOut = (error: unknown): boolean =>
  error instanceof Error && (error.name === 'TimeoutError' || wasLateAtProxy(error) || wasTimedOut(error.cause));

const noAnswer = (who: string, isLate: boolean, cause: unknown): string =>
  `${who} ${isLate ? 'did not answer in time' : 'was not reached'}${whyUnreachable(cause)}`;

/** Entra was not reached, failed, or asked for patience. An `AuthError`, since MSAL replaces any other. */
export class EntraUnavailable extends AuthError {
  readonly told: Told;
  /** It gave no answer for the whole of its time. */
  readonly isLate: boolean;
  override readonly cause: unknown;

  constructor(who: string, told: Told, cause?: unknown) {
    const isLate = told.status === undefined && wasTimedOut(cause);
    super(
      'entra_unavailable',
      '',
      told.status === undefined ? noAnswer(who, isLate, cause) : `${who} answered ${told.status}`,
    );
    // MSAL's constructor sets its own prototype.
    Object.setPrototypeOf(this, EntraUnavailable.prototype);
    this.name = 'EntraUnavailable';
    this.told = told;
    this.isLate = isLate;
    this.cause = cause;
  }
}

/** A token request of Entra takes well under a second; one that hangs must not hold up all who wait for it. */
const timeoutMs = 20_000;

/** A mistaken `Retry-After` must not last until the next start. */
const maxRetryAfterSeconds = 3600;

/** `Retry-After` in seconds, given as seconds or as a date (RFC 9110, 10.2.3); at most an hour. */
const retryAfterOf = ({ headers }: EntraResponse, nowMs: number): number | undefined => {
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Math.min(Number(value), maxRetryAfterSeconds);
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.min(Math.max(0, Math.ceil((atMs - nowMs) / 1000)), maxRetryAfterSeconds);
};

const numberOf = ({ body }: EntraResponse): string | undefined => /"error_codes"\s*:\s*\[\s*(\d+)/.exec(body)?.[1];

/** A token endpoint answers with an object whose `error`, if it has one, is a word (RFC 6749, 5.2). */
const isAnswer = (body: unknown): boolean =>
  isRecord(body) && (body.error === undefined || typeof body.error === 'string');

/** A host that gives tokens. */
export interface TokenHost {
  /** Who is asked, for messages. */
  readonly name: string;
  /** Statuses besides 429 and 5xx that pass by themselves. */
  readonly passing: readonly number[];
  /** Whether it is on this machine, where no proxy leads. */
  readonly isHere?: boolean;
}

const entra: TokenHost = { name: 'Entra', passing: [] };

/**
 * The endpoint of managed identities on this machine. It answers 404 and 410 while it starts or is updated:
 * https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#retry-guidance
 */
export const identityHost: TokenHost = {
  name: 'The endpoint of managed identities',
  passing: [404, 408, 410],
  isHere: true,
};

/**
 * MSAL's network on top of ours. An answer that asks for patience (429, 5xx, `Retry-After`) never reaches MSAL: it would
 * refuse further calls by itself, for a minute and by its own clock; our pauses keep that watch. Of the headers MSAL gets
 * the challenge of Azure Arc alone.
 */
export const createNetwork = (http: EntraHttp, now: () => number, host: TokenHost = entra): INetworkModule => {
  const send = async (url: string, method: 'GET' | 'POST', options: NetworkRequestOptions = {}) => {
    const request: EntraRequest = {
      method,
      headers: options.headers ?? {},
      signal: AbortSignal.timeout(timeoutMs),
      ...(host.isHere === true ? { direct: true } : {}),
      ...(options.body === undefined ? {} : { body: options.body }),
    };
    const response = await http(url, request).catch((error: unknown) => {
      throw new EntraUnavailable(host.name, {}, error);
    });
    const { status, body, headers } = response;
    const retryAfterSeconds = retryAfterOf(response, now());
    const number = numberOf(response);
    const asksForPatience = status === 429 || status >= 500 || host.passing.includes(status);
    if (asksForPatience || (status >= 400 && retryAfterSeconds !== undefined)) {
      throw new EntraUnavailable(host.name, { status, retryAfterSeconds, number });
    }
    const challenge = headers['www-authenticate'];
    const shown = challenge === undefined ? {} : { 'www-authenticate': challenge };
    // Azure Arc sends its challenge without a body.
    if (status === 401 && challenge !== undefined && body === '')
      return { status, headers: shown, body: JSON.parse('{}') };
    try {
      const answer = JSON.parse(body);
      if (host.isHere !== true && !isAnswer(answer)) throw new TypeError('Not an answer of a token endpoint');
      return { status, headers: shown, body: answer };
    } catch (error) {
      throw new EntraUnavailable(host.name, { status }, error);
    }
  };
  return {
    sendGetRequestAsync: (url, options) => send(url, 'GET', options),
    sendPostRequestAsync: (url, options) => send(url, 'POST', options),
  };
};
