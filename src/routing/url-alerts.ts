import type { Tenant } from '../config/tenants.ts';
import { maxListedValues } from '../microsoft/hunting/limits.ts';
import type { CallScope } from '../scope.ts';
import type { EveryRow } from './every-row.ts';
import { huntInParts, huntTruncation } from './hunted-rows.ts';
import type { HuntingReads } from './hunting.ts';
import { stringsLiteral } from './kql.ts';

/** URLs of one query, each of which has some six spellings. */
const urlsPerQuery = Math.floor(maxListedValues / 6);

/** A URL as Microsoft may have it: with a slash at its end or none, with its scheme or none; where none was given, with that of the web. */
export const spellingsOfUrl = (url: string): readonly string[] => {
  const whole = url.replace(/\/$/, '');
  const bare = whole.replace(/^[a-z][a-z\d+.-]*:\/\//i, '');
  const spelled = bare === whole ? [bare, `http://${bare}`, `https://${bare}`] : [whole, bare];
  return [...new Set([url, ...spelled.flatMap((each) => [each, `${each}/`])])];
};

/**
 * Ids of the alerts whose evidence has one of these URLs, URL by URL, without regard to case: no other API of Microsoft's leads
 * from a URL to alerts. Calls: 1 for 83 URLs. advanced-hunting-alertevidence-table.md
 */
export const huntAlertsOfUrls = (
  hunting: HuntingReads,
  tenant: Tenant,
  urls: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, EveryRow<string>>> =>
  huntInParts(urls, urlsPerQuery, (part) => huntListed(hunting, tenant, part, scope));

const huntListed = async (
  hunting: HuntingReads,
  tenant: Tenant,
  urls: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, EveryRow<string>>> => {
  const spellings = new Map(urls.map((url) => [url, spellingsOfUrl(url)]));
  const query = [
    'AlertEvidence',
    `| where RemoteUrl in~ (${stringsLiteral([...new Set([...spellings.values()].flat())])})`,
    '| distinct AlertId, RemoteUrl',
  ].join('\n');
  const { table } = await hunting.run(tenant, query, undefined, scope);
  const idsOf = new Map<string, Set<string>>();
  for (const { AlertId: id, RemoteUrl: url } of table.rows) {
    if (typeof id !== 'string' || typeof url !== 'string') continue;
    const found = url.toLowerCase();
    idsOf.set(found, (idsOf.get(found) ?? new Set()).add(id));
  }
  const truncation = huntTruncation(table.rows.length, 'URLs');
  return new Map(
    [...spellings].map(([url, all]) => {
      const ids = new Set(all.flatMap((each) => [...(idsOf.get(each.toLowerCase()) ?? [])]));
      return [url, { rows: [...ids].toSorted(), truncation }];
    }),
  );
};
