import type { OddityValues } from './values.ts';

/** The link to `pathAndQuery` as the service sends it; `null` when it leaves links out. */
export function nextLinkUnder(
  { nextLink }: Pick<OddityValues, 'nextLink'>,
  askedOrigin: string,
  otherOrigin: string,
  pathAndQuery: string,
): string | null {
  if (nextLink === 'missing') return null;
  return (nextLink === 'otherHost' ? otherOrigin : askedOrigin) + pathAndQuery;
}
