import { AuthError, InteractionRequiredAuthError, ServerError } from '@azure/msal-node';
import type { ApiName } from '../clouds/endpoints.ts';
import { AccessError, type ErrorDetails, GatewayError, TenantAccessError, UpstreamError } from '../errors.ts';
import { EntraUnavailable } from './network.ts';
import { type Pause, type Refusal, refusalOf } from './refusals.ts';

/** Whom a token was for, to be named in the error. */
export interface TokenSubject {
  readonly tenant: string;
  readonly api: ApiName;
  /** The id that the request carried; Entra's sign-in log shows it. */
  readonly correlationId: string;
}

/** Entra throttles without saying for how long: as long as MSAL would wait. */
const defaultThrottleSeconds = 60;

const errorOf = (code: GatewayError['code'], message: string, details: ErrorDetails, cause: unknown): GatewayError => {
  switch (code) {
    case 'UNAUTHENTICATED':
      return new AccessError(code, message, details, cause);
    case 'TENANT_SIGN_IN_REQUIRED':
    case 'MISSING_PERMISSION':
      return new TenantAccessError(code, message, details, cause);
    case 'UPSTREAM_THROTTLED':
    case 'UPSTREAM_TIMEOUT':
    case 'UPSTREAM_UNAVAILABLE':
    case 'UPSTREAM_REJECTED':
      return new UpstreamError(code, message, details, cause);
    default:
      return new GatewayError(code, message, details, cause);
  }
};

/** The same error, to be thrown now: whoever asks again before `retryAfterSeconds` gets the same answer. */
export const withRetryAfter = (error: GatewayError, retryAfterSeconds: number): GatewayError =>
  errorOf(error.code, error.message, { ...error.details, retryAfterSeconds }, error.cause);

type Answer = ServerError | InteractionRequiredAuthError;

const isAnswer = (error: unknown): error is Answer =>
  error instanceof ServerError || error instanceof InteractionRequiredAuthError;

/** Entra's text is read for the number only; it never becomes part of a message. */
const numberOf = (error: AuthError): string | undefined => {
  const direct = isAnswer(error) ? error.errorNo : undefined;
  return direct === undefined ? /AADSTS(\d+)/.exec(error.errorMessage)?.[1] : String(direct);
};

const refusalIn = (error: AuthError): Refusal => refusalOf(numberOf(error), error.errorCode);

/** What an answer that asks for patience means. */
const patience = ({
  told,
  isLate,
}: EntraUnavailable): { readonly code: GatewayError['code']; readonly pause: Pause | undefined } => {
  const row = told.number === undefined ? undefined : refusalOf(told.number, '');
  const throttled = told.status === 429 || row?.code === 'UPSTREAM_THROTTLED';
  const usual = throttled ? (row?.waitSeconds ?? defaultThrottleSeconds) : undefined;
  // A loop (AADSTS50196) is broken off for long, whatever Entra asks for.
  const least = row?.concerns === 'identity' ? (usual ?? 0) : 0;
  const seconds = told.retryAfterSeconds === undefined ? usual : Math.max(told.retryAfterSeconds, least);
  return {
    code: throttled ? 'UPSTREAM_THROTTLED' : isLate ? 'UPSTREAM_TIMEOUT' : 'UPSTREAM_UNAVAILABLE',
    pause: seconds === undefined ? undefined : { concerns: row?.concerns ?? 'tenant', seconds },
  };
};

/** Whom and for how long asking Entra again would not help; `undefined`: it may be asked at once. */
export const pauseAfter = (error: unknown): Pause | undefined => {
  if (error instanceof EntraUnavailable) return patience(error).pause;
  if (!isAnswer(error)) return undefined;
  const { concerns, waitSeconds = null } = refusalIn(error);
  return { concerns, seconds: waitSeconds };
};

const unavailable = (error: EntraUnavailable, prefix: string, details: ErrorDetails): GatewayError => {
  const { status, number } = error.told;
  const { code, pause } = patience(error);
  const known: ErrorDetails = {
    ...details,
    ...(status === undefined ? {} : { upstreamStatus: status }),
    ...(number === undefined ? {} : { upstreamCode: `AADSTS${number}` }),
    ...(pause?.seconds == null ? {} : { retryAfterSeconds: pause.seconds }),
  };
  const what = code === 'UPSTREAM_THROTTLED' ? 'too many requests' : error.errorMessage;
  return errorOf(code, `${prefix}: ${what}`, known, error);
};

/** Without the id of a request that was never sent. */
const placeOf = ({ tenant, api, sent }: ErrorDetails): ErrorDetails => ({
  ...(tenant && { tenant }),
  ...(api && { api }),
  ...(sent && { sent }),
});

/**
 * What went wrong on the way to a token, as one of our errors. Its cause is the original without Entra's text: MSAL's
 * messages quote the answer in full.
 */
export const tokenFailure = (error: unknown, { tenant, api, correlationId }: TokenSubject): GatewayError =>
  failureOf(error, `No token for ${api} in tenant "${tenant}"`, {
    tenant,
    api,
    sent: 'no',
    ...(correlationId === '' ? {} : { upstreamRequestId: correlationId }),
  });

/** The same for a token that is for no API of a tenant; `prefix` begins the sentence. */
export const otherTokenFailure = (error: unknown, prefix: string): GatewayError => failureOf(error, prefix, {});

/** The same for the sign-in of a user, which is for no API. */
export const signInFailure = (error: unknown, tenant: string): GatewayError =>
  failureOf(error, `No sign-in to tenant "${tenant}"`, { tenant });

const failureOf = (error: unknown, prefix: string, details: ErrorDetails): GatewayError => {
  if (error instanceof EntraUnavailable) return unavailable(error, prefix, details);
  if (error instanceof TenantAccessError) {
    return new TenantAccessError('TENANT_SIGN_IN_REQUIRED', `${prefix}: ${error.message}`, placeOf(details), error);
  }
  if (error instanceof GatewayError) return error;
  if (!(error instanceof AuthError)) return new GatewayError('INTERNAL', `${prefix}: unexpected fault`, details, error);
  const number = numberOf(error);
  const upstreamCode = number === undefined ? error.errorCode : `AADSTS${number}`;
  const { code, advice, waitSeconds } = refusalIn(error);
  const known: ErrorDetails = {
    ...details,
    upstreamCode,
    ...(error instanceof InteractionRequiredAuthError && error.claims !== '' ? { claims: error.claims } : {}),
    ...(waitSeconds === undefined ? {} : { retryAfterSeconds: waitSeconds }),
  };
  const cause = new Error(`${error.name} ${upstreamCode}${error.subError === '' ? '' : ` (${error.subError})`}`);
  return errorOf(code, `${prefix}: ${upstreamCode}: ${advice}`, known, cause);
};
