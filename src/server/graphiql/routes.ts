import { type RequestHandler, Router } from 'express';
import { securityHeaders } from '../security-headers.ts';
import { findGraphiqlAssets } from './assets.ts';
import { type Example, renderPage } from './page.ts';

/** What GraphiQL is opened with. */
export interface GraphiqlOptions {
  readonly endpoint: string;
  readonly examples: readonly Example[];
}

/** What the page loads and calls: all of it here. Styles are also set by script, as CodeMirror does for its lines. */
const policy = {
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'font-src': ["'self'", 'data:'],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
} as const;

const yearMs = 365 * 24 * 60 * 60 * 1000;

/** GraphiQL at `/` with its files below `/graphiql/`. */
export const graphiqlRoutes = ({ endpoint, examples }: GraphiqlOptions): RequestHandler => {
  const assets = findGraphiqlAssets();
  const page = renderPage({
    title: 'Defender Gateway',
    endpoint,
    examples,
    defaultHeaders: { 'x-gateway-explain': '1' },
    assets,
  });
  const routes = Router();
  routes.get('/', securityHeaders(policy), (_request, response) => {
    response.setHeader('cache-control', 'no-cache');
    response.type('html').send(page);
  });
  for (const { path, folder, file } of [...assets.scripts, ...assets.styles]) {
    routes.get(`/graphiql/${path}`, (_request, response) => {
      response.sendFile(file, { root: folder, immutable: true, maxAge: yearMs });
    });
  }
  return routes;
};
