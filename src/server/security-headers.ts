import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';
import type { Handler } from './chain.ts';

/** Content-Security-Policy directives; `'none'` for whatever is not named. */
export type PolicyDirectives = Readonly<Record<string, readonly string[]>>;

const noPage: PolicyDirectives = { 'base-uri': ["'none'"], 'form-action': ["'none'"], 'frame-ancestors': ["'none'"] };

/**
 * Security headers for answers that are no page, with a policy that lets a browser load nothing; or for a page, with what
 * that page needs on top. Helmet says them once: they are the same for every answer.
 */
export const securityHeaders = (directives: PolicyDirectives = {}): Handler => {
  const named = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: Object.fromEntries(
        Object.entries({ 'default-src': ["'none'"], ...noPage, ...directives }).map(([name, values]) => [
          name,
          [...values],
        ]),
      ),
    },
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  });
  const headers: (readonly [name: string, value: string])[] = [];
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  response.setHeader = (name, value) => {
    headers.push([name, String(value)]);
    return response;
  };
  named(request, response, (thrown) => {
    if (thrown !== undefined) throw thrown;
  });
  return (_request, answer, next) => {
    for (const [name, value] of headers) answer.setHeader(name, value);
    next();
  };
};
