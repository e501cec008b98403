import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../clock.ts';
import type { EntraHttp } from '../clouds/entra-http.ts';
import type { Log } from '../log.ts';

/** What signing keys are read by. */
export interface SigningKeysDeps {
  readonly clock: Pick<Clock, 'now'>;
  /** The platform's `fetch` by default. */
  readonly http?: EntraHttp | undefined;
  readonly log?: Log | undefined;
}

/** Keys are looked at again so long after they were read. */
const freshMs = 10 * 60_000;
/**
 * Keys that cannot be read again serve for a day: so often does Microsoft ask to look for new ones.
 * https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
 */
const serveMs = 24 * 60 * 60_000;
/** Nobody makes the gateway ask more often, e.g. by key ids of their own making. */
const pauseMs = 30_000;
/** While there are no keys at all: tokens come as often as callers like. */
const firstPauseMs = 1000;
const timeoutMs = 5000;

const overFetch: EntraHttp = async (url, request) => {
  const response = await fetch(url, { ...request, redirect: 'manual' });
  return { status: response.status, headers: {}, body: await response.text() };
};

const isKeySet = (value: unknown): value is JSONWebKeySet =>
  typeof value === 'object' && value !== null && 'keys' in value && Array.isArray(value.keys) && value.keys.length > 0;

/**
 * The keys at an address, by which tokens are checked. Read when first needed, looked at again after ten minutes beside the requests that use
 * them, and at once for an unknown key id. An outage of the address refuses nobody whose key was read within a day. Rejects as `jose`
 * does for a token whose key is not there, and with the fault of the reading while there are no keys.
 */
export const createSigningKeys = (jwksUri: string, deps: SigningKeysDeps): JWTVerifyGetKey => {
  const { clock, http = overFetch, log } = deps;
  let held: { readonly keys: JWTVerifyGetKey; readonly readAtMs: number } | undefined;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  /** For a key id that was not there: apart, so that a key which is new right after a reading is found, too. */
  let soughtAtMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<JWTVerifyGetKey> | undefined;
  /** Of the last reading, if it failed. */
  let fault: unknown;

  const fetchKeys = async (): Promise<JWTVerifyGetKey> => {
    triedAtMs = clock.now();
    const signal = AbortSignal.timeout(timeoutMs);
    const { status, body } = await http(jwksUri, { method: 'GET', headers: { accept: 'application/json' }, signal });
    const set: unknown = status === 200 ? JSON.parse(body) : undefined;
    if (!isKeySet(set)) throw new errors.JWKSInvalid(`No set of keys (${status})`);
    const keys = createLocalJWKSet(set);
    held = { keys, readAtMs: clock.now() };
    fault = undefined;
    return keys;
  };

  const read = (): Promise<JWTVerifyGetKey> => {
    reading ??= fetchKeys()
      .catch((error: unknown) => {
        fault = error;
        throw error;
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };

  const isPast = (atMs: number, ms: number): boolean => Math.abs(clock.now() - atMs) >= ms;

  const current = async (): Promise<JWTVerifyGetKey> => {
    const ageMs = held === undefined ? serveMs : Math.abs(clock.now() - held.readAtMs);
    if (held === undefined || ageMs >= serveMs) {
      if (reading === undefined && fault !== undefined && !isPast(triedAtMs, firstPauseMs)) throw fault;
      return read();
    }
    if (ageMs >= freshMs && isPast(triedAtMs, pauseMs))
      read().catch((error: unknown) =>
        log?.warn("The keys that sign callers' tokens cannot be read again: those at hand serve on", { err: error }),
      );
    return held.keys;
  };

  return async (header, token) => {
    const keys = await current();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // Others were quicker.
      if (held !== undefined && held.keys !== keys) return held.keys(header, token);
      if (reading === undefined) {
        if (!isPast(soughtAtMs, pauseMs)) throw fault ?? error;
        soughtAtMs = clock.now();
      }
      return (await read())(header, token);
    }
  };
};
