import type { Alert } from '../domain/alert.ts';
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
import type { Machine } from '../domain/machine.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { hostOfUrl, observableIds } from '../domain/observable-ids.ts';
import { compareTimes } from '../domain/time.ts';
import { mde } from '../microsoft/mde/index.ts';
import { huntAlertsOfUrls } from '../routing/url-alerts.ts';
import { alertFromMde } from '../unification/alert.ts';
import type { WireObject } from '../unification/fields.ts';
import { machineFromMde } from '../unification/machine.ts';
import { hasId } from '../upstream/answers.ts';
import { type Kind, one, page } from '../upstream/call.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import { alert } from '../upstream/mde/alerts.ts';
import { machine } from '../upstream/mde/machines.ts';
import type { MdeAlert, MdeMachine } from '../upstream/mde/wire.ts';
import { type EdgeTo, eachJudged, eachList, eachLookBack, type RowsEdge, type Told } from './edge.ts';
import { link } from './edge-in-hand.ts';
import { identified } from './mde-entity.ts';
import {
  addressNamed,
  addressOf,
  domainNamed,
  domainOf,
  fileFromMde,
  fileKind,
  readFilePrevalence,
  readPrevalence,
  type Url,
} from './observables.ts';
import { entities } from './table.ts';

const { alerts, machines } = entities;

/** Alerts come without evidence, which is read where it is asked for; newest first. */
const alertsBy = (call: (id: string) => Operation<Page<MdeAlert>>): RowsEdge<Alert> =>
  eachJudged(alerts, {
    permission: 'alert:read',
    capability: 'related.alerts',
    call,
    read: (tenant, wire) => alertFromMde(tenant, wire, 'unread'),
    order: (a, b) => compareTimes(b.createdAt, a.createdAt),
  });

/**
 * Machines come whole, so that nothing more is read of them. For a caller who is limited to machines they are read by id to be
 * judged, for rows of a list below something else may lack the group and the tags.
 */
const judgedById: Required<Told<Machine>> = {
  idOf: machines.idOf,
  judge: (visibility, tenant) => visibility.ofOneMachine('machine:read', tenant),
};

const machinesBy = (call: (id: string) => Operation<Page<MdeMachine>>): RowsEdge<Machine> =>
  eachJudged(judgedById, {
    permission: 'machine:read',
    capability: 'related.machines',
    call,
    read: ({ name }, wire) => machineFromMde(name, wire),
  });

/** How often something was seen in the whole tenant, which a role that is limited to machines never tells. */
const prevalence = 'prevalence:read';
const statisticsOf = (key: string): Kind<WireObject> => ({
  one: 'statistics',
  many: 'statistics',
  is: (value): value is WireObject => hasId(value, key) || hasId(value, 'organizationPrevalence'),
});
const domainStatistics = statisticsOf('host');
const ipStatistics = statisticsOf('ipAddress');

/** Those that a URL is part of are hunted for, since no other API has them. */
const alertsOfUrls: EdgeTo<'alerts'> = {
  answers: 'ids',
  to: 'alerts',
  permission: 'alert:read',
  read:
    ({ hunting }) =>
    (...asked) =>
      huntAlertsOfUrls(hunting, ...asked),
};

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

const hosts = identified('a domain', 'domains', 'host');
const addresses = identified('an address', 'addresses');

/** A name as it is kept; one without the form of its kind as it was sent. */
const nameOf = (form: IdForm, sent: unknown): string => spelledId(form, String(sent)) ?? String(sent);

/** Of files, domains, addresses, URLs and users, and from evidence to them. */
export const observableEdges = {
  'File.alerts': alertsBy((sha1) => page(mde.listFileAlerts, { sha1 }, alert)),
  'File.machines': machinesBy((sha1) => page(mde.listFileMachines, { sha1 }, machine)),
  'File.prevalence': eachLookBack({
    permission: prevalence,
    capability: 'files.read',
    call: (hash, lookBackHours) => one(mde.getFileStatistics, { hash }, fileKind, { query: { lookBackHours } }),
    read: (_, wire) => readFilePrevalence(wire),
  }),
  'Domain.alerts': alertsBy((domain) => page(mde.listDomainAlerts, { domain }, alert)),
  'Domain.machines': machinesBy((domain) => page(mde.listDomainMachines, { domain }, machine)),
  'Domain.prevalence': eachLookBack({
    permission: prevalence,
    capability: 'domains.read',
    call: (domain, lookBackHours) =>
      one(mde.getDomainStatistics, { domain }, domainStatistics, { query: { lookBackHours } }),
    read: (_, wire) => readPrevalence(wire),
  }),
  'IpAddress.alerts': alertsBy((ip) => page(mde.listIpAlerts, { ip }, alert)),
  'IpAddress.prevalence': eachLookBack({
    permission: prevalence,
    capability: 'ipAddresses.read',
    call: (ip, lookBackHours) => one(mde.getIpStatistics, { ip }, ipStatistics, { query: { lookBackHours } }),
    read: (_, wire) => readPrevalence(wire),
  }),
  'Url.alerts': alertsOfUrls,
  'Url.domain': link('domains', (url: Url) => domainId(domainOf(url))),
  'Url.ipAddress': link('ipAddresses', (url: Url) => addressId(addressOf(url))),
  'User.alerts': alertsBy((userName) => page(mde.listUserAlerts, { userName }, alert)),
  'User.machines': machinesBy((userName) => page(mde.listUserMachines, { userName }, machine)),
  // What belongs to an alert is seen by who sees the alert.
  'Alert.relatedFiles': eachList({
    permission: null,
    capability: 'files.read',
    call: (id) => page(mde.listAlertFiles, { id }, fileKind),
    read: fileFromMde,
    idOf: ({ sha1, sha256 }) => String(sha1 ?? sha256),
  }),
  'Alert.relatedDomains': eachList({
    permission: null,
    capability: 'domains.read',
    call: (id) => page(mde.listAlertDomains, { id }, hosts),
    read: ({ name: tenant }, { host }) => domainNamed(tenant, nameOf(observableIds.domain, host)),
    idOf: ({ host }) => String(host),
  }),
  'Alert.relatedIpAddresses': eachList({
    permission: null,
    capability: 'ipAddresses.read',
    call: (alertId) => page(mde.listAlertIps, { id: alertId }, addresses),
    read: ({ name: tenant }, { id }) => addressNamed(tenant, nameOf(observableIds.ipAddress, id)),
  }),
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
