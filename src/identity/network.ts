import { AuthError, type INetworkModule, type NetworkRequestOptions } from '@azure/msal-node';
import type { EntraHttp, EntraRequest, EntraResponse } from '../clouds/entra-http.ts';
import { whyUnreachable } from '../clouds/unreachable.ts';

/** Entra was not reached, failed, or asked for patience. An `AuthError`, since MSAL replaces any other. */
export class EntraUnavailable extends AuthError {
  /** `undefined`: no answer came. */
  readonly status: number | undefined;
  /** What Entra asked for, in seconds. */
  readonly retryAfterSeconds: number | undefined;
  override readonly cause: unknown;

  constructor(who: string, status: number | undefined, retryAfterSeconds: number | undefined, cause?: unknown) {
    super(
      'entra_unavailable',
      '',
      status === undefined ? `${who} was not reached${whyUnreachable(cause)}` : `${who} answered ${status}`,
    );
    // MSAL's constructor sets its own prototype.
    Object.setPrototypeOf(this, EntraUnavailable.prototype);
    this.name = 'EntraUnavailable';
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
    this.cause = cause;
  }
}

/** A token request of Entra takes well under a second; one that hangs must not hold up all who wait for it. */
const timeoutMs = 20_000;

/** `Retry-After` in seconds, given as seconds or as a date (RFC 9110, 10.2.3). */
const retryAfterOf = ({ headers }: EntraResponse, nowMs: number): number | undefined => {
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value);
  const atMs = Date.parse(value);
  return Number.isNaN(atMs) ? undefined : Math.max(0, Math.ceil((atMs - nowMs) / 1000));
};

/**
 * MSAL's network on top of ours. An answer of 429 or 5xx never reaches MSAL: it would refuse further calls by itself,
 * for a minute and by its own clock; our partitions keep that watch. `who` is asked, for messages.
 */
export const createNetwork = (http: EntraHttp, now: () => number, who = 'Entra'): INetworkModule => {
  const send = async (url: string, method: 'GET' | 'POST', options: NetworkRequestOptions = {}) => {
    const request: EntraRequest = {
      method,
      headers: options.headers ?? {},
      signal: AbortSignal.timeout(timeoutMs),
      ...(options.body === undefined ? {} : { body: options.body }),
    };
    const response = await http(url, request).catch((error: unknown) => {
      throw new EntraUnavailable(who, undefined, undefined, error);
    });
    const { status, body } = response;
    if (status === 429 || status >= 500) throw new EntraUnavailable(who, status, retryAfterOf(response, now()));
    try {
      return { status, headers: {}, body: JSON.parse(body) };
    } catch (error) {
      throw new EntraUnavailable(who, status, undefined, error);
    }
  };
  return {
    sendGetRequestAsync: (url, options) => send(url, 'GET', options),
    sendPostRequestAsync: (url, options) => send(url, 'POST', options),
  };
};
