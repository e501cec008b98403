import type { ConfidentialClientApplication } from '@azure/msal-node';
import { TenantAccessError } from '../../errors.ts';
import type { CallerToken } from '../../scope.ts';
import type { Credential } from '../credential.ts';
import type { Source } from '../source.ts';

/**
 * The caller's token exchanged for one of the API, in their name. Kept in memory alone: it ends with the caller's token, and
 * each token of a caller is another identity. Throws `TENANT_SIGN_IN_REQUIRED` when the caller has shown no user token.
 */
export const onBehalfOfSource = (
  clientId: string,
  { fingerprint, proof }: Credential,
  callerToken: CallerToken | undefined,
  createApp: () => ConfidentialClientApplication,
): Source => {
  if (callerToken === undefined) {
    throw new TenantAccessError(
      'TENANT_SIGN_IN_REQUIRED',
      `it is used on behalf of the caller: call the gateway with a bearer token of a user that Entra issued for the app ${clientId}; an API key or an app's own token cannot be exchanged`,
    );
  }
  return {
    key: `${fingerprint}:${callerToken.key}`,
    credentialKey: fingerprint,
    ...(proof && { proof }),
    create: () => {
      const app = createApp();
      return ({ scope, fresh, claims, correlationId }) =>
        app.acquireTokenOnBehalfOf({
          oboAssertion: callerToken.reveal(),
          scopes: [scope],
          correlationId,
          skipCache: fresh,
          ...(claims === undefined ? {} : { claims }),
        });
    },
  };
};
