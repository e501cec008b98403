import type { Alert } from '../domain/alert.ts';
import { type IdForm, spelledId } from '../domain/id-forms.ts';
import type { Machine } from '../domain/machine.ts';
import { observableIds } from '../domain/observable-ids.ts';
import { compareTimes } from '../domain/time.ts';
import { mde } from '../microsoft/mde/index.ts';
import { huntAlertsOfUrls } from '../routing/url-alerts.ts';
import { alertFromMde } from '../unification/alert.ts';
import type { WireObject } from '../unification/fields.ts';
import { machineFromMde } from '../unification/machine.ts';
import { hasId } from '../upstream/answers.ts';
import { asked, type IsAsked } from '../upstream/asked.ts';
import { type OneKind, one, page } from '../upstream/call.ts';
import type { Operation, Page } from '../upstream/http/operation.ts';
import { alert } from '../upstream/mde/alerts.ts';
import { machine } from '../upstream/mde/machines.ts';
import type { MdeAlert, MdeMachine } from '../upstream/mde/wire.ts';
import { type EdgeTo, eachJudged, eachList, eachLookBack, type RowsEdge, type Told } from './edge.ts';
import { identified } from './mde-entity.ts';
import {
  addressNamed,
  alertFileKind,
  domainNamed,
  fileOfAlert,
  readFilePrevalence,
  readPrevalence,
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
 * For a caller who is limited to machines they are read by id to be judged: rows of a list below something else may lack the
 * group and the tags.
 */
const judgedById: Required<Told<Machine>> = {
  idOf: machines.idOf,
  judge: (visibility, tenant) => visibility.ofOneMachine('machine:read', tenant),
};

/** Machines come whole, so that nothing more is read of them. */
const machinesBy = (call: (id: string) => Operation<Page<MdeMachine>>): RowsEdge<Machine> =>
  eachJudged(judgedById, {
    permission: 'machine:read',
    capability: 'related.machines',
    call,
    read: ({ name }, wire) => machineFromMde(name, wire),
  });

/** How often something was seen in the whole tenant, which a role that is limited to machines never tells. */
const prevalence = 'prevalence:read';
const statisticsOf = (key: string, isAsked: IsAsked): OneKind<WireObject> => ({
  one: 'statistics',
  many: 'statistics',
  is: (value): value is WireObject => hasId(value, key) || hasId(value, 'organizationPrevalence'),
  isAsked,
});
const fileStatistics = statisticsOf('sha1', asked.byHash);
const domainStatistics = statisticsOf('host', asked.byName('host', observableIds.domain));
const ipStatistics = statisticsOf('ipAddress', asked.byName('ipAddress', observableIds.ipAddress));

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

const hosts = identified('a domain', 'domains', 'host');
const addresses = identified('an address', 'addresses');

/** A name as it is kept; one without the form of its kind as it was sent. */
const nameOf = (form: IdForm, sent: unknown): string => spelledId(form, String(sent)) ?? String(sent);

/** Of files, domains, addresses, URLs and users, and those that Microsoft names of an alert. */
export const observableEdges = {
  'File.alerts': alertsBy((sha1) => page(mde.listFileAlerts, { sha1 }, alert)),
  'File.machines': machinesBy((sha1) => page(mde.listFileMachines, { sha1 }, machine)),
  'File.prevalence': eachLookBack({
    permission: prevalence,
    capability: 'files.read',
    call: (hash, lookBackHours) => one(mde.getFileStatistics, { hash }, fileStatistics, { query: { lookBackHours } }),
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
  'User.alerts': alertsBy((userName) => page(mde.listUserAlerts, { userName }, alert)),
  'User.machines': machinesBy((userName) => page(mde.listUserMachines, { userName }, machine)),
  // What belongs to an alert is seen by who sees the alert.
  'Alert.relatedFiles': eachList({
    permission: null,
    capability: 'files.read',
    call: (id) => page(mde.listAlertFiles, { id }, alertFileKind),
    read: fileOfAlert,
    idOf: ({ sha1, sha256, md5 }) => String(sha1 ?? sha256 ?? md5),
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
} as const;
