import { isIP } from 'node:net';
import { AccessError } from '../errors.ts';

/** The name in a `Host` header, without its port. */
const nameIn = (host: string): string => {
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
};

/** Names that nobody else can make lead here: addresses, loopback, and names of the local network without a dot. */
const isLocal = (name: string): boolean =>
  isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost') || /^[a-z0-9_-]+$/i.test(name);

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
