import type { ErrorCode } from '../errors.ts';

/**
 * For whom an answer of Entra holds: all who ask in the tenant, the app with this credential, or this identity alone (on
 * behalf of a caller: their token).
 */
export type Concern = 'tenant' | 'app' | 'identity';

/** What an answer of Entra says about asking again. */
export interface Pause {
  readonly concerns: Concern;
  /** Seconds that Entra is left alone; `null`: a refusal, which stands until somebody removes its cause. */
  readonly seconds: number | null;
}

/** What an answer of Entra means for us, and what the operator does about it. */
export interface Refusal {
  readonly code: Extract<
    ErrorCode,
    | 'UNAUTHENTICATED'
    | 'TENANT_SIGN_IN_REQUIRED'
    | 'MISSING_PERMISSION'
    | 'UPSTREAM_UNAVAILABLE'
    | 'UPSTREAM_THROTTLED'
    | 'UPSTREAM_REJECTED'
  >;
  /** Completes "AADSTS...: ". */
  readonly advice: string;
  readonly concerns: Concern;
  /** Seconds to leave Entra alone, when waiting is the cure. */
  readonly waitSeconds?: number;
}

const signIn = (advice: string, concerns: Concern = 'app'): Refusal => ({
  code: 'TENANT_SIGN_IN_REQUIRED',
  advice,
  concerns,
});
const permission = (advice: string): Refusal => ({ code: 'MISSING_PERMISSION', advice, concerns: 'app' });
const rejected = (advice: string): Refusal => ({ code: 'UPSTREAM_REJECTED', advice, concerns: 'app' });

const consent = signIn(
  'the app is not known in this tenant: check tenantId and clientId, then have an administrator consent',
);
const disabled = signIn('the app is disabled in this tenant: enable sign-in in its enterprise application');
const notMember = signIn(
  'the user has no account in this tenant: invite them, or correct auth.userName and tenantId',
  'identity',
);
const noPrincipal = permission(
  'the API has no service principal in this tenant: the product was never set up there, or the scope is of another cloud',
);
const notAssigned = signIn('the user or app is not assigned: assign it in the enterprise application', 'identity');
const crossTenant = signIn(
  'a policy for access across tenants forbids it: allow the app and its users in the settings of both tenants',
  'identity',
);
/** Of one user: they may lack a consent that another user has given for their own account. */
const noConsent = signIn('nobody has consented to the app: have an administrator consent', 'identity');
const federation = signIn(
  'no federated credential of the app has the issuer, subject and audience of this token: correct the registration',
);
const conditionalAccess = signIn(
  'a conditional access policy blocks the app: exempt it, or satisfy the policy',
  'identity',
);
const interaction = signIn('a user has to sign in (multi-factor or conditional access)', 'identity');
const userExpired = signIn(
  'the sign-in has expired or was revoked: sign in again (defender-gateway login)',
  'identity',
);
/** The one fault that the caller fixes: the token that they brought is at fault, not the gateway's. */
const callerTokenRefused = (what: string): Refusal => ({
  code: 'UNAUTHENTICATED',
  advice: `the caller's token ${what}: get a new token for the gateway and ask again`,
  concerns: 'identity',
});
const transient: Refusal = {
  code: 'UPSTREAM_UNAVAILABLE',
  advice: 'Entra has a passing fault: try again',
  concerns: 'tenant',
  waitSeconds: 5,
};

/**
 * By AADSTS number (https://learn.microsoft.com/entra/identity-platform/reference-error-codes). Everything that an
 * operator fixes in the sign-in (secret, certificate, app, consent, cloud) is `TENANT_SIGN_IN_REQUIRED`; an API that the
 * tenant does not have is `MISSING_PERMISSION`; a token of the caller that Entra does not exchange is `UNAUTHENTICATED`; a
 * fault of Entra or of the way to it is `UPSTREAM_UNAVAILABLE`.
 */
const refusalsByNumber: Readonly<Record<string, Refusal>> = {
  7000215: signIn("the client secret is wrong: give the secret's value, not its id, in auth.clientSecret"),
  7000222: signIn(
    'the client secret has expired: make a new one in the app registration and put it in auth.clientSecret',
  ),
  700030: signIn(
    "the certificate's subject is not allowed for the app: correct trustedCertificateSubjects of its registration",
  ),
  700027: signIn(
    'the certificate is not registered for the app, or its key does not fit: upload it to the app registration',
  ),
  700024: signIn("the client assertion is outside its time: correct the clock of the gateway's machine"),
  70021: federation,
  700211: federation,
  700213: federation,
  700025: signIn('the app is registered as a public client: register it as a web app to use a secret or certificate'),
  7000218: signIn('the app needs a secret or certificate, or "allow public client flows" in its registration'),
  700016: consent,
  90002: signIn('no such tenant in this cloud: check tenantId and cloud'),
  900023: signIn('no such tenant in this cloud: check tenantId and cloud'),
  90038: signIn('the tenant is in another national cloud: correct cloud'),
  7000229: consent,
  7000112: disabled,
  500011: noPrincipal,
  650052: noPrincipal,
  65001: noConsent,
  90094: noConsent,
  50020: notMember,
  50034: notMember,
  90072: notMember,
  500212: crossTenant,
  500213: crossTenant,
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
  50105: notAssigned,
  501051: notAssigned,
  50173: userExpired,
  50089: userExpired,
  70008: userExpired,
  700082: userExpired,
  70043: userExpired,
  500133: callerTokenRefused('has expired'),
  50013: callerTokenRefused('is not valid for this app'),
  50196: {
    code: 'UPSTREAM_THROTTLED',
    advice: 'Entra saw the same request too often',
    concerns: 'identity',
    waitSeconds: 300,
  },
  90055: { code: 'UPSTREAM_THROTTLED', advice: 'Entra throttles this tenant', concerns: 'tenant', waitSeconds: 60 },
  50033: transient,
  90006: transient,
  90012: transient,
  90024: transient,
  90033: transient,
  50087: transient,
};

/** By the OAuth `error`, or MSAL's word for what went wrong on this machine, where the number says nothing to us. */
const refusalsByError: Readonly<Record<string, Refusal>> = {
  invalid_client: signIn("Entra does not accept the app's credential: check clientId, secret or certificate"),
  unauthorized_client: consent,
  invalid_tenant: signIn('no such tenant in this cloud: check tenantId and cloud'),
  invalid_resource: permission('the API has no service principal in this tenant'),
  invalid_scope: rejected('the scope is not valid: correct endpoints.scopes'),
  invalid_grant: signIn('Entra wants a new sign-in or consent', 'identity'),
  interaction_required: interaction,
  consent_required: noConsent,
  login_required: interaction,
  no_tokens_found: userExpired,
  refresh_token_expired: userExpired,
  managed_identity_refused: signIn(
    'the machine does not have this managed identity: check auth and the identities of the machine',
  ),
  unable_to_read_secret_file: signIn(
    "the key of Azure Arc cannot be read: put the gateway's user into the group himds",
  ),
  unable_to_create_cloud_shell: signIn('Cloud Shell has one identity, its own: use managedIdentity: true'),
  user_assigned_managed_identity_not_confirmed: signIn(
    'the agent of Azure Arc knows no user-assigned identities: update it, or use managedIdentity: true',
  ),
  temporarily_unavailable: transient,
  server_error: transient,
};

const unknown = signIn('Entra refuses the sign-in: look the code up in its documentation', 'identity');

/** The row for an answer: by its AADSTS number, else by its `error`, else one that sends the operator to the docs. */
export const refusalOf = (number: string | undefined, error: string): Refusal => {
  if (number !== undefined && Object.hasOwn(refusalsByNumber, number)) return refusalsByNumber[number] ?? unknown;
  return (Object.hasOwn(refusalsByError, error) ? refusalsByError[error] : undefined) ?? unknown;
};

/** Whether Entra says itself that its fault passes. */
export const isPassing = (number: string | undefined, error: string): boolean => refusalOf(number, error) === transient;
