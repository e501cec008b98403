import type { SimApp } from '../tenants.ts';
import { type AssertionContext, checkClientAssertion } from './client-assertion.ts';
import { EntraError } from './errors.ts';

/** How the client proved itself: `appidacr` of its tokens. */
export type ClientProof = 'none' | 'secret' | 'assertion';

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const hasCredential = ({ secrets, certificates, federated = [] }: SimApp): boolean =>
  secrets.length + certificates.length + federated.length > 0;

/** Checks the client's secret or assertion; an app that may be public does without for the flows that allow it. */
export const authenticateClient = async (
  form: URLSearchParams,
  context: AssertionContext,
  { publicAllowed }: { readonly publicAllowed: boolean },
): Promise<ClientProof> => {
  const { app } = context;
  const secret = form.get('client_secret');
  const assertion = form.get('client_assertion');
  if ((secret !== null || assertion !== null) && !hasCredential(app)) {
    throw new EntraError(700025, 'The client is public: it must not send a credential.');
  }
  if (secret !== null) {
    if (app.expiredSecrets?.includes(secret))
      throw new EntraError(7000222, `The client secret of app ${app.clientId} has expired.`);
    if (!app.secrets.includes(secret)) throw new EntraError(7000215, `Invalid client secret for app ${app.clientId}.`);
    return 'secret';
  }
  if (assertion !== null && form.get('client_assertion_type') === assertionType) {
    await checkClientAssertion(assertion, context);
    return 'assertion';
  }
  if (publicAllowed && (app.allowPublicClient ?? !hasCredential(app))) return 'none';
  throw new EntraError(7000218, "The request body must contain 'client_assertion' or 'client_secret'.");
};
