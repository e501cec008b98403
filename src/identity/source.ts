import type { CallerToken } from '../scope.ts';

/** One token, as a source is asked for it. */
export interface Asked {
  readonly scope: string;
  /** Not from MSAL's cache. */
  readonly fresh: boolean;
  /** A claims challenge of the API, decoded. */
  readonly claims: string | undefined;
  /** Goes to Entra, whose sign-in log shows it. */
  readonly correlationId: string;
}

/** What MSAL gives. */
export interface Acquired {
  readonly accessToken: string;
  readonly expiresOn: Date | null;
  /** From MSAL's cache, not from Entra just now. */
  readonly fromCache: boolean;
}

/** Gets one token, by one way of signing in, for one identity. Rejects as MSAL does, or with one of our errors. */
export type Acquire = (asked: Asked) => Promise<Acquired | null>;

/** An identity that tokens are for, as it is at the moment. */
export interface Source {
  /** Names credential and identity; never the same for two whose tokens differ. */
  readonly key: string;
  readonly create: () => Acquire;
}

/** Who a token is wanted for, where the tenant's settings leave that to the call. */
export interface ForWhom {
  readonly callerToken: CallerToken | undefined;
}
