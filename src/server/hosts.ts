import { isIP } from 'node:net';
import { withoutBrackets } from '../clouds/host-names.ts';
import { AccessError } from '../errors.ts';

/** The name in a `Host` header, without its port. */
const nameIn = (host: string): string => {
  const url = `http://${host}`;
  return URL.canParse(url) ? withoutBrackets(new URL(url).hostname) : '';
};

/**
 * Endings that nobody can register, so that no page of a stranger's has such a name: special-use and private-use domains
 * (https://www.iana.org/assignments/special-use-domain-names).
 */
const privateEndings = ['.localhost', '.local', '.internal', '.test', '.home.arpa'] as const;

/** Names that nobody else can make lead here: addresses, names without a dot, and those with a private ending. */
const isLocal = (name: string): boolean =>
  isIP(name) !== 0 || /^[a-z0-9_-]+$/i.test(name) || privateEndings.some((ending) => name.endsWith(ending));

/**
 * Refuses a caller without a credential who reached the gateway under a name that is not its own. A page of an attacker's can
 * let its name lead to this address (DNS rebinding), and is then of one origin with the gateway: what keeps it out
 * otherwise is that it has no key. `names` are the settings' `server.hosts`.
 */
export const checkHost = (host: string | undefined, names: readonly string[]): void => {
  const name = nameIn(host ?? '');
  if (isLocal(name) || names.includes(name)) return;
  throw new AccessError(
    'FORBIDDEN',
    'This gateway is not known under that name (server.hosts): callers without a credential are not answered there',
  );
};

/** Hosts that are remembered: those that clients name are few, and what an attacker makes up fills no memory. */
const mostHosts = 100;

/** The same for many requests: what was found good is not looked at again. */
export const createHostCheck = (names: readonly string[]): ((host: string | undefined) => void) => {
  const good = new Set<string>();
  return (host = '') => {
    if (good.has(host)) return;
    checkHost(host, names);
    if (good.size < mostHosts) good.add(host);
  };
};
