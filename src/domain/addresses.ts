import { isIPv4, isIPv6 } from 'node:net';

/** `::ffff:10.0.0.1` is 10.0.0.1. RFC 4291, 2.5.5.2 */
const unmapped = (address: string): string => {
  const [, high = '', low = ''] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address) ?? [];
  if (high === '') return address;
  const [one, two] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return `${one >> 8}.${one & 255}.${two >> 8}.${two & 255}`;
};

/**
 * An address in its one spelling: without brackets and zone, IPv6 as RFC 5952 writes it, IPv4 in IPv6 as IPv4. Null: the text is
 * none.
 */
export const readAddress = (text: string): string | null => {
  if (isIPv4(text)) return text;
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%[\w.~-]{1,64}$/, '');
  return isIPv6(bare) ? unmapped(new URL(`http://[${bare}]/`).hostname.slice(1, -1)) : null;
};

/** Whether a host is an address and no name. */
export const isAddress = (host: string): boolean => readAddress(host) !== null;

/** All eight groups of an address that `readAddress` read, as indicators-overview.md wants them: `2001:4860:4860:0:0:0:0:8888`. */
export const wholeAddress = (address: string): string => {
  if (isIPv4(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = (text: string | undefined): readonly string[] => (text ? text.split(':') : []);
  const before = groups(head);
  const after = groups(tail);
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].join(':');
};
