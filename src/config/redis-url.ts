import type { ConfigPath, Faults } from './faults.ts';

export const isRedisUrl = (url: string): boolean => /^rediss?:\/\/./.test(url);

/** Whether each % of user and password begins an escape, which the client takes apart. */
const isEscaped = ({ username, password }: URL): boolean => !/%(?![0-9A-Fa-f]{2})/.test(username + password);

/** What is wrong with the address of a Redis, without the address, which may hold a password; null: nothing. */
const faultOf = (url: string): string | null => {
  if (!URL.canParse(url) || !isEscaped(new URL(url))) {
    return 'is no address of a Redis: write it redis://USER:PASSWORD@HOST:PORT, and in the password / as %2F, # as %23, @ as %40 and % as %25';
  }
  const { hostname, pathname } = new URL(url);
  if (hostname === '') return 'names no host: write it redis://HOST[:PORT]';
  return /^\/?\d*$/.test(pathname) ? null : 'may have the number of a database behind the host and nothing else';
};

/** Adds a fault for the address of a Redis that its client would not understand; false: there is one. */
export const checkRedisUrl = (url: string, path: ConfigPath, faults: Faults): boolean => {
  const fault = faultOf(url);
  if (fault !== null) faults.add(path, fault);
  return fault === null;
};
