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
  /** Names the credential alone, where more than one identity comes with it; by default the key. */
  readonly credentialKey?: string;
  /** A hash of what is shown to Entra, where that changes while the credential stays the same. */
  readonly proof?: () => Promise<string>;
  readonly create: () => Acquire;
}
