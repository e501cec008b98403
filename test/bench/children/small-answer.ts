import { createServer } from 'node:http';
import { reportReady } from './start.ts';

/** An API that answers every request with the same small page at once: what is measured is who asks. */
const page = JSON.stringify({ value: [{ id: '4f1c2d3e4f1c2d3e4f1c2d3e4f1c2d3e4f1c2d3e' }] });

const server = createServer((request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'application/json' }).end(page);
}).listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') reportReady(`http://127.0.0.1:${address.port}`);
});
