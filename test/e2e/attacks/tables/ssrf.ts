import { expect } from 'vitest';
import { type Attack, type Attacks, gql } from '../attack.ts';
import type { Lies } from '../mirror.ts';
import type { Target } from '../target.ts';

const lists = gql('{ incidents(tenants: ["mirror"], first: 5) { nodes { id } failures { code message } } }');
const actionId = '2e9da30d-27f6-4208-81f2-9cd3d67893ba';
const result = gql(`{ machineAction(tenant: "mirror", actionId: "${actionId}") { commands { script { output } } } }`);

/** Nobody connected to the port that the lie names, and no secret went anywhere else. */
const untouched: NonNullable<Attack['afterwards']> = ({ mirror }) => expect(mirror.trapped()).toBe(0);

/** An API that says that its list goes on somewhere else. */
const next = (nextLink: (target: Target) => string): Attack => ({
  send: (target) => {
    target.mirror.lie({ nextLink: nextLink(target) });
    return lists;
  },
  status: 200,
  code: 'UPSTREAM_REJECTED',
  says: /pointed to a next page on another host; it was not followed/,
  calls: 1,
  afterwards: untouched,
});

/** An API that says that a file lies somewhere else. */
const file = (link: (target: Target) => string, code = 'UPSTREAM_REJECTED', calls = 2): Attack => ({
  send: (target) => {
    target.mirror.lie({ link: link(target) });
    return result;
  },
  status: 200,
  code,
  calls,
  afterwards: untouched,
});

/** An API that sends its callers on. */
const redirect = (lies: (target: Target) => Lies, request: typeof lists): Attack => ({
  send: (target) => {
    target.mirror.lie(lies(target));
    return request;
  },
  status: 200,
  code: 'UPSTREAM_UNAVAILABLE',
  says: /malformed answer/,
  calls: 1,
  afterwards: untouched,
});

/** Addresses that the gateway is told to go to by an API that lies: it goes to none. */
export const ssrf: Attacks = {
  'a next page on another port': next(
    ({ mirror }) => `http://127.0.0.1:${mirror.trapPort}/v1.0/security/incidents?$skip=5`,
  ),
  'a next page on another host': next(({ mirror }) => `http://localhost:${mirror.trapPort}/next`),
  'a next page behind a user name like the host': next(
    ({ mirror }) => `${mirror.url}@localhost:${mirror.trapPort}/next`,
  ),
  'a next page with a password': next(({ mirror }) => mirror.url.replace('http://', 'http://a:b@')),
  'a next page without a scheme': next(({ mirror }) => `//localhost:${mirror.trapPort}/next`),
  'a next page with backslashes': next(({ mirror }) => `http:\\\\localhost:${mirror.trapPort}\\next`),
  'a next page in the cloud of virtual machines': next(() => 'http://169.254.169.254/metadata/identity/oauth2/token'),
  'a next page in a file': next(() => 'file:///etc/passwd'),
  'a file on another host': file(({ mirror }) => `https://localhost:${mirror.trapPort}/x`),
  'a file on a host that ends like storage': file(() => 'https://evil-blob.core.windows.net.evil.example/x'),
  'a file on a host that holds the name of storage': file(() => 'https://blob.core.windows.net/x'),
  'a file behind a user name like storage': file(
    ({ mirror }) => `https://a.blob.core.windows.net@localhost:${mirror.trapPort}/x`,
  ),
  'a file without TLS': file(({ mirror }) => `http://127.0.0.1:${mirror.trapPort}/x`),
  'a file in the cloud of virtual machines': file(() => 'https://169.254.169.254/metadata'),
  'a file at a number for an address': file(({ mirror }) => `https://2130706434:${mirror.trapPort}/x`),
  'a file at an address of IPv6': file(({ mirror }) => `https://[::1]:${mirror.trapPort}/x`),
  'a file of this machine': file(() => 'file:///etc/passwd'),
  'a file in the link itself': file(() => 'data:text/plain,hello'),
  // An answer that cannot be read is asked for once more.
  'a link that is none': file(() => 'not a link', 'UPSTREAM_UNAVAILABLE', 3),
  'a list that is moved': redirect(({ mirror }) => ({ redirect: `http://127.0.0.1:${mirror.trapPort}/moved` }), lists),
  'a link that is moved': redirect(({ mirror }) => ({ redirect: `http://localhost:${mirror.trapPort}/moved` }), result),
};
