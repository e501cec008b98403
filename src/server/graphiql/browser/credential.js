// The credential of this tab: a key, or a token of Entra. It is in no address and does not outlive the tab.
const place = 'defender-gateway:credential';

/** What is sent as bearer; `null`: the caller is anonymous. */
export const heldCredential = () => sessionStorage.getItem(place);

export const holdCredential = (credential) => sessionStorage.setItem(place, credential);

export const dropCredential = () => sessionStorage.removeItem(place);

/** The header that says who calls; none for the anonymous. */
export const authorization = (credential = heldCredential()) =>
  credential === null ? {} : { authorization: `Bearer ${credential}` };
