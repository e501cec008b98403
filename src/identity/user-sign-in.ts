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

/** How a user signs in once, so that the gateway can act as him from then on. All reject with a `GatewayError`. */
export interface UserSignIn {
  /** Device code: `show` tells the user what to do; resolves when he has done it. */
  byDevice(tenant: Tenant, show: (prompt: DevicePrompt) => void, signal?: AbortSignal): Promise<SignIn>;
  /** Authorization code with PKCE by a browser on this machine, which comes back to a port of it. */
  byBrowser(tenant: Tenant, open: (url: string) => Promise<void>): Promise<SignIn>;
}

export interface UserSignInDeps {
  readonly signIns: SignIns;
  readonly http: EntraHttp;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Nothing of an API: the refresh token that comes along is good for each of them. */
const scopes = ['openid', 'profile', 'offline_access'];

/** What the device code flow says besides AADSTS codes; MSAL hands the OAuth `error` on as its message. */
const deviceAdvice: Readonly<Record<string, string>> = {
  authorization_declined: 'the user declined',
  bad_verification_code: 'the code is not known any more: start again',
  expired_token: 'the code has expired: start again',
  device_code_expired: 'the code has expired: start again',
  device_code_polling_cancelled: 'it was broken off',
};

const failure = (error: unknown, tenant: string): GatewayError => {
  const word =
    error instanceof AuthError ? (deviceAdvice[error.errorMessage] ?? deviceAdvice[error.errorCode]) : undefined;
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

export const createUserSignIn = ({ signIns, http, now }: UserSignInDeps): UserSignIn => {
  const network: INetworkModule = createNetwork(http, now);

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
            show({ userCode, verificationUri, message, expiresInSeconds: expiresIn }),
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
    byBrowser: (tenant, open) =>
      signIn(tenant, (app) =>
        app.acquireTokenInteractive({ scopes, openBrowser: open, loginHint: userAuth(tenant).userName }),
      ),
  };
};
