import { randomUUID } from 'node:crypto';
import { AuthError, type AuthenticationResult, type DeviceCodeRequest, type INetworkModule } from '@azure/msal-node';
import type { EntraHttp } from '../clouds/entra-http.ts';
import type { Tenant, TenantAuth } from '../config/tenants.ts';
import { asError, type GatewayError, InputError, TenantAccessError } from '../errors.ts';
import { signInFailure } from './failure.ts';
import { createNetwork } from './network.ts';
import { newSignInId, type SignIn, type SignIns } from './sign-ins.ts';
import { publicApp } from './sources/user.ts';

/** What a user needs to finish a sign-in on another device. */
export interface DevicePrompt {
  readonly userCode: string;
  readonly verificationUri: string;
  /** Entra's own sentence for the user, with both. */
  readonly message: string;
  readonly expiresInSeconds: number;
}

/** How a user signs in once, so that the gateway can act as that user from then on. All reject with a `GatewayError`. */
export interface UserSignIn {
  /** Device code: `show` tells the user what to do; resolves when they have done it. */
  byDevice(tenant: Tenant, show: (prompt: DevicePrompt) => void, signal?: AbortSignal): Promise<SignIn>;
  /**
   * Authorization code with PKCE by a browser on this machine, which comes back to a port of it that only this machine
   * reaches. `open` gets the address of Entra's page; without a `signal` it waits for the user for ever.
   */
  byBrowser(tenant: Tenant, open: (url: string) => Promise<void>, signal?: AbortSignal): Promise<SignIn>;
}

/** Where a sign-in is kept, and the way to Entra. */
export interface UserSignInDeps {
  readonly signIns: SignIns;
  readonly http: EntraHttp;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Nothing of an API: the refresh token that comes along is good for each of them. */
const scopes = ['openid', 'profile', 'offline_access'];

/** The OAuth `error` by which a sign-in by browser is ended from here. */
const brokenOff = 'gateway_broke_off';

/** What the flows say besides AADSTS codes; of device codes MSAL hands the OAuth `error` on as its message. */
const words: ReadonlyMap<string, string> = new Map([
  ['authorization_declined', 'the user declined'],
  ['access_denied', 'the user declined'],
  ['bad_verification_code', 'the code is not known any more: start again'],
  ['expired_token', 'the code has expired: start again'],
  ['device_code_expired', 'the code has expired: start again'],
  ['slow_down', 'Entra was asked too often: start again'],
  ['device_code_polling_cancelled', 'it was broken off'],
  ['state_mismatch', 'the answer belongs to another sign-in'],
  ['nonce_mismatch', 'the answer belongs to another sign-in'],
  [brokenOff, 'nobody signed in in time: start again'],
]);

const failure = (error: unknown, tenant: string): GatewayError => {
  const word = error instanceof AuthError ? (words.get(error.errorMessage) ?? words.get(error.errorCode)) : undefined;
  if (word === undefined) return signInFailure(error, tenant);
  return new TenantAccessError(
    'TENANT_SIGN_IN_REQUIRED',
    `No sign-in to tenant "${tenant}": ${word}`,
    { tenant },
    error,
  );
};

const userAuth = ({ name, auth }: Tenant): Extract<TenantAuth, { kind: 'user' }> => {
  if (auth.kind === 'user') return auth;
  throw new InputError(`Tenant "${name}" does not sign in as a user: its settings have no auth.userName`, {
    tenant: name,
  });
};

/**
 * Signs users in by MSAL. Rejects with `BAD_USER_INPUT` for a tenant without `auth.userName`, with `TENANT_SIGN_IN_REQUIRED` when
 * the user declines, does not come in time or is another one, and else as `Tokens.get` does.
 */
export const createUserSignIn = ({ signIns, http, now }: UserSignInDeps): UserSignIn => {
  const network: INetworkModule = createNetwork(http, now);

  /**
   * MSAL has no way to end a sign-in by browser, and waits with its server for ever: the answer that Entra gives when the
   * user declines ends both.
   */
  const breakOff = ({ searchParams }: URL): void => {
    const target = new URL(searchParams.get('redirect_uri') ?? '');
    target.hostname = '127.0.0.1';
    http(target.href, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ error: brokenOff, state: searchParams.get('state') ?? '' }).toString(),
    }).catch(() => {}); // Nobody listens any more: it has ended by itself.
  };

  /** Runs one sign-in with a cache of its own, which stays only if the right user signed in. */
  const signIn = async (
    tenant: Tenant,
    run: (app: ReturnType<typeof publicApp>) => Promise<AuthenticationResult | null>,
  ): Promise<SignIn> => {
    const { clientId, userName } = userAuth(tenant);
    const id = newSignInId();
    try {
      const result = await run(publicApp(tenant, clientId, network, signIns.cacheOf(id)));
      const account = result?.account;
      if (account == null) throw new TenantAccessError('TENANT_SIGN_IN_REQUIRED', 'Entra named no account');
      if (account.username.toLowerCase() !== userName.toLowerCase()) {
        throw new TenantAccessError(
          'TENANT_SIGN_IN_REQUIRED',
          `${account.username} signed in, but auth.userName is ${userName}`,
        );
      }
      const record: SignIn = {
        id,
        userName: account.username,
        homeAccountId: account.homeAccountId,
        signedInAt: new Date(now()).toISOString(),
      };
      await signIns.keep(tenant, record);
      return record;
    } catch (error) {
      await signIns.drop(id);
      throw failure(error, tenant.name);
    }
  };

  return {
    byDevice: (tenant, show, signal) =>
      signIn(tenant, async (app) => {
        const request: DeviceCodeRequest = {
          scopes,
          deviceCodeCallback: ({ userCode, verificationUri, message, expiresIn }) =>
            show({
              ...{ userCode, verificationUri, expiresInSeconds: expiresIn },
              // Who stands in for Entra may leave it out.
              message: message || `To sign in, open ${verificationUri} and enter the code ${userCode}.`,
            }),
        };
        const stop = (): void => {
          // MSAL looks at the request before each poll.
          request.cancel = true;
        };
        if (signal?.aborted) throw asError(signal.reason);
        signal?.addEventListener('abort', stop, { once: true });
        try {
          return await app.acquireTokenByDeviceCode(request);
        } finally {
          signal?.removeEventListener('abort', stop);
        }
      }),
    byBrowser: (tenant, open, signal) =>
      signIn(tenant, async (app) => {
        let stop = (): void => {};
        try {
          return await app.acquireTokenInteractive({
            scopes,
            // MSAL makes and compares state and code verifier by itself; a nonce it compares when it is given one.
            nonce: randomUUID(),
            loginHint: userAuth(tenant).userName,
            openBrowser: async (url) => {
              signal?.throwIfAborted();
              stop = () => breakOff(new URL(url));
              signal?.addEventListener('abort', stop, { once: true });
              await open(url);
            },
          });
        } finally {
          signal?.removeEventListener('abort', stop);
        }
      }),
  };
};
