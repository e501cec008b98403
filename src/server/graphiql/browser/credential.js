// The credential of this tab: a key, or a token of Entra with what renews it. It is in no address and does not outlive the tab.
const place = 'defender-gateway:credential';
const renewalPlace = 'defender-gateway:renewal';

/** What is sent as bearer; `null`: the caller is anonymous. */
export const heldCredential = () => sessionStorage.getItem(place);

/** Entra's refresh token; `null`: the credential is not renewed. */
export const heldRenewal = () => sessionStorage.getItem(renewalPlace);

export const holdCredential = (credential, renewal = null) => {
  sessionStorage.setItem(place, credential);
  if (renewal === null) sessionStorage.removeItem(renewalPlace);
  else sessionStorage.setItem(renewalPlace, renewal);
};

export const dropCredential = () => {
  sessionStorage.removeItem(place);
  sessionStorage.removeItem(renewalPlace);
};

/** The header that says who calls; none for the anonymous. */
export const authorization = (credential = heldCredential()) =>
  credential === null ? {} : { authorization: `Bearer ${credential}` };
