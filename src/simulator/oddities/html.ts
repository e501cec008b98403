import type { Incoming } from '../http/incoming.ts';
import type { Product, Route, SimResponse } from '../http/types.ts';
import type { OddityValues } from './values.ts';

const iisPage = (status: number, title: string, sentence: string): SimResponse => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: [
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">',
    `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>${title}</title></head>`,
    '<body><div id="header"><h1>Server Error</h1></div><div id="content"><fieldset>',
    `<h2>${title}</h2>`,
    `<h3>${sentence}</h3>`,
    '</fieldset></div></body></html>',
  ].join('\r\n'),
});

/** The page that IIS sends in place of an API's answer: a wrong host, a URL that is too long. */
export const htmlNotFound = iisPage(
  404,
  '404 - File or directory not found.',
  'The resource you are looking for might have been removed, had its name changed, or is temporarily unavailable.',
);

/** The page of a front end that refuses a request, whatever the API says. */
export const htmlForbidden = iisPage(
  403,
  '403 - Forbidden: Access is denied.',
  'You do not have permission to view this directory or page using the credentials that you supplied.',
);

/** IIS takes a URL up to this many bytes, host included. */
const longestUrl = 2_048;

/** Whether a request gets the page: its URL is too long for the host, or its operation is one of the lost ones. */
export const isLost = (
  host: string,
  incoming: Pick<Incoming, 'url'>,
  route: Pick<Route, 'id'> | undefined,
  product: Pick<Product, 'name'>,
  { urlLimit, htmlNotFound: lost }: Pick<OddityValues, 'urlLimit' | 'htmlNotFound'>,
): boolean => {
  if (route !== undefined && lost.includes(route.id)) return true;
  const limited = urlLimit === 'all' || (urlLimit === 'defender' && product.name !== 'graph');
  return limited && Buffer.byteLength(host + incoming.url) > longestUrl;
};
