import { expect, test } from 'vitest';
import { fileHashesOf } from '../../../src/domain/alert-files.ts';
import { namesMachine } from '../../../src/domain/alert-machines.ts';
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
