import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Content-Security-Policy directives; `'none'` for whatever is not named. */
export type PolicyDirectives = Readonly<Record<string, readonly string[]>>;

const noPage: PolicyDirectives = { 'base-uri': ["'none'"], 'form-action': ["'none'"], 'frame-ancestors': ["'none'"] };

/**
 * Security headers for answers that are no page, with a policy that lets a browser load nothing; or for a page, with what
 * that page needs on top.
 */
export const securityHeaders = (directives: PolicyDirectives = {}): RequestHandler =>
  helmet({
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
