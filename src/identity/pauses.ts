import type { Clock } from '../clock.ts';
import type { GatewayError } from '../errors.ts';
import { createRecent } from '../recent.ts';
import { withRetryAfter } from './failure.ts';
import type { Concern, Pause } from './refusals.ts';
import type { Source } from './source.ts';

/** Names for what a pause may concern, in one API of one tenant. */
export type PauseKeys = Readonly<Record<Concern, string>>;

/**
 * The names for a token of `scope` in a tenant, which `place` names. The hash of what is shown is among them: a rotated
 * credential is another. So are claims: a user may lack what a challenge wants and have the rest.
 */
export const pauseKeysOf = async (
  place: string,
  { key, credentialKey = key, proof }: Source,
  scope: string,
  claims: string | undefined,
): Promise<PauseKeys> => {
  const shown = await proof?.();
  return {
    tenant: JSON.stringify([place, scope]),
    app: JSON.stringify([place, scope, 'app', credentialKey, shown]),
    identity: JSON.stringify([place, scope, 'identity', key, shown, claims]),
  };
};

/**
 * What Entra is not asked again for now, in the memory of this process: a wrong secret does not come right by asking, and
 * Entra takes equal requests for a loop (AADSTS50196) and blocks the app.
 */
export interface Pauses {
  /**
   * The error that stands for an answer of Entra; `undefined`: it may be asked. With `despiteRefusal` only what Entra
   * asked for itself (`Retry-After`) counts.
   */
  current(keys: PauseKeys, despiteRefusal: boolean): GatewayError | undefined;
  /** Begins a pause, longer each time in a row, and returns the error with its length. */
  begin(keys: PauseKeys, pause: Pause, error: GatewayError): GatewayError;
  /** Entra gave a token. */
  end(keys: PauseKeys): void;
}

/** A corrected registration shows soon, and one that nobody corrects costs Entra twelve requests an hour. */
const firstSeconds = 30;
const longestSeconds = 300;

interface Entry {
  readonly error: GatewayError;
  readonly untilMs: number;
  /** Refusals in a row. */
  readonly times: number;
  readonly isRefusal: boolean;
}

/** The widest first: what holds for the tenant holds for each app in it. */
const concerns = ['tenant', 'app', 'identity'] as const satisfies readonly Concern[];

/** Pauses by the clock, at most `capacity` of them: one that makes room is asked of Entra once more. */
export const createPauses = (clock: Clock, capacity = 10_000): Pauses => {
  const entries = createRecent<Entry>(capacity);
  return {
    current: (keys, despiteRefusal) => {
      for (const concern of concerns) {
        const entry = entries.get(keys[concern]);
        const leftMs = (entry?.untilMs ?? 0) - clock.now();
        if (entry === undefined || leftMs <= 0 || (entry.isRefusal && despiteRefusal)) continue;
        return withRetryAfter(entry.error, Math.ceil(leftMs / 1000));
      }
      return undefined;
    },
    begin: (keys, { concerns: concern, seconds: asked }, error) => {
      const times = (entries.get(keys[concern])?.times ?? 0) + (asked === null ? 1 : 0);
      const seconds = asked ?? Math.min(firstSeconds * 2 ** (times - 1), longestSeconds);
      const entry = { error, untilMs: clock.now() + seconds * 1000, times, isRefusal: asked === null };
      entries.set(keys[concern], entry);
      return withRetryAfter(error, seconds);
    },
    end: (keys) => {
      for (const concern of concerns) entries.delete(keys[concern]);
    },
  };
};
