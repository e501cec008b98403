import type { Metrics } from '../metrics.ts';
import type { Handler } from './chain.ts';

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'PATCH', 'DELETE']);

/** The path of a request; it may stand behind a whole address. */
const pathOf = (url: string): string => {
  if (url.startsWith('/')) return /^[^?#]*/.exec(url)?.[0] ?? '';
  return URL.canParse(url) ? new URL(url).pathname : '';
};

/**
 * Counts each answer by the first step of its path when that is one of `routes` (`/graphql`), else as `other`: callers
 * cannot make new labels.
 */
export const httpMetrics = (metrics: Metrics, routes: readonly string[]): Handler => {
  const known = new Set(routes);
  return (request, response, next) => {
    const startedMs = performance.now();
    const { method = '' } = request;
    const firstStep = `/${pathOf(request.url ?? '').split('/')[1] ?? ''}`;
    response.once('close', () => {
      metrics.httpRequest({
        route: known.has(firstStep) ? firstStep : 'other',
        method: methods.has(method) ? method : 'other',
        // 499 as nginx counts them: the caller left before the answer was whole.
        status: response.writableFinished ? response.statusCode : 499,
        seconds: (performance.now() - startedMs) / 1000,
      });
    });
    next();
  };
};
