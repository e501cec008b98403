import type { Request } from 'express';
import { AccessError } from '../../errors.ts';

/**
 * Refuses a page of another site that has no credential to show: its browser would fetch what is here for it, which costs calls and
 * stands in the audit, though the page cannot read it. https://developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Fetch-Site
 */
export const checkSite = ({ headers }: Request): void => {
  const shows = headers.authorization !== undefined || headers['x-api-key'] !== undefined;
  if (shows || headers['sec-fetch-site'] !== 'cross-site') return;
  throw new AccessError('FORBIDDEN', 'A page of another site has to show a credential of its own');
};
