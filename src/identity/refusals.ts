import type { ErrorCode } from '../errors.ts';

/** What an answer of Entra means for us, and what the operator does about it. */
export interface Refusal {
  readonly code: Extract<
    ErrorCode,
    | 'TENANT_SIGN_IN_REQUIRED'
    | 'MISSING_PERMISSION'
    | 'UPSTREAM_UNAVAILABLE'
    | 'UPSTREAM_THROTTLED'
    | 'UPSTREAM_REJECTED'
  >;
  /** Completes "AADSTS...: ". */
  readonly advice: string;
  /** Seconds to leave Entra alone, when waiting is the cure. */
  readonly waitSeconds?: number;
}

const signIn = (advice: string): Refusal => ({ code: 'TENANT_SIGN_IN_REQUIRED', advice });
const permission = (advice: string): Refusal => ({ code: 'MISSING_PERMISSION', advice });
const rejected = (advice: string): Refusal => ({ code: 'UPSTREAM_REJECTED', advice });

const consent = signIn(
  'the app is not known in this tenant: check tenantId and clientId, then have an administrator consent',
);
const conditionalAccess = signIn('a conditional access policy blocks the app: exempt it, or satisfy the policy');
const interaction = signIn('a user has to sign in (multi-factor or conditional access)');
const userExpired = signIn('the sign-in has expired or was revoked: sign in again (defender-gateway login)');
const transient: Refusal = {
  code: 'UPSTREAM_UNAVAILABLE',
  advice: 'Entra has a passing fault: try again',
  waitSeconds: 5,
};

/**
 * By AADSTS number (https://learn.microsoft.com/entra/identity-platform/reference-error-codes). Everything that an
 * operator mends in the sign-in (secret, certificate, app, consent, cloud) is `TENANT_SIGN_IN_REQUIRED`; an API that the
 * tenant does not have is `MISSING_PERMISSION`; a fault of Entra or of the way to it is `UPSTREAM_UNAVAILABLE`.
 */
const refusalsByNumber: Readonly<Record<string, Refusal>> = {
  7000215: signIn("the client secret is wrong: give the secret's value, not its id, in auth.clientSecret"),
  7000222: signIn(
    'the client secret has expired: make a new one in the app registration and put it in auth.clientSecret',
  ),
  700027: signIn(
    'the certificate is not registered for the app, or its key does not fit: upload it to the app registration',
  ),
  700025: signIn('the app is registered as a public client: register it as a web app to use a secret or certificate'),
  7000218: signIn('the app needs a secret or certificate, or "allow public client flows" in its registration'),
  700016: consent,
  90002: signIn('no such tenant in this cloud: check tenantId and cloud'),
  900023: signIn('no such tenant in this cloud: check tenantId and cloud'),
  90038: signIn('the tenant is in another national cloud: correct cloud'),
  500011: permission(
    'the API has no service principal in this tenant: the product was never set up there, or the scope is of another cloud',
  ),
  65001: signIn('nobody has consented to the app: have an administrator consent'),
  70011: rejected('the scope is not valid: correct endpoints.scopes'),
  28002: rejected('the scope is not valid: correct endpoints.scopes'),
  50076: interaction,
  50079: interaction,
  50072: interaction,
  50074: interaction,
  50078: interaction,
  50158: interaction,
  53003: conditionalAccess,
  53000: conditionalAccess,
  53001: conditionalAccess,
  53002: conditionalAccess,
  53004: conditionalAccess,
  50105: signIn('the app is not assigned: assign it in the enterprise application'),
  50173: userExpired,
  50089: userExpired,
  70008: userExpired,
  700082: userExpired,
  70043: userExpired,
  500133: userExpired,
  50013: userExpired,
  50196: { code: 'UPSTREAM_THROTTLED', advice: 'Entra saw the same request too often', waitSeconds: 300 },
  90055: { code: 'UPSTREAM_THROTTLED', advice: 'Entra throttles this tenant', waitSeconds: 60 },
  50033: transient,
  90006: transient,
  90012: transient,
  90024: transient,
  90033: transient,
  50087: transient,
};

/** By the OAuth `error`, where the number says nothing to us. */
const refusalsByError: Readonly<Record<string, Refusal>> = {
  invalid_client: signIn("Entra does not accept the app's credential: check clientId, secret or certificate"),
  unauthorized_client: consent,
  invalid_tenant: signIn('no such tenant in this cloud: check tenantId and cloud'),
  invalid_resource: permission('the API has no service principal in this tenant'),
  invalid_scope: rejected('the scope is not valid: correct endpoints.scopes'),
  invalid_grant: signIn('Entra wants a new sign-in or consent'),
  interaction_required: interaction,
  consent_required: signIn('nobody has consented to the app: have an administrator consent'),
  login_required: interaction,
  temporarily_unavailable: transient,
  server_error: transient,
};

const unknown = signIn('Entra refuses the sign-in: look the code up in its documentation');

/** The row for an answer: by its AADSTS number, else by its `error`, else one that sends the operator to the docs. */
export const refusalOf = (number: string | undefined, error: string): Refusal => {
  if (number !== undefined && Object.hasOwn(refusalsByNumber, number)) return refusalsByNumber[number] ?? unknown;
  return (Object.hasOwn(refusalsByError, error) ? refusalsByError[error] : undefined) ?? unknown;
};
