import { isIPv6 } from 'node:net';

/** Groups of an IPv6 address that name the network; the rest is the host's own choice. */
const networkGroups = 4;

/**
 * What counts as one address: of IPv6 the /64 that a host draws its addresses from
 * (https://www.rfc-editor.org/rfc/rfc6177#section-2), so that it cannot come under a new one each time.
 */
export const networkOf = (address: string): string => {
  // Only one of IPv6 has colons, and is looked at further.
  if (!address.includes(':') || !isIPv6(address)) return address;
  const [head = '', tail = ''] = (address.split('%')[0] ?? '').split('::');
  const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [first, last] = [groupsOf(head), groupsOf(tail)];
  const missing = Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0');
  const groups = [...first, ...missing, ...last].map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''));
  return `${groups.slice(0, networkGroups).join(':')}::/64`;
};
