import { readAddress } from './addresses.ts';
import { domainForm, readDomainName } from './domain-names.ts';
import type { IdForm } from './id-forms.ts';

/** Hashes by which Defender for Endpoint knows files, in lower case. MD5 is none of them. get-file-information.md */
const fileHash = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** The account's bare name of `DOMAIN\name`, and of a user principal name. */
const bareName = (text: string): string => {
  const account = text.slice(text.lastIndexOf('\\') + 1);
  const sign = account.lastIndexOf('@');
  return (sign === -1 ? account : account.slice(0, sign)).trim();
};

/**
 * What evidence names and Defender for Endpoint can be asked about without a list of it: how each is written. A private address
 * is one too: Microsoft's own example asks about 10.209.67.177 (get-ip-statistics.md).
 */
export const observableIds = {
  file: {
    field: 'hash',
    form: fileHash,
    says: 'a SHA-1 (40 hex digits) or a SHA-256 (64); Microsoft takes no MD5',
    spelled: (hash) => hash.toLowerCase(),
  },
  domain: {
    field: 'name',
    form: domainForm,
    says: 'a domain name, e.g. example.com, without scheme, port and path',
    spelled: readDomainName,
  },
  ipAddress: {
    field: 'address',
    form: /^[0-9a-f.:]{2,45}$/,
    says: 'one IPv4 or IPv6 address, no range',
    spelled: readAddress,
  },
  url: {
    field: 'url',
    form: /^[^\s\p{Cc}]{4,2083}$/u,
    says: 'a URL, e.g. https://example.com/path',
    spelled: (url) => (hostOfUrl(url) === null ? null : url),
  },
  user: {
    field: 'name',
    form: /^(?!\.+$)[^/\\:;|*?<>"[\]%@\p{Cc}]{1,256}$/u,
    says: 'the name of an account, without or with its domain: jdoe, CONTOSO\\jdoe, jdoe@contoso.com',
    spelled: bareName,
  },
} as const satisfies Record<string, IdForm>;

/** The host of a URL, as `URL` writes it; null: it has none. Evidence names URLs without their scheme, too. */
export const hostOfUrl = (url: string): string | null => {
  const hasScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(url);
  const whole = hasScheme ? url : `http://${url}`;
  if (!hasScheme && !/^[^/\\?#@:]+\.[^/\\?#@:]+(?::\d+)?(?:[/?#]|$)/.test(url)) return null;
  const host = URL.canParse(whole) ? new URL(whole).hostname : '';
  return host === '' ? null : host;
};
