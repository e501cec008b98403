import { madeOnce } from '../made-once.ts';
import type { Tokens, TokensDeps } from './tokens.ts';
import type { UserSignIn, UserSignInDeps } from './user-sign-in.ts';

/**
 * Tokens as `createTokens` makes them, when the first is asked for. MSAL takes some 30 MB and an eighth of a second to read: a process
 * that signs in nowhere yet is ready without it.
 */
export const lateTokens = (deps: TokensDeps): Tokens => {
  const tokens = madeOnce(async () => (await import('./tokens.ts')).createTokens(deps));
  return { get: async (tenant, api, options) => (await tokens()).get(tenant, api, options) };
};

/** Sign-ins of users as `createUserSignIn` makes them, when the first begins. */
export const lateUserSignIn = (deps: UserSignInDeps): UserSignIn => {
  const userSignIn = madeOnce(async () => (await import('./user-sign-in.ts')).createUserSignIn(deps));
  return {
    byDevice: async (tenant, show, signal) => (await userSignIn()).byDevice(tenant, show, signal),
    byBrowser: async (tenant, open, signal) => (await userSignIn()).byBrowser(tenant, open, signal),
  };
};
