import { randomBytes, randomInt } from 'node:crypto';
import type { SimUser } from '../tenants.ts';
import type { RequestedScopes } from './scopes.ts';

/** Someone signed in to an app. */
export interface SignIn {
  readonly tenantId: string;
  readonly clientId: string;
  readonly user: SimUser;
  readonly mfa: boolean;
  readonly at: Date;
  /** When it was begun, of a single-page application's: its refresh tokens end with the first one. */
  readonly onPageSince?: Date;
}

/** An authorization code not yet redeemed. */
export interface PendingCode {
  readonly signIn: SignIn;
  readonly scopes: RequestedScopes;
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly challengeMethod: string | null;
  readonly nonce: string | null;
}

/** A device code; `decision` is what the user did with it. */
export interface DeviceCode {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly tenantId: string;
  readonly clientId: string;
  readonly scopes: RequestedScopes;
  readonly expiresAt: Date;
  decision: 'none' | 'declined' | { readonly user: SimUser };
}

/** What the login hosts remember of users: codes, refresh tokens, and who is signed in to the "browser". */
export interface SignIns {
  issueCode(code: PendingCode): string;
  /** Takes a code; it works once. `'used'` for a second time. */
  redeemCode(code: string): PendingCode | 'used' | undefined;
  issueDeviceCode(request: Pick<DeviceCode, 'tenantId' | 'clientId' | 'scopes' | 'expiresAt'>): DeviceCode;
  deviceCode(deviceCode: string): DeviceCode | undefined;
  deviceCodeOfUser(userCode: string): DeviceCode | undefined;
  /** Refresh tokens stay good after use, as Entra's do; each use hands out a new one. */
  issueRefreshToken(signIn: SignIn): string;
  refreshToken(token: string): SignIn | undefined;
  /** Ends every sign-in of a user until now: their refresh tokens are refused (AADSTS50173). */
  revoke(userPrincipalName: string): void;
  revokedSince(signIn: SignIn): boolean;
  /** Who approves without being named: user principal name by tenant id. */
  readonly signedIn: Map<string, string>;
  /** Ids of tenants whose administrator declines to consent. */
  readonly declining: Set<string>;
}

const userCodeLetters = 'BCDFGHJKLMNPQRSTVWXZ';

export const createSignIns = (now: () => Date): SignIns => {
  const codes = new Map<string, PendingCode | 'used'>();
  const deviceCodes = new Map<string, DeviceCode>();
  const refreshTokens = new Map<string, SignIn>();
  const revocations = new Map<string, number>();
  return {
    signedIn: new Map(),
    declining: new Set(),
    issueCode(code) {
      const text = `0.${randomBytes(24).toString('base64url')}`;
      codes.set(text, code);
      return text;
    },
    redeemCode(text) {
      const code = codes.get(text);
      if (code) codes.set(text, 'used');
      return code;
    },
    issueDeviceCode(request) {
      const userCode = Array.from({ length: 9 }, () => userCodeLetters[randomInt(userCodeLetters.length)]).join('');
      const issued: DeviceCode = {
        ...request,
        userCode,
        deviceCode: randomBytes(32).toString('base64url'),
        decision: 'none',
      };
      deviceCodes.set(issued.deviceCode, issued);
      return issued;
    },
    deviceCode: (deviceCode) => deviceCodes.get(deviceCode),
    deviceCodeOfUser: (userCode) =>
      [...deviceCodes.values()].find((known) => known.userCode === userCode.trim().toUpperCase()),
    issueRefreshToken(signIn) {
      const token = `1.${randomBytes(36).toString('base64url')}`;
      refreshTokens.set(token, signIn);
      return token;
    },
    refreshToken: (token) => refreshTokens.get(token),
    revoke: (name) => void revocations.set(name.toLowerCase(), now().getTime()),
    revokedSince: ({ user, at }) => (revocations.get(user.userPrincipalName.toLowerCase()) ?? -1) >= at.getTime(),
  };
};
