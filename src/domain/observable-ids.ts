import { isIP, isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import type { IdForm } from './id-forms.ts';

/** Hashes by which Defender for Endpoint knows files, in lower case. MD5 is none of them. get-file-information.md */
const fileHash = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Labels of up to 63 letters, digits, `-` and `_`, the last one no number, 253 in all. RFC 1035, RFC 5890. */
const domainName =
  /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?!\d+$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/;

/** Before a name is made ASCII, for that takes a whole host of a URL apart: no port, path, user or escape. */
const nameSigns = /^[\p{L}\p{M}\p{N}\u00b7\u30fb\u3002\uff0e\uff61._-]+$/u;

/** Upper case, names in other scripts and a dot at the end are spellings of one domain. */
const spelledDomain = (text: string): string | null => {
  const name = text.replace(/\.$/, '');
  return nameSigns.test(name) ? domainToASCII(name) : null;
};

/** `::ffff:10.0.0.1` is 10.0.0.1. RFC 4291, 2.5.5.2 */
const mappedAddress = (address: string): string => {
  const [, high = '', low = ''] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address) ?? [];
  if (high === '') return address;
  const [one, two] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return `${one >> 8}.${one & 255}.${two >> 8}.${two & 255}`;
};

/** An address without brackets and zone, IPv6 as RFC 5952 writes it. */
const spelledAddress = (text: string): string | null => {
  if (isIPv4(text)) return text;
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%[\w.~-]{1,64}$/, '');
  return isIPv6(bare) ? mappedAddress(new URL(`http://[${bare}]/`).hostname.slice(1, -1)) : null;
};

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
    form: domainName,
    says: 'a domain name, e.g. example.com, without scheme, port and path',
    spelled: spelledDomain,
  },
  ipAddress: {
    field: 'address',
    form: /^[0-9a-f.:]{2,45}$/,
    says: 'one IPv4 or IPv6 address, no range',
    spelled: spelledAddress,
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

/** Whether a host is an address and no name. */
export const isAddress = (host: string): boolean => isIP(host.replace(/^\[(.*)\]$/, '$1')) !== 0;
