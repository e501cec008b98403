import { domainToASCII } from 'node:url';

/** Labels of up to 63 letters, digits, `-` and `_`, the last one no number, 253 in all. RFC 1035, RFC 5890. */
export const domainForm =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** Before a name is made ASCII, for that takes a whole host of a URL apart: no port, path, user, escape or blank. */
const nameSigns = /^[\p{L}\p{M}\p{N}\u00b7\u30fb\u3002\uff0e\uff61._-]+$/u;

/** Longer ones are none, whatever they become: no time is spent on them. */
const maxText = 1000;

/**
 * A domain name in its one spelling: upper case, other scripts and a dot at the end are spellings. Null: the text is none, and
 * becomes no other name either.
 */
export const readDomainName = (text: string): string | null => {
  if (text.length > maxText || !nameSigns.test(text)) return null;
  const name = domainToASCII(text).replace(/\.$/, '');
  return domainForm.test(name) ? name : null;
};
