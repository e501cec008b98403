import { createHash } from 'node:crypto';
import { type Attack, type Attacks, as, gql, harmless } from '../attack.ts';
import { keys, type Target } from '../target.ts';
import type { WireRequest } from '../wire.ts';

/** A credential that is not one. */
const refused = (headers: Readonly<Record<string, string>>, path = '/graphql'): Attack => ({
  send: () => ({ ...gql(harmless, {}, headers), path }),
  status: 401,
  code: 'UNAUTHENTICATED',
  never: /"data":\{/,
});

const bytesWith =
  (lines: readonly string[]) =>
  ({ url }: Target): Buffer => {
    const body = JSON.stringify({ query: harmless });
    return Buffer.from(
      [
        'POST /graphql HTTP/1.1',
        `host: ${new URL(url).host}`,
        'connection: close',
        'content-type: application/json',
        `content-length: ${body.length}`,
        ...lines,
        '',
        body,
      ].join('\r\n'),
    );
  };

const get = (path: string): WireRequest => ({ method: 'GET', path, headers: { 'apollo-require-preflight': '1' } });
const query = encodeURIComponent(harmless);

/** Keys that are nearly right, and right ones in places where a log or a browser would keep them. */
export const credentials: Attacks = {
  'no credential': refused({}),
  'an empty key': refused(as('')),
  'a key that nobody has': refused(as('nobody')),
  'the first half of a key': refused(as(keys.responder.slice(0, 13))),
  'a key and one letter more': refused(as(`${keys.responder}a`)),
  'a key in capital letters': refused(as(keys.responder.toUpperCase())),
  'a key that has ended': refused(as(keys.ended)),
  "a key's hash, as it stands in the settings": refused(as(createHash('sha256').update(keys.responder).digest('hex'))),
  'two keys in one header': refused(as(`${keys.responder}, ${keys.reader}`)),
  'a key of 10,000 letters': refused(as('k'.repeat(10_000))),
  'a key as a password': refused({
    authorization: `Basic ${Buffer.from(`responder:${keys.responder}`).toString('base64')}`,
  }),
  'a wrong token beside a right key': refused({ ...as(keys.responder), authorization: 'Bearer a.b.c' }),
  'a scheme that is none beside a right key': refused({ ...as(keys.responder), authorization: 'Negotiate abc' }),
  'a key in a cookie': refused({ cookie: `x-api-key=${keys.responder}` }),
  'a key in the URL': {
    send: () => get(`/graphql?query=${query}&x-api-key=${keys.responder}`),
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  'a token in the URL': {
    send: async ({ token }) => get(`/graphql?query=${query}&access_token=${await token()}`),
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  'a key in the body': {
    send: () => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: harmless,
        'x-api-key': keys.responder,
        extensions: { 'x-api-key': keys.responder },
      }),
    }),
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  'two authorization headers, the wrong one first': {
    send: bytesWith(['authorization: Bearer nobody', `authorization: ApiKey ${keys.responder}`]),
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  'two key headers': {
    send: bytesWith([`x-api-key: ${keys.responder}`, 'x-api-key: nobody']),
    status: 401,
    code: 'UNAUTHENTICATED',
  },
  'no credential, the path in capital letters': refused({}, '/GRAPHQL'),
  'no credential, a slash behind the path': refused({}, '/graphql/'),
  'no credential, two slashes before it': {
    send: () => ({ ...gql(harmless, {}, {}), path: '//graphql' }),
    status: 404,
    code: 'NOT_FOUND',
  },
  'no credential, the name of a proxy': refused({
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-user': 'admin',
    'x-original-url': '/healthz',
  }),
  'the console of explorers, switched off': { send: () => get('/'), status: 404, code: 'NOT_FOUND' },
  'a file above the root': {
    send: () => get('/graphiql/../../../../etc/passwd'),
    status: 404,
    code: 'NOT_FOUND',
    never: /root:/,
  },
  'a file above the root, encoded': {
    send: () => get('/graphiql/%2e%2e%2f%2e%2e%2fpackage.json'),
    status: 404,
    code: 'NOT_FOUND',
  },
  'a path that is no encoding': { send: () => get('/%zz'), status: 404, code: 'NOT_FOUND' },
  'metrics: no names of callers, tenants or operations': {
    send: () => get('/metrics'),
    status: 200,
    never: /contoso|fabrikam|responder/,
  },
};
