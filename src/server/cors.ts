import type { Handler } from './chain.ts';
import { requestIdHeader } from './request-id.ts';

const allowedHeaders = [
  'accept',
  'apollo-require-preflight',
  'authorization',
  'cache-control',
  'content-type',
  'if-none-match',
  'traceparent',
  'x-api-key',
  'x-apollo-operation-name',
  'x-gateway-explain',
  'x-gateway-plan',
  'x-gateway-upload',
  'x-gateway-max-wait-seconds',
  requestIdHeader,
];

/** How long a browser may remember a preflight's answer. */
const preflightSeconds = 600;

/**
 * Lets pages of `origins` (exact: scheme, host and port) call the gateway with a bearer token or key. No credentials of the
 * browser are involved, so none are allowed. Pages of other origins get no header, which is a refusal.
 */
export const cors = (origins: readonly string[]): Handler => {
  const allowed = new Set(origins);
  return (request, response, next) => {
    response.setHeader('Vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || !allowed.has(origin)) return next();
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader(
      'access-control-expose-headers',
      `${requestIdHeader}, age, etag, www-authenticate, retry-after, content-disposition`,
    );
    // The page is of another origin by the operator's wish: helmet's default would forbid it to read the answer.
    response.setHeader('cross-origin-resource-policy', 'cross-origin');
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return next();
    response.setHeader('access-control-allow-methods', 'GET, POST');
    response.setHeader('access-control-allow-headers', allowedHeaders.join(', '));
    response.setHeader('access-control-max-age', preflightSeconds);
    response.statusCode = 204;
    response.end();
  };
};
