import type { AccessToken } from './access-token.ts';

/** A token that is about to end is renewed beside the work that uses it. */
const refreshAheadMs = 10 * 60_000;
/** With less than this left a token is not handed out; MSAL draws the same line. */
export const usableMs = 5 * 60_000;
/** Tokens that live for minutes get smaller margins, or every call would go to Entra. */
const usableShare = 0.1;
const refreshAheadShare = 0.2;
/** A token that lacks a permission is asked for anew so long after it was had; each time in vain twice as long, at most. */
const lackPauseMs = 30_000;
const longestLackPauseMs = 300_000;

/** A token as it was had. */
export interface Obtained {
  readonly token: AccessToken;
  /** From MSAL's cache, not from Entra just now. */
  readonly fromCache: boolean;
}

/** What is known of the tokens for one scope. */
export interface ScopeState {
  token?: AccessToken;
  /** The margins of `token`, in milliseconds before its end. */
  usableMs: number;
  refreshAheadMs: number;
  refreshNotBeforeMs: number;
  /** When one that lacks a permission is asked for anew, and how long after that the next. */
  lackNotBeforeMs: number;
  lackPauseMs: number;
  /** When a token that an API refused was last renewed, and with which claims. */
  renewal?: { readonly atMs: number; readonly claims: string | undefined };
}

/** Before the first token. */
export const createScopeState = (): ScopeState => ({
  usableMs,
  refreshAheadMs,
  refreshNotBeforeMs: 0,
  lackNotBeforeMs: 0,
  lackPauseMs,
});

/** Keeps what Entra or the cache gave. */
export const keepIn = (state: ScopeState, { token, fromCache }: Obtained, nowMs: number): void => {
  // One from the cache has lived for an unknown while, and MSAL saw to the full margin.
  const lifetimeMs = fromCache ? Number.POSITIVE_INFINITY : token.expiresAtMs - nowMs;
  state.token = token;
  state.usableMs = Math.min(usableMs, lifetimeMs * usableShare);
  state.refreshAheadMs = Math.min(refreshAheadMs, lifetimeMs * refreshAheadShare);
  // One from the cache may be of yesterday.
  state.lackNotBeforeMs = fromCache ? 0 : nowMs + state.lackPauseMs;
};

/** A token that lacks a permission is asked for anew now; the next time after twice as long. */
export const lackAgain = (state: ScopeState, nowMs: number): void => {
  state.lackNotBeforeMs = nowMs + state.lackPauseMs;
  state.lackPauseMs = Math.min(2 * state.lackPauseMs, longestLackPauseMs);
};

/** Permissions have changed: more of them may follow. */
export const lackNoMore = (state: ScopeState): void => {
  state.lackPauseMs = lackPauseMs;
};
