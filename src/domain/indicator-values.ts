import { BlockList, isIPv4 } from 'node:net';
import { isAddress, readAddress, wholeAddress } from './addresses.ts';
import { domainForm, readDomainName } from './domain-names.ts';

/** The types that an indicator can be made of. */
export const knownIndicatorTypes = [
  'FILE_SHA1',
  'FILE_SHA256',
  'FILE_MD5',
  'CERTIFICATE_THUMBPRINT',
  'IP_ADDRESS',
  'DOMAIN_NAME',
  'URL',
] as const;
export type KnownIndicatorType = (typeof knownIndicatorTypes)[number];

/** A value in the one form in which it is sent and compared, or why it can be none of its type. */
export type ReadValue = { readonly value: string } | { readonly fault: string };

const hashes = { 32: 'an MD5', 40: 'a SHA-1', 64: 'a SHA-256' } as const;
const hashNamed = (digits: number): string | undefined =>
  digits === 32 || digits === 40 || digits === 64 ? hashes[digits] : undefined;

const hash =
  (digits: 32 | 40 | 64, what: string = hashes[digits]) =>
  (text: string): ReadValue => {
    if (!/^[0-9a-f]+$/i.test(text)) return { fault: `is not ${what}: ${digits} hex digits` };
    if (text.length === digits) return { value: text.toLowerCase() };
    const other = hashNamed(text.length);
    const looks = other === undefined ? '' : ` It is as long as ${other}.`;
    return { fault: `has ${text.length} hex digits; ${what} has ${digits}.${looks}` };
  };

/** What is inside of an organisation, or no host at all. indicator-ip-domain.md: "Only external IPs can be added". */
const internal = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const)
  internal.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 128],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  internal.addSubnet(net, bits, 'ipv6');

const address = (text: string): ReadValue => {
  if (text.includes('/')) return { fault: 'is a range: Defender takes single addresses alone, no CIDR' };
  const read = readAddress(text);
  if (read === null) return { fault: 'is not an IP address' };
  if (internal.check(read, isIPv4(read) ? 'ipv4' : 'ipv6')) {
    return { fault: 'is an internal address: Defender takes external ones alone' };
  }
  return { value: wholeAddress(read) };
};

const domain = (text: string): ReadValue => {
  if (text.includes('://'))
    return { fault: 'has a scheme: a domain is a name alone, e.g. bad.example; else it is a URL' };
  if (/[/?#]/.test(text)) return { fault: 'has a path: a domain is a name alone; else it is a URL' };
  if (text.includes('*')) return { fault: 'has a wildcard: a domain stands for everything below it' };
  if (isAddress(text)) return { fault: 'is an IP address: its type is IP_ADDRESS' };
  if (text.includes(':')) return { fault: 'has a port: a domain is a name alone' };
  const name = readDomainName(text);
  return name === null ? { fault: 'is not a domain, e.g. bad.example' } : { value: name };
};

/** No page says how long one may be; browsers take no longer ones. */
const maxUrl = 2048;

const url = (text: string): ReadValue => {
  if (text.length > maxUrl) return { fault: `is longer than ${maxUrl} characters` };
  if (/[\s\p{Cc}]/u.test(text)) return { fault: 'has a blank in it' };
  const whole = text.includes('://') ? text : `https://${text}`;
  if (!/^https?:\/\//i.test(whole) || !URL.canParse(whole)) return { fault: 'is not a URL of http or https' };
  const { hostname, username, password } = new URL(whole);
  if (username !== '' || password !== '') return { fault: 'has a user name in it' };
  const isHost = isAddress(hostname) || domainForm.test(hostname);
  return isHost ? { value: text } : { fault: 'has no host, e.g. https://bad.example/path' };
};

/** How the value of each type is read. */
const readers = {
  FILE_SHA1: hash(40),
  FILE_SHA256: hash(64),
  FILE_MD5: hash(32),
  CERTIFICATE_THUMBPRINT: hash(40, 'a certificate thumbprint (SHA-1)'),
  IP_ADDRESS: address,
  DOMAIN_NAME: domain,
  URL: url,
} as const satisfies Record<KnownIndicatorType, (text: string) => ReadValue>;

/** Reads a value of a type: trimmed, hashes and domains in lower case, IPv6 addresses whole. */
export const readIndicatorValue = (type: KnownIndicatorType, given: string): ReadValue => {
  const text = given.trim();
  return text === '' ? { fault: 'is blank' } : readers[type](text);
};

/** Whether an indicator can be made of a type. */
export const isKnownIndicatorType = (type: string): type is KnownIndicatorType => Object.hasOwn(readers, type);

/** What tells indicators apart. */
interface TypedValue {
  readonly indicatorType: string;
  readonly indicatorValue: string;
}

/** The form in which values of a type are compared, whether or not Defender would take them. */
export const comparedValue = ({ indicatorType, indicatorValue }: TypedValue): string => {
  const text = indicatorValue.trim().toLowerCase();
  if (indicatorType === 'DOMAIN_NAME') return readDomainName(text) ?? text;
  if (indicatorType !== 'IP_ADDRESS') return text;
  const read = readAddress(text);
  return read === null ? text : wholeAddress(read);
};

/** A value as an indicator of any type would have it, in the form in which they are compared. */
export const formsOf = (indicatorValue: string): readonly string[] =>
  ['DOMAIN_NAME', 'IP_ADDRESS', 'URL'].map((indicatorType) => comparedValue({ indicatorType, indicatorValue }));

/** Whether indicators are on one of the values, in any spelling: the values are read once, however many indicators are judged. */
export const isOnOneOf = (values: readonly string[]): ((indicator: TypedValue) => boolean) => {
  const forms = new Set(values.flatMap(formsOf));
  return (indicator) => forms.has(comparedValue(indicator));
};

/**
 * Every spelling in which Microsoft may keep a value, where they are few: hashes and IPv4 addresses. Null: any letter of it may be
 * kept in either case, so that no filter that compares with case finds it surely.
 */
export const spellingsOf = (value: string): readonly string[] | null => {
  const text = value.trim();
  if (isIPv4(text)) return [text];
  const isHash = /^[0-9a-f]+$/i.test(text) && hashNamed(text.length) !== undefined;
  return isHash ? [...new Set([text, text.toLowerCase(), text.toUpperCase()])] : null;
};

/**
 * What two indicators are one by: Microsoft keeps one of a type and value (post-ti-indicator.md). The case is no difference, also
 * in a URL's path: Microsoft may take two that differ in it alone for one, and the second would replace the first.
 */
export const indicatorKey = (indicator: TypedValue): string => `${indicator.indicatorType} ${comparedValue(indicator)}`;
