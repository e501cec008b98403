import type { RequestHandler } from 'express';
import type { Metrics } from '../metrics.ts';

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'PATCH', 'DELETE']);

/**
 * Counts each answer by the first step of its path when that is one of `routes` (`/graphql`), else as `other`: callers
 * cannot make new labels.
 */
export const httpMetrics = (metrics: Metrics, routes: readonly string[]): RequestHandler => {
  const known = new Set(routes);
  return (request, response, next) => {
    const startedMs = performance.now();
    const firstStep = `/${request.path.split('/')[1] ?? ''}`;
    response.once('close', () => {
      metrics.httpRequest({
        route: known.has(firstStep) ? firstStep : 'other',
        method: methods.has(request.method) ? request.method : 'other',
        // 499 as nginx counts them: the caller left before the answer was whole.
        status: response.writableFinished ? response.statusCode : 499,
        seconds: (performance.now() - startedMs) / 1000,
      });
    });
    next();
  };
};
