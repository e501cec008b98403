import { logonUserFromMde } from '../../src/entities/logon-user.ts';
import { identified } from '../../src/entities/mde-entity.ts';
import {
  addressNamed,
  domainNamed,
  fileFromMde,
  fileKind,
  readFilePrevalence,
  readPrevalence,
} from '../../src/entities/observables.ts';
import { mde } from '../../src/microsoft/mde/index.ts';
import type { WireObject } from '../../src/unification/fields.ts';
import { machineFromMde } from '../../src/unification/machine.ts';
import { asked } from '../../src/upstream/asked.ts';
import { call, one, page } from '../../src/upstream/call.ts';
import type { Operation, Page } from '../../src/upstream/http/operation.ts';
import { alert } from '../../src/upstream/mde/alerts.ts';
import { machine } from '../../src/upstream/mde/machines.ts';
import { tenantNamed } from '../support/tenant.ts';
import type { SampleRow } from './sample-rows.ts';

const tenant = tenantNamed('contoso');

const row = (key: string, operation: Operation<unknown>, read?: SampleRow['read']): SampleRow => ({
  file: 'mde',
  key,
  name: key,
  operation,
  ...(read === undefined ? {} : { read }),
});

const single = (
  key: string,
  operation: Operation<WireObject | null>,
  read: (wire: WireObject) => unknown,
  named: object = {},
): SampleRow =>
  row(key, operation, (body) => {
    const wire = operation.parse(body);
    return wire === null ? null : { ...named, ...Object(read(wire)) };
  });

/** Their pages leave `/api` out. */
const listed = <Wire>(key: string, operation: Operation<Page<Wire>>, read: (wire: Wire) => unknown): SampleRow => ({
  ...row(key, operation, (body) => operation.parse(body).items.map(read)),
  pathVaries: true,
});

const alertId = { id: '636688558380765161_2136280442' } as const;
const machineOfAlert = one(mde.getAlertMachine, alertId, { ...machine, isAsked: asked.byNothing });
const addressThen = { ip: '10.166.93.61', timestamp: '2018-06-19T10:00:00Z' } as const;
const openAlerts = { query: { $filter: "status ne 'Resolved'" } } as const;
const twoDays = { query: { lookBackHours: '48' } } as const;
/** The printed examples of files, domains, addresses and users; of lists no answer is printed. What statistics are of is the parent in the graph. */
export const observableRows: readonly SampleRow[] = [
  single('getFile', one(mde.getFile, { hash: '4388963aaa83afe2042a46a3c017ad50bdcdafb3' }, fileKind), (wire) =>
    fileFromMde(tenant, wire),
  ),
  single(
    'getFileStatistics',
    one(mde.getFileStatistics, { hash: '0991a395da64e1c5fbe8732ed11e6be064081d9f' }, fileKind, twoDays),
    readFilePrevalence,
    { hash: '0991a395da64e1c5fbe8732ed11e6be064081d9f' },
  ),
  row('listFileAlerts', page(mde.listFileAlerts, { sha1: '6532ec91d513acc05f43ee0aa3002599729fd3e1' }, alert)),
  row('listDomainAlerts', page(mde.listDomainAlerts, { domain: 'client.wns.windows.com' }, alert)),
  single(
    'getDomainStatistics',
    one(mde.getDomainStatistics, { domain: 'example.com' }, identified('statistics', 'statistics', 'host'), twoDays),
    readPrevalence,
    { name: 'example.com' },
  ),
  row('listIpAlerts', page(mde.listIpAlerts, { ip: '10.209.67.177' }, alert)),
  single(
    'getIpStatistics',
    one(mde.getIpStatistics, { ip: '10.209.67.177' }, identified('statistics', 'statistics', 'ipAddress'), twoDays),
    readPrevalence,
    { address: '10.209.67.177' },
  ),
  listed(
    'listAlertDomains',
    page(mde.listAlertDomains, alertId, identified('a domain', 'domains', 'host')),
    ({ host }) => domainNamed('contoso', String(host)),
  ),
  listed('listAlertIps', page(mde.listAlertIps, alertId, identified('an address', 'addresses')), ({ id }) =>
    addressNamed('contoso', id),
  ),
  row('getAlertMachine', machineOfAlert, (body) => {
    const wire = machineOfAlert.parse(body);
    return wire && machineFromMde('contoso', wire);
  }),
  single(
    'getAlertUser',
    one(mde.getAlertUser, alertId, { ...identified('a user', 'users'), isAsked: asked.byNothing }),
    (wire) => logonUserFromMde(tenant, wire),
  ),
  listed('findMachineInfoByIp', page(mde.findMachineInfoByIp, addressThen, machine), (wire) =>
    machineFromMde('contoso', wire),
  ),
  row(
    'countMachineAlerts',
    call(mde.countMachineAlerts, { id: '123321d0c675eaa415b8e5f383c6388bff446c62' }, { parse: Number }, openAlerts),
    Number,
  ),
  row('listUserMachines', page(mde.listUserMachines, { userName: 'user1' }, machine)),
];
