import type {
  DnsEvidence,
  FileEvidence,
  FileHashEvidence,
  IpEvidence,
  ProcessEvidence,
  UrlEvidence,
  UserEvidence,
} from '../domain/evidence.ts';
import { type IdForm, spelledId } from '../domain/id-forms.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { hostOfUrl, observableIds } from '../domain/observable-ids.ts';
import { link } from './edge-in-hand.ts';
import { addressOf, domainOf, type Url } from './observables.ts';

/** The first of some texts that has the form of an id, in its one spelling. */
const firstId = (form: IdForm, ...texts: readonly (string | null | undefined)[]): string | null => {
  for (const text of texts) {
    const id = text == null ? null : spelledId(form, text);
    if (id !== null) return id;
  }
  return null;
};

const domainId = (host: string | null): string | null => firstId(observableIds.domain, host);
const addressId = (address: string | null): string | null => firstId(observableIds.ipAddress, address);

/** Where evidence names a file. SHA-1 first: alerts and machines of a file are asked for by it. */
interface Hashes {
  readonly sha1: string | null;
  readonly sha256: string | null;
}

const fileId = (hashes: Hashes | null): string | null => firstId(observableIds.file, hashes?.sha1, hashes?.sha256);

interface Account {
  readonly accountName: string | null;
  readonly userPrincipalName: string | null;
}

const userId = (account: Account | null): string | null =>
  firstId(observableIds.user, account?.accountName, account?.userPrincipalName);

/** From what names files, domains, addresses, URLs and users to them. What has not the form of its kind leads to nothing. */
export const observableLinks = {
  'Url.domain': link('domains', (url: Url) => domainId(domainOf(url))),
  'Url.ipAddress': link('ipAddresses', (url: Url) => addressId(addressOf(url))),
  'FileEvidence.file': link('files', ({ fileDetails }: FileEvidence) => fileId(fileDetails)),
  'ProcessEvidence.file': link('files', ({ imageFile }: ProcessEvidence) => fileId(imageFile)),
  'ProcessEvidence.user': link('users', ({ userAccount }: ProcessEvidence) => userId(userAccount)),
  'FileHashEvidence.file': link('files', ({ value }: FileHashEvidence) => firstId(observableIds.file, value)),
  'UserEvidence.user': link('users', ({ userAccount }: UserEvidence) => userId(userAccount)),
  'IpEvidence.ipEntity': link('ipAddresses', ({ ipAddress }: IpEvidence) => addressId(ipAddress)),
  'UrlEvidence.urlEntity': link('urls', ({ url }: UrlEvidence) => firstId(observableIds.url, url)),
  'UrlEvidence.domain': link('domains', ({ url }: UrlEvidence) => domainId(url === null ? null : hostOfUrl(url))),
  'DnsEvidence.domain': link('domains', ({ domainName }: DnsEvidence) => domainId(domainName)),
  'MachineAction.file': link('files', ({ relatedFile }: MachineAction) =>
    firstId(observableIds.file, relatedFile?.fileIdentifier),
  ),
} as const;
