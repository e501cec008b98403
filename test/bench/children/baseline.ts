import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { request } from 'undici';
import { createIncidentPage, machineById, machinePage } from './baseline-page.ts';
import { agent, place, read, tokens } from './by-hand.ts';
import { reportReady } from './start.ts';

/**
 * What a team would write by hand for one page: the same upstream calls as the gateway, a join in memory, no GraphQL. `/hunt` passes the bytes of a hunting answer through.
 */
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

/** What is answered, by path; `?id=` is that of a machine. */
const pages: Readonly<Record<string, (id: string) => Promise<unknown>>> = {
  '/incident-page': incidentPage,
  '/machine': (id) => machineById(read, id),
  '/machines': () => machinePage(read),
};

const answerPage = async (url: string, response: ServerResponse): Promise<void> => {
  const [path = '', id = ''] = url.split('?id=');
  const answer = JSON.stringify(await pages[path]?.(id));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) });
  response.end(answer);
};

const server = createServer(({ url = '' }, response) => {
  (url === '/hunt' ? passHunt(response) : answerPage(url, response)).catch((error: unknown) => {
    response.writeHead(500).end(String(error));
  });
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('No port for the baseline');
reportReady(`http://127.0.0.1:${address.port}`);
