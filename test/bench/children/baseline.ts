import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Agent, request } from 'undici';
import { createIncidentPage, type Read } from './baseline-page.ts';
import { isUpstreamPlace, readSettings, reportReady } from './start.ts';

/**
 * What a team would write by hand for one page: plain HTTP, one token an API taken once, the same upstream calls as the
 * gateway, a join in memory. `/hunt` passes the bytes of a hunting answer through.
 */
const place = readSettings(isUpstreamPlace);
const agent = new Agent({ connections: 64, keepAliveTimeout: 30_000, connect: { ca: place.caPem } });

const tokenFor = async (scope: string): Promise<string> => {
  const { body } = await request(`${place.authority}/${place.tenantId}/oauth2/v2.0/token`, {
    dispatcher: agent,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: place.clientId,
      client_secret: place.clientSecret,
      scope,
    }).toString(),
  });
  const answer: { readonly access_token: string } = JSON.parse(await body.text());
  return `Bearer ${answer.access_token}`;
};

const tokens = {
  graph: await tokenFor('https://graph.microsoft.com/.default'),
  mde: await tokenFor('https://api.securitycenter.microsoft.com/.default'),
};

const read: Read = async (api, path) => {
  const { body } = await request(`${place[api]}${path}`, {
    dispatcher: agent,
    headers: {
      authorization: tokens[api],
      ...(api === 'graph' ? { prefer: 'include-unknown-enum-members' } : {}),
    },
  });
  return body.text();
};

const incidentPage = createIncidentPage(read);

const passHunt = async (response: ServerResponse): Promise<void> => {
  const { body } = await request(`${place.graph}/v1.0/security/runHuntingQuery`, {
    dispatcher: agent,
    method: 'POST',
    headers: { authorization: tokens.graph, 'content-type': 'application/json' },
    body: JSON.stringify({ Query: 'DeviceProcessEvents' }),
  });
  response.writeHead(200, { 'content-type': 'application/json' });
  await pipeline(body, response);
};

const answerPage = async (response: ServerResponse): Promise<void> => {
  const answer = JSON.stringify(await incidentPage());
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) });
  response.end(answer);
};

const server = createServer((incoming, response) => {
  (incoming.url === '/hunt' ? passHunt(response) : answerPage(response)).catch((error: unknown) => {
    response.writeHead(500).end(String(error));
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('No port for the baseline');
reportReady(`http://127.0.0.1:${address.port}`);
