import { expect } from 'vitest';
import { type Attack, type Attacks, as, gql, harmless } from '../attack.ts';
import { allowedOrigin, keys } from '../target.ts';

const query = encodeURIComponent(harmless);
const action = encodeURIComponent(
  `mutation { isolateMachines(input: { tenant: "contoso", machineIds: ["${'0'.repeat(40)}"], comment: "x" }) { dryRun } }`,
);

/** What a page of another site can send without being asked first: a form's content types, no headers of its own. */
const simple = (contentType: string, body: string, more: Readonly<Record<string, string>> = {}): Attack => ({
  send: () => ({
    headers: { 'content-type': contentType, origin: 'https://evil.example', ...as(keys.responder), ...more },
    body,
  }),
  status: 400,
  code: 'BAD_USER_INPUT',
});

const byGet = (path: string, headers: Readonly<Record<string, string>>, status: number): Attack => ({
  send: () => ({ method: 'GET', path, headers: { ...as(keys.responder), ...headers } }),
  status,
  code: 'BAD_USER_INPUT',
});

/** A page of this origin gets no leave to read the answer. */
const notForPages = (origin: string): Attack => ({
  send: () => ({ ...gql(harmless), headers: { ...gql(harmless).headers, origin } }),
  status: 200,
  afterwards: (_, { headers }) => expect(headers['access-control-allow-origin']).toBeUndefined(),
});

/** Nor leave to send it. */
const preflight = (origin: string, allowed: boolean): Attack => ({
  send: () => ({
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type, x-api-key',
    },
  }),
  status: allowed ? 204 : 401,
  ...(allowed ? {} : { code: 'UNAUTHENTICATED' }),
  afterwards: (_, { headers }) => expect(headers['access-control-allow-origin']).toBe(allowed ? origin : undefined),
});

const json = JSON.stringify({ query: harmless });

/** What a page of another site makes a browser do. */
export const crossSite: Attacks = {
  'a form: text/plain': simple('text/plain', json),
  'a form: application/x-www-form-urlencoded': simple('application/x-www-form-urlencoded', `query=${query}`),
  'a form: multipart/form-data': simple(
    'multipart/form-data; boundary=x',
    `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${json}\r\n--x--\r\n`,
  ),
  'a form that names JSON as a parameter': simple('text/plain; application/json', json),
  'a form with two types': simple('text/plain, application/json', json),
  'a body without a type': {
    send: () => ({ headers: as(keys.responder), body: json }),
    status: 400,
    code: 'BAD_USER_INPUT',
  },
  'a form that names another method': simple('text/plain', json, { 'x-http-method-override': 'POST' }),
  'a link: a query by GET': byGet(`/graphql?query=${query}`, {}, 400),
  'a link: a mutation by GET': byGet(`/graphql?query=${action}`, {}, 400),
  'a mutation by GET, after a preflight': byGet(`/graphql?query=${action}`, { 'apollo-require-preflight': '1' }, 405),
  'a mutation by GET, named beside a query': byGet(
    `/graphql?operationName=B&query=${encodeURIComponent(`query A { viewer { name } } `)}${action.replace('mutation', 'mutation%20B')}`,
    { 'apollo-require-preflight': '1' },
    405,
  ),
  'a mutation by HEAD': {
    send: () => ({
      method: 'HEAD',
      path: `/graphql?query=${action}`,
      headers: { ...as(keys.responder), 'apollo-require-preflight': '1' },
    }),
    status: 405,
  },
  'a mutation by PUT': {
    send: () => ({ ...gql(harmless), method: 'PUT' }),
    status: 405,
    code: 'BAD_USER_INPUT',
  },
  'a preflight of another site': preflight('https://evil.example', false),
  'a preflight of no site': preflight('null', false),
  'a preflight of the allowed site, to be sure': preflight(allowedOrigin, true),
  'an answer for another site': notForPages('https://evil.example'),
  'an answer for no site': notForPages('null'),
  'an answer for the allowed site without TLS': notForPages(allowedOrigin.replace('https', 'http')),
  'an answer for the allowed site at another port': notForPages(`${allowedOrigin}:8443`),
  'an answer for a site below the allowed one': notForPages('https://a.soc.example.com'),
  'an answer for a site that begins like the allowed one': notForPages(`${allowedOrigin}.evil.example`),
  'an answer for a site that ends like the allowed one': notForPages('https://evilsoc.example.com'),
  'an answer for the allowed site: without cookies': {
    send: () => ({ ...gql(harmless), headers: { ...gql(harmless).headers, origin: allowedOrigin } }),
    status: 200,
    afterwards: (_, { headers }) => {
      expect(headers['access-control-allow-origin']).toBe(allowedOrigin);
      expect(headers['access-control-allow-credentials']).toBeUndefined();
      expect(headers['set-cookie']).toBeUndefined();
    },
  },
  'an answer as a frame, a script or a page': {
    send: () => gql(harmless),
    status: 200,
    afterwards: (_, { headers }) => {
      expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' });
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['content-type']).toMatch(/^application\/(graphql-response\+)?json/);
      expect(headers['x-powered-by']).toBeUndefined();
    },
  },
  'markup in a name, in the answer as JSON alone': {
    send: () => gql('query ($t: String!) { tenant(name: $t) { name } }', { t: '<script>alert(1)</script>' }),
    status: 200,
    code: 'NOT_FOUND',
    afterwards: (_, { headers }) => expect(headers['content-type']).toMatch(/json/),
  },
};
