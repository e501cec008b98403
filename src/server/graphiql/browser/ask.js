// Asks the gateway as the caller of this tab. A token of Entra lasts an hour: one that is not taken any more is renewed.
import { authorization, heldCredential, heldRenewal, holdCredential } from './credential.js';
import { renewSignIn } from './sign-in.js';

/** `signIn`: how users sign in to Entra; `null`: they do not. */
export const createAsking = (endpoint, signIn) => {
  let renewing = null;
  /** Several answers at once renew once. Whether there is another token now. */
  const renew = (refused) => {
    if (heldCredential() !== refused) return Promise.resolve(heldCredential() !== null);
    if (signIn === null || heldRenewal() === null) return Promise.resolve(false);
    renewing ??= renewSignIn(signIn, heldRenewal())
      .then(({ token, renewal }) => {
        // Who has signed out meanwhile stays so.
        if (heldCredential() === refused) holdCredential(token, renewal);
        return true;
      })
      .catch(() => false)
      .finally(() => {
        renewing = null;
      });
    return renewing;
  };
  const send = (body, headers, credential) =>
    fetch(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...authorization(credential),
        ...headers,
      },
      body: JSON.stringify(body),
    });
  /** The gateway's answer. What is refused for its token was not begun, so that it is sent once more with a new one. */
  return async (body, headers = {}) => {
    const credential = heldCredential();
    const response = await send(body, headers, credential);
    return response.status === 401 && (await renew(credential)) ? send(body, headers, heldCredential()) : response;
  };
};
