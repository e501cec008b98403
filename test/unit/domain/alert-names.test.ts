import { expect, test } from 'vitest';
import { fileHashesOf } from '../../../src/domain/alert-files.ts';
import { namesMachine } from '../../../src/domain/alert-machines.ts';
import { addressesOf, domainsOf } from '../../../src/domain/alert-network.ts';
import { namesUser } from '../../../src/domain/alert-users.ts';
import { alertFromGraph, alertFromMde } from '../../../src/unification/alert.ts';
import { tenantNamed } from '../../support/tenant.ts';

const tenant = tenantNamed('contoso');
const type = (name: string): string => `#microsoft.graph.security.${name}`;
const account = { accountName: 'JDoe', domainName: 'corp.contoso.com', userPrincipalName: 'J.Doe@contoso.com' };
const withEvidence = (...evidence: readonly Readonly<Record<string, unknown>>[]) =>
  alertFromGraph(tenant, { id: 'a', evidence: [...evidence] });

test.each([
  ['a user', { '@odata.type': type('userEvidence'), userAccount: account }],
  ['the account of a process', { '@odata.type': type('processEvidence'), userAccount: account }],
  ['the owner of a mailbox', { '@odata.type': type('mailboxEvidence'), userAccount: account }],
  [
    'the account of a log-on session',
    { '@odata.type': type('hostLogonSessionEvidence'), account: { userAccount: account } },
  ],
  ['a kind that is not known yet', { '@odata.type': type('quantumEvidence'), who: { userAccount: account } }],
])('R4: the user of an alert is %s, by every name', (_, evidence) => {
  const alert = withEvidence(evidence);
  const names = ['j.doe@contoso.com', 'jdoe', 'CORP\\jdoe', 'corp.contoso.com\\JDOE', 'jdoe@corp.contoso.com', 'j.doe'];
  expect(names.filter((name) => !namesUser(alert, name))).toEqual([]);
  expect(['doe', 'other\\jdoe', 'jdoe@contoso.com', ''].filter((name) => namesUser(alert, name))).toEqual([]);
});

test('R4: the recipient of mail is a user of the alert, who is logged on to its machine is not', () => {
  const mail = { '@odata.type': type('analyzedMessageEvidence'), recipientEmailAddress: 'Zoe@contoso.com' };
  expect(namesUser(withEvidence(mail), 'zoe@contoso.com')).toBe(true);
  const device = { '@odata.type': type('deviceEvidence'), loggedOnUsers: [{ accountName: 'zoe', domainName: 'corp' }] };
  expect(namesUser(withEvidence(device), 'zoe')).toBe(false);
  const related = alertFromMde(tenant, { id: 'a', evidence: [], relatedUser: { userName: 'zoe', domainName: 'corp' } });
  expect(namesUser(related, 'corp\\zoe')).toBe(true);
});

test('R4: the hashes of an alert are of files, of images, and evidence themselves', () => {
  const alert = withEvidence(
    { '@odata.type': type('fileEvidence'), fileDetails: { sha1: 'A1', sha256: 'A2', md5: 'A3' } },
    { '@odata.type': type('processEvidence'), imageFile: { sha1: 'B1' }, parentProcessImageFile: { sha1: 'B2' } },
    { '@odata.type': type('fileHashEvidence'), algorithm: 'sha256', value: 'C1' },
    { '@odata.type': type('registryValueEvidence'), value: 'D1' },
  );
  expect([...fileHashesOf(alert)].toSorted()).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'c1']);
});

test('R4: a machine of an alert goes by its id, DNS name and host name', () => {
  const alert = withEvidence({
    '@odata.type': type('deviceEvidence'),
    mdeDeviceId: 'A'.repeat(40),
    deviceDnsName: 'Fin-1.contoso.com',
  });
  const names = ['a'.repeat(40), 'FIN-1.contoso.com', 'fin-1'];
  expect(names.filter((name) => !namesMachine(alert, name))).toEqual([]);
  expect(['fin', 'fin-1.contoso', 'fin-1.other.com'].filter((name) => namesMachine(alert, name))).toEqual([]);
});

test('the addresses of an alert are evidence, of connections and of senders, each in one spelling; not those of its machine', () => {
  const alert = withEvidence(
    { '@odata.type': type('ipEvidence'), ipAddress: '2001:DB8:0:0:0:0:0:1' },
    {
      '@odata.type': type('networkConnectionEvidence'),
      sourceAddress: { ipAddress: '10.0.0.1' },
      destinationAddress: { ipAddress: '::ffff:192.0.2.7' },
    },
    { '@odata.type': type('analyzedMessageEvidence'), senderIp: '198.51.100.3' },
    { '@odata.type': type('deviceEvidence'), lastIpAddress: '10.9.9.9', ipInterfaces: ['10.9.9.8'] },
    { '@odata.type': type('ipEvidence'), ipAddress: 'unknown' },
  );
  expect([...addressesOf(alert)].toSorted()).toEqual(['10.0.0.1', '192.0.2.7', '198.51.100.3', '2001:db8::1']);
});

test('the domains of an alert are hosts of URLs and names that were resolved; not that of an account or an address', () => {
  const alert = withEvidence(
    { '@odata.type': type('urlEvidence'), url: 'https://Login.Example.com:8443/x' },
    { '@odata.type': type('urlEvidence'), url: 'bare.example.net/path' },
    { '@odata.type': type('urlEvidence'), url: 'http://192.0.2.7/x' },
    { '@odata.type': type('analyzedMessageEvidence'), urls: ['https://in-mail.example.org/'] },
    { '@odata.type': type('dnsEvidence'), domainName: 'resolved.example.' },
    { '@odata.type': type('userEvidence'), userAccount: { accountName: 'a', domainName: 'corp.contoso.com' } },
  );
  expect([...domainsOf(alert)].toSorted()).toEqual([
    'bare.example.net',
    'in-mail.example.org',
    'login.example.com',
    'resolved.example',
  ]);
});
