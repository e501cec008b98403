import { AuthError, InteractionRequiredAuthError, ServerError } from '@azure/msal-node';
import type { ApiName } from '../clouds/endpoints.ts';
import { type ErrorDetails, GatewayError, TenantAccessError, UpstreamError } from '../errors.ts';
import { EntraUnavailable } from './network.ts';
import { type Refusal, refusalOf } from './refusals.ts';

/** Whom a token was for, to be named in the error. */
export interface TokenSubject {
  readonly tenant: string;
  readonly api: ApiName;
  /** The id that the request carried; Entra's sign-in log shows it. */
  readonly correlationId: string;
}

/** Entra throttles without saying for how long: as long as MSAL would wait. */
const defaultThrottleSeconds = 60;

const fromRefusal = (refusal: Refusal, message: string, details: ErrorDetails, cause: unknown): GatewayError => {
  const { code } = refusal;
  const known = refusal.waitSeconds === undefined ? details : { ...details, retryAfterSeconds: refusal.waitSeconds };
  return code === 'TENANT_SIGN_IN_REQUIRED' || code === 'MISSING_PERMISSION'
    ? new TenantAccessError(code, message, known, cause)
    : new UpstreamError(code, message, known, cause);
};

/** Entra's text is read for the number only; it never becomes part of a message. */
const numberOf = (error: AuthError): string | undefined => {
  const direct =
    error instanceof ServerError || error instanceof InteractionRequiredAuthError ? error.errorNo : undefined;
  return direct === undefined ? /AADSTS(\d+)/.exec(error.errorMessage)?.[1] : String(direct);
};

const unavailable = (error: EntraUnavailable, prefix: string, details: ErrorDetails): GatewayError => {
  const { status, retryAfterSeconds } = error;
  const known = { ...details, ...(status === undefined ? {} : { upstreamStatus: status }) };
  if (status === 429) {
    const wait = retryAfterSeconds ?? defaultThrottleSeconds;
    return new UpstreamError(
      'UPSTREAM_THROTTLED',
      `${prefix}: too many requests`,
      { ...known, retryAfterSeconds: wait },
      error,
    );
  }
  return new UpstreamError(
    'UPSTREAM_UNAVAILABLE',
    `${prefix}: ${error.errorMessage}`,
    retryAfterSeconds === undefined ? known : { ...known, retryAfterSeconds },
    error,
  );
};

/** Without the id of a request that was never sent. */
const placeOf = ({ tenant, api }: ErrorDetails): ErrorDetails => ({ ...(tenant && { tenant }), ...(api && { api }) });

/**
 * What went wrong on the way to a token, as one of our errors. Its cause is the original without Entra's text: MSAL's
 * messages quote the answer in full.
 */
export const tokenFailure = (error: unknown, { tenant, api, correlationId }: TokenSubject): GatewayError =>
  failureOf(error, `No token for ${api} in tenant "${tenant}"`, { tenant, api, upstreamRequestId: correlationId });

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
  const refusal = refusalOf(number, error.errorCode);
  const claims = error instanceof InteractionRequiredAuthError && error.claims !== '' ? { claims: error.claims } : {};
  const cause = new Error(`${error.name} ${upstreamCode}${error.subError === '' ? '' : ` (${error.subError})`}`);
  return fromRefusal(
    refusal,
    `${prefix}: ${upstreamCode}: ${refusal.advice}`,
    { ...details, upstreamCode, ...claims },
    cause,
  );
};
