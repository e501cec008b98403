import { comparedValue, formsOf } from '../domain/indicator-values.ts';
import { spellingsOfUrl } from '../routing/url-alerts.ts';
import type { EveryRow, RowsEdge } from './edge.ts';
import { indicators } from './indicator.ts';
import type { Indicator } from './indicator-fields.ts';
import type { Domain, File, IpAddress, Url } from './observables.ts';

/** The values of one parent, as such an edge is asked for them: none of them has a line break. */
const keyOfValues = (values: readonly (string | null)[]): string => values.filter((value) => value !== null).join('\n');
const valuesIn = (key: string): readonly string[] => key.split('\n');

/**
 * The indicators of the tenant on what the parent is. Calls: 1 parent 2, 100 parents 2, 10,000 parents 2, and one more for each
 * 10,000 indicators that the tenant has: its list is read, unless it is about no more than ten hashes and IPv4 addresses, which
 * take 2 to 4.
 */
const indicatorsOn = <Parent>(valuesOf: (parent: Parent) => readonly (string | null)[]): RowsEdge<Indicator> => ({
  answers: 'rows',
  told: indicators,
  permission: 'indicator:read',
  keyIn: (parent: Parent) => keyOfValues(valuesOf(parent)),
  read: (parts) => {
    const reads = indicators.reads(parts);
    return async (tenant, keys, scope) => {
      const values = [...new Set(keys.flatMap(valuesIn))];
      const { rows, unseen } = await reads.on(tenant, values, scope);
      const byForm = Map.groupBy(rows, comparedValue);
      const rowsOf = (key: string): EveryRow<Indicator> => {
        const own = new Set(
          valuesIn(key)
            .flatMap(formsOf)
            .flatMap((form) => byForm.get(form) ?? []),
        );
        // In an order of their own: whichever way they were read, a page goes on where the one before it ended.
        const ordered = [...own].toSorted((a, b) => (a.indicatorId < b.indicatorId ? -1 : 1));
        return { rows: ordered, truncation: unseen };
      };
      return new Map(keys.map((key) => [key, rowsOf(key)]));
    };
  },
});

/** A domain and those above it, the nearest first: an indicator on a domain holds for everything below it. */
const domainsAbove = (name: string): readonly string[] => {
  const labels = name.split('.');
  return labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'));
};

/** From what evidence names to what the tenant allows, watches for or blocks of it. A file by every hash that is known of it. */
export const indicatorEdges = {
  'File.indicators': indicatorsOn(({ hash, sha1, sha256, md5 }: File) => [hash, sha1, sha256, md5]),
  'Domain.indicators': indicatorsOn(({ name }: Domain) => domainsAbove(name)),
  'IpAddress.indicators': indicatorsOn(({ address }: IpAddress) => [address]),
  'Url.indicators': indicatorsOn(({ url }: Url) => spellingsOfUrl(url)),
} as const;
