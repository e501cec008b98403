import { describe, expect, test } from 'vitest';
import { machineIdsOf } from '../../../src/domain/alert-machines.ts';
import { alertFromM365d, alertFromMde } from '../../../src/unification/alert.ts';
import { contoso } from './fixture.ts';

describe('R8: flat records', () => {
  test('a device of M365D says what it was sent with', () => {
    const device = {
      mdatpDeviceId: 'm1',
      aadDeviceId: 'd1',
      deviceDnsName: 'fin-07.contoso.com',
      firstSeen: '2025-01-01T00:00:00Z',
      onboardingStatus: 'Onboarded',
      defenderAvStatus: 'Updated',
      tags: ['finance'],
      loggedOnUsers: [{ accountName: 'lena', domainName: 'CONTOSO' }],
      vmMetadata: { vmId: 'v1', cloudProvider: 'Unknown' },
      lastIpAddress: '10.1.2.3',
      verdict: 'Suspicious',
      remediationStatus: 'None',
    };
    expect(alertFromM365d(contoso, { alertId: 'a', devices: [device] }).evidence).toMatchObject([
      {
        kind: 'DeviceEvidence',
        machineId: 'm1',
        aadDeviceId: 'd1',
        firstSeen: '2025-01-01T00:00:00Z',
        onboardingStatus: 'ONBOARDED',
        onboardingStatusName: 'Onboarded',
        defenderAvStatus: 'Updated',
        tags: ['finance'],
        loggedOnUsers: [{ accountName: 'lena', domainName: 'CONTOSO' }],
        vmMetadata: { vmId: 'v1' },
        lastIpAddress: '10.1.2.3',
        verdict: 'SUSPICIOUS',
        remediationStatus: 'none',
        raw: device,
      },
    ]);
  });

  test.each(['DeviceId', 'deviceId', 'mdatpDeviceId'])('a device of M365D has its id under %s', (name) => {
    const alert = alertFromM365d(contoso, { alertId: 'a', devices: [{ [name]: 'm1' }] });
    expect(alert.machineId).toBe('m1');
  });

  test.each([
    ['File', { fileName: 'a.exe' }],
    ['Ip', { ipAddress: '203.0.113.9' }],
    ['Registry', { registryKey: 'Run' }],
    ['Hologram', {}],
  ])('a %s on a machine names that machine', (entityType, own) => {
    const wire = { alertId: 'a', entities: [{ entityType, deviceId: 'm1', ...own }] };
    expect(machineIdsOf(alertFromM365d(contoso, wire))).toEqual(['m1']);
  });

  test('the device of an MDE alert has who was logged on to it', () => {
    const wire = { id: 'a', machineId: 'm1', loggedOnUsers: [{ accountName: 'lena', domainName: 'CONTOSO' }] };
    expect(alertFromMde(contoso, wire).evidence).toMatchObject([
      { kind: 'DeviceEvidence', loggedOnUsers: [{ accountName: 'lena', domainName: 'CONTOSO' }], raw: null },
    ]);
  });
});
