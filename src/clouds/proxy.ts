import { BlockList, isIP } from 'node:net';
import { withoutBrackets } from './host-names.ts';

/** A proxy on the way to Microsoft. */
export interface ProxyServer {
  /** Scheme, host and port, fit to be shown. */
  readonly shown: string;
  /** With user name and password, if it wants them; a function, so that nothing prints them by accident. */
  readonly url: () => URL;
}

/** The proxies of the environment; `null`: none. */
export interface ProxySettings {
  /** For addresses of HTTPS: `HTTPS_PROXY`. */
  readonly https: ProxyServer | null;
  /** For addresses of HTTP: `HTTP_PROXY`. */
  readonly http: ProxyServer | null;
  /** Hosts that are reached without: `NO_PROXY`, as it is written. */
  readonly except: string;
}

/** Without any proxy. */
export const noProxy: ProxySettings = { https: null, http: null, except: '' };

const variableOf = (env: NodeJS.ProcessEnv, name: string): string =>
  (env[name.toLowerCase()] || env[name] || '').trim();

const serverOf = (text: string): ProxyServer | null => {
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return null;
  // A bare % is not what a name or password is written as in an address.
  if (/%(?![\da-f]{2})/i.test(url.username + url.password)) return null;
  return { shown: url.origin, url: () => new URL(url) };
};

/**
 * The proxies of `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. A variable in small letters comes before the one in capitals, and one
 * that is empty counts as absent. A proxy without a scheme is `http://`; a port that is not named is that of the scheme. `faults`
 * names the variables that are no address of a proxy: other schemes, as SOCKS, and names and passwords with a bare `%`.
 * `NO_PROXY` is a list with commas or blanks; what an entry may be stands in docs/settings.md, upstream.
 */
export const readProxy = (env: NodeJS.ProcessEnv): { readonly proxy: ProxySettings; readonly faults: string[] } => {
  const faults: string[] = [];
  const read = (name: string): ProxyServer | null => {
    const text = variableOf(env, name);
    const server = text === '' ? null : serverOf(text);
    if (text !== '' && server === null)
      faults.push(`${name} must be the address of an HTTP proxy, http:// or https://`);
    return server;
  };
  return {
    proxy: { https: read('HTTPS_PROXY'), http: read('HTTP_PROXY'), except: variableOf(env, 'NO_PROXY') },
    faults,
  };
};

/** Whether a host is in a network, or is the address: one of IPv6 may be written in several ways, and in brackets. */
const isInNetwork = (host: string, network: string): boolean => {
  const [named = '', bits] = network.split('/');
  const address = withoutBrackets(named);
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  const length = Number(bits ?? most);
  if (version === 0 || isIP(host) !== version || !/^\d*$/.test(bits ?? '') || bits === '' || length > most)
    return false;
  const kind = version === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, length, kind);
  return list.check(host, kind);
};

const plainHost = (host: string): string => withoutBrackets(host.toLowerCase()).replace(/(.)\.$/, '$1');

/** Whether an entry of `NO_PROXY` names a host: `*`, a host with all below it, a network, each with a port or without. */
const names = (entry: string, host: string, port: string): boolean => {
  if (entry === '*') return true;
  if (isInNetwork(host, entry)) return true;
  const [, named = entry, onPort] = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry) ?? [];
  if (onPort !== undefined && onPort !== port) return false;
  const rule = plainHost(named).replace(/^\*?\./, '');
  if (isIP(rule) !== 0) return isInNetwork(host, rule);
  return host === rule || host.endsWith(`.${rule}`);
};

/** The proxy that leads to an address; `null`: it is reached without. */
export const proxyFor = (settings: ProxySettings, { protocol, hostname, port }: URL): ProxyServer | null => {
  const server = protocol === 'https:' ? settings.https : settings.http;
  if (server === null) return null;
  const host = plainHost(hostname);
  const at = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  const entries = settings.except.split(/[\s,]+/).filter((entry) => entry !== '');
  return entries.some((entry) => names(entry, host, at)) ? null : server;
};
