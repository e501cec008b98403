import { serverAudits } from 'graphql-http';
import { expect, test } from 'vitest';
import { startTinyServer } from '../support/tiny-server.ts';

/** https://graphql.github.io/graphql-over-http/draft/ by the audits of graphql-http; `{ __typename }` is all they ask. */
const auditsOf = (url: string) => serverAudits({ url: `${url}/graphql`, fetchFn: fetch });

/** Where we depart from a recommendation, and why. */
const departures: Readonly<Record<string, string>> = {
  '572B': 'a document that does not parse is 400 whatever the media type: scripts with `curl --fail` notice',
  FDE2: 'a document that is not valid is 400 whatever the media type',
  '7B9B': 'variables that do not fit are 400 whatever the media type',
  '5A70': 'GET needs a header that no plain form or image can send: protection from cross-site requests',
  D6D5: 'GET needs a header, as above',
  '6A70': 'GET needs a header, as above',
};

test.for(auditsOf('').map(({ id, name }) => ({ id, name })))('audit $id: $name', async ({ id, name }) => {
  const { url } = await startTinyServer();
  const result = await auditsOf(url)
    .find((audit) => audit.id === id)
    ?.fn();
  expect(name.startsWith('MUST') && id in departures, 'no departure from a MUST').toBe(false);
  expect(result?.status).toBe(id in departures ? expectedDeparture(name) : 'ok');
});

const expectedDeparture = (name: string): string => (name.startsWith('SHOULD') ? 'warn' : 'notice');

test('a GET query is answered when it carries the header that browsers send only after a preflight', async () => {
  const { url } = await startTinyServer();
  const response = await fetch(`${url}/graphql?query=${encodeURIComponent('{ hello }')}`, {
    headers: { 'apollo-require-preflight': '1' },
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ data: { hello: 'Hello world' } });
});

test('a mutation by GET is refused with 405 and the method to use', async () => {
  const { url } = await startTinyServer();
  const query = encodeURIComponent('mutation { rename(name: "x") }');
  const response = await fetch(`${url}/graphql?query=${query}`, { headers: { 'apollo-require-preflight': '1' } });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('POST');
});
