import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../../src/domain/evidence.ts';
import { evidenceListFromGraph } from '../../../src/unification/evidence/from-graph.ts';
import { isRecord } from '../../../src/upstream/http/shape.ts';
import { fixture } from './fixture.ts';

const wires = fixture('graph-evidence', isRecord);
const machineId = '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567';

const read = (kind: string): Evidence | undefined => {
  const wire = wires[kind];
  return isRecord(wire) ? evidenceListFromGraph('contoso', [wire])[0] : undefined;
};

describe('evidence of Graph', () => {
  test.each(Object.keys(wires))('%s has a type of its own', (kind) => {
    expect(read(kind)?.kind).toBe(`${kind.charAt(0).toUpperCase()}${kind.slice(1)}`);
  });

  test.each([
    [
      'deviceEvidence',
      {
        kind: 'DeviceEvidence',
        tenant: 'contoso',
        createdAt: '2026-03-02T08:00:00Z',
        verdict: 'SUSPICIOUS',
        remediationStatus: 'pendingApproval',
        remediationStatusDetails: 'waits for a person',
        roles: ['compromised'],
        detailedRoles: ['Main device'],
        tags: ['Finance'],
        machineId,
        aadDeviceId: 'aaaaaaaa-0000-4000-8000-000000000001',
        deviceDnsName: 'fin-07.contoso.com',
        osPlatform: 'Windows11',
        osBuild: 26100,
        version: '24H2',
        healthStatus: 'IMPAIRED_COMMUNICATION',
        riskScore: 'HIGH',
        rbacGroupId: '75',
        rbacGroupName: 'Finance',
        onboardingStatus: 'ONBOARDED',
        defenderAvStatus: 'updated',
        firstSeen: '2025-01-01T00:00:00Z',
        lastIpAddress: '10.1.2.3',
        lastExternalIpAddress: '203.0.113.7',
        ipInterfaces: ['10.1.2.3', 'fe80::1'],
        loggedOnUsers: [{ accountName: 'lena', domainName: 'CONTOSO' }],
      },
    ],
    ['userEvidence', { userAccount: { displayName: 'Lena Ode', aadUserId: 'aaaaaaaa-0000-4000-8000-000000000002' } }],
    [
      'processEvidence',
      {
        verdict: 'MALICIOUS',
        processId: 4242,
        imageFile: { fileName: 'enc.exe', fileSize: 9999 },
        parentImageFile: { fileName: 'explorer.exe', sha1: null },
        userAccount: { accountName: 'lena', userSid: null },
        detectionStatus: 'blocked',
        machineId,
      },
    ],
    [
      'fileEvidence',
      { verdict: 'NO_THREATS_FOUND', fileDetails: { signer: 'Contoso', issuer: 'Contoso CA' }, machineId },
    ],
    ['registryValueEvidence', { registryValueName: 'Start', registryValueType: 'Reg_sz', machineId }],
    ['mailboxEvidence', { primaryAddress: 'lena@contoso.com', userAccount: { userPrincipalName: 'lena@contoso.com' } }],
    ['analyzedMessageEvidence', { senderAddress: 'boss@contoso.example', receivedAt: '2026-03-02T07:30:00Z' }],
    ['mailClusterEvidence', { emailCount: 3, networkMessageIds: ['m1', 'm2'] }],
    ['cloudApplicationEvidence', { appId: '11161', instanceId: '0' }],
    ['oauthApplicationEvidence', { appId: 'app-1', publisher: 'Fabrikam' }],
    ['azureResourceEvidence', { resourceType: 'Virtual Machine' }],
    ['otherEvidence', { type: 'quantumEvidence', verdict: 'SUSPICIOUS', raw: wires.otherEvidence }],
  ])('%s keeps what it says', (kind, expected) => expect(read(kind)).toMatchObject(expected));

  test('without a type, or with a type that is no text, is kept whole', () => {
    expect(evidenceListFromGraph('contoso', [{ verdict: 'malicious' }])).toMatchObject([
      { kind: 'OtherEvidence', type: 'unknown', raw: { verdict: 'malicious' } },
    ]);
  });

  test('of a device says nothing of health that was not sent', () => {
    expect(evidenceListFromGraph('contoso', [{ '@odata.type': 'deviceEvidence' }])).toMatchObject([
      { kind: 'DeviceEvidence', healthStatus: null, riskScore: null, onboardingStatus: null, verdict: 'UNKNOWN' },
    ]);
  });
});
