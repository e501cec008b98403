import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import { isRecord } from '../domain/records.ts';
import { asGatewayError, InputError } from '../errors.ts';
import { type SignIns, signInKey } from '../identity/sign-ins.ts';
import type { DevicePrompt, UserSignIn } from '../identity/user-sign-in.ts';
import type { Log } from '../log.ts';
import { checked } from '../store/forms.ts';
import { namespaces } from '../store/namespaces.ts';
import type { Store } from '../store/store.ts';

/** The code that a user has to enter, and where. */
export interface PendingSignIn {
  readonly userCode: string;
  readonly verificationUri: string;
  /** Entra's sentence for the user. */
  readonly message: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** Where the sign-in of a tenant's user stands. */
export interface TenantSignIn {
  readonly tenant: Tenant;
  readonly status: 'REQUIRED' | 'PENDING' | 'SIGNED_IN' | 'FAILED';
  /** Who is signed in, else who has to. */
  readonly userName: string;
  /** ISO 8601; `null`: nobody is signed in. */
  readonly signedInAt: string | null;
  readonly pending: PendingSignIn | null;
  /** Why the last attempt failed. */
  readonly problem: string | null;
}

/** Sign-ins of tenants by device code, begun in one process and seen by all. */
export interface TenantSignIns {
  /** Resolves when there is a code to enter; what becomes of it is in `status`. A new start replaces the one before. */
  start(tenant: Tenant): Promise<TenantSignIn>;
  status(tenant: Tenant): Promise<TenantSignIn>;
  /** Breaks off what is under way here. */
  stop(): void;
}

export interface TenantSignInDeps {
  readonly store: Store;
  readonly signIns: SignIns;
  readonly userSignIn: UserSignIn;
  readonly clock: Clock;
  readonly log: Log;
}

/** What all replicas know of an attempt. */
type Attempt = { readonly pending: PendingSignIn } | { readonly problem: string };

const isAttempt = (value: unknown): boolean =>
  isRecord(value) &&
  (typeof value.problem === 'string' || (isRecord(value.pending) && typeof value.pending.expiresAt === 'string'));

const userOf = ({ name, auth }: Tenant): string => {
  if (auth.kind === 'user') return auth.userName;
  throw new InputError(`Tenant "${name}" does not sign in as a user`, { tenant: name, field: 'tenant' });
};

export const createTenantSignIns = ({ store, signIns, userSignIn, clock, log }: TenantSignInDeps): TenantSignIns => {
  const attempts = store.space<Attempt>('sign-in-attempts', checked(namespaces['sign-in-attempts'], isAttempt));
  const running = new Map<string, AbortController>();

  const status: TenantSignIns['status'] = async (tenant) => {
    const required = userOf(tenant);
    const [signIn, attempt] = await Promise.all([signIns.of(tenant), attempts.get(signInKey(tenant))]);
    const pending = attempt !== undefined && 'pending' in attempt ? attempt.pending : null;
    const base = { tenant, userName: signIn?.userName ?? required, signedInAt: signIn?.signedInAt ?? null };
    if (pending !== null) {
      if (Date.parse(pending.expiresAt) > clock.now()) return { ...base, status: 'PENDING', pending, problem: null };
      return { ...base, status: 'FAILED', pending: null, problem: 'the code has expired: start again' };
    }
    const problem = attempt !== undefined && 'problem' in attempt ? attempt.problem : null;
    if (problem !== null) return { ...base, status: 'FAILED', pending: null, problem };
    return { ...base, status: signIn === undefined ? 'REQUIRED' : 'SIGNED_IN', pending: null, problem: null };
  };

  const pendingOf = ({ userCode, verificationUri, message, expiresInSeconds }: DevicePrompt): PendingSignIn => ({
    userCode,
    verificationUri,
    message,
    expiresAt: new Date(clock.now() + expiresInSeconds * 1000).toISOString(),
  });

  const start: TenantSignIns['start'] = async (tenant) => {
    userOf(tenant);
    const key = signInKey(tenant);
    const controller = new AbortController();
    running.get(key)?.abort();
    running.set(key, controller);
    const isLatest = (): boolean => running.get(key) === controller;
    const shown = Promise.withResolvers<void>();
    userSignIn
      .byDevice(
        tenant,
        (prompt) => void attempts.set(key, { pending: pendingOf(prompt) }).then(shown.resolve, shown.reject),
        controller.signal,
      )
      .then(async ({ userName }) => {
        if (isLatest()) await attempts.delete(key);
        log.info('A user signed in to a tenant', { tenant: tenant.name, userName });
      })
      .catch(async (error: unknown) => {
        shown.reject(error);
        log.warn('A sign-in to a tenant failed', { tenant: tenant.name, err: error });
        if (isLatest()) await attempts.set(key, { problem: asGatewayError(error).message });
      })
      .catch((error: unknown) => log.error('The end of a sign-in was not kept', { tenant: tenant.name, err: error }))
      .finally(() => {
        if (isLatest()) running.delete(key);
      });
    await shown.promise;
    return status(tenant);
  };

  return {
    start,
    status,
    stop: () => {
      for (const controller of running.values()) controller.abort();
    },
  };
};
