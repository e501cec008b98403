import { readAddress } from './addresses.ts';
import type { Alert } from './alert.ts';
import { readDomainName } from './domain-names.ts';
import { hostOfUrl } from './observable-ids.ts';
import { type JsonRecord, recordsIn } from './records.ts';

const addressProperties = ['ipAddress', 'senderIp'] as const;

/**
 * The addresses that an alert names, each in its one spelling: as evidence themselves, of connections, sessions and senders of mail, at any
 * depth. Those that a machine has are facts of the machine.
 */
export const addressesOf = ({ evidence }: Pick<Alert, 'evidence'>): ReadonlySet<string> => {
  const addresses = recordsIn(evidence).flatMap((record) =>
    addressProperties.flatMap((property) => {
      const value = record[property];
      return typeof value === 'string' ? (readAddress(value) ?? []) : [];
    }),
  );
  return new Set(addresses);
};

/** URLs that stand in evidence: of a URL, of a message. */
const urlsIn = ({ url, urls }: JsonRecord): readonly string[] =>
  [url, ...(Array.isArray(urls) ? urls : [])].filter((each) => typeof each === 'string');

/** The domains that an alert names, each in its one spelling: hosts of URLs, and what was asked of a DNS server. */
export const domainsOf = ({ evidence }: Pick<Alert, 'evidence'>): ReadonlySet<string> => {
  const hosts = recordsIn(evidence).flatMap((record) => {
    const asked = record.kind === 'DnsEvidence' && typeof record.domainName === 'string' ? [record.domainName] : [];
    return [...asked, ...urlsIn(record).flatMap((url) => hostOfUrl(url) ?? [])];
  });
  return new Set(hosts.flatMap((host) => readDomainName(host) ?? []));
};
