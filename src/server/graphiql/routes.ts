import { type RequestHandler, Router } from 'express';
import { securityHeaders } from '../security-headers.ts';
import { findGraphiqlAssets } from './assets.ts';
import type { Ways } from './greeting.ts';
import { type Example, type Link, renderPage } from './page.ts';
import { roleExamples } from './role-examples.ts';

/** What GraphiQL is opened with. */
export interface GraphiqlOptions {
  readonly endpoint: string;
  readonly examples: readonly Example[];
  /** How callers say who they are; nobody is asked by default. */
  readonly ways?: Ways | undefined;
  readonly links: readonly Link[];
  readonly schemaNeeds: readonly string[] | null;
}

/**
 * What the page loads and calls: all of it here, but for the token of Entra's sign-in. Styles are also set by script, as CodeMirror
 * does for its lines.
 */
const policyFor = (ways: Ways | undefined) => ({
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'font-src': ["'self'", 'data:'],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'", ...(ways?.signIn == null ? [] : [new URL(ways.signIn.authority).origin])],
});

const yearMs = 365 * 24 * 60 * 60 * 1000;

/** GraphiQL at `/` with its files below `/graphiql/`. */
export const graphiqlRoutes = ({ ways, ...options }: GraphiqlOptions): RequestHandler => {
  const assets = findGraphiqlAssets();
  const page = renderPage({
    title: 'Defender Gateway',
    ...options,
    roleExamples,
    ways: ways ?? null,
    defaultHeaders: { 'x-gateway-explain': '1' },
    assets,
  });
  const routes = Router();
  routes.get('/', securityHeaders(policyFor(ways)), (_request, response) => {
    response.setHeader('cache-control', 'no-cache');
    response.type('html').send(page);
  });
  for (const { path, folder, file } of [...assets.scripts, ...assets.styles, assets.start, ...assets.modules]) {
    routes.get(`/graphiql/${path}`, (_request, response) => {
      response.sendFile(file, { root: folder, immutable: true, maxAge: yearMs });
    });
  }
  return routes;
};
