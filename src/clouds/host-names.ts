/** A host as sockets know it: an address of IPv6 has brackets in URLs alone (RFC 3986, 3.2.2). */
export const withoutBrackets = (host: string): string => host.replace(/^\[(.+)\]$/, '$1');

/** A host as it stands in a URL. */
export const inUrl = (host: string): string => (host.includes(':') ? `[${withoutBrackets(host)}]` : host);
