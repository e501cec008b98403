import { describe, expect, test } from 'vitest';
import { machineFromMde } from '../../../src/unification/machine.ts';
import { machineActionFromMde } from '../../../src/unification/machine-action.ts';
import { isMdeMachine, isMdeMachineAction } from '../../../src/upstream/mde/wire.ts';
import { fixture } from './fixture.ts';

describe('a machine', () => {
  test('has every documented property, with unknown words for what is null', () => {
    const wire = fixture('mde-machine', isMdeMachine);
    expect(machineFromMde('contoso', wire)).toEqual({
      tenant: 'contoso',
      source: 'MDE',
      machineId: '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567',
      computerDnsName: 'fin-07.contoso.com',
      firstSeen: '2025-01-01T00:00:00Z',
      lastSeen: '2026-03-02T08:00:00.1234567Z',
      osPlatform: 'Windows11',
      version: '24H2',
      osBuild: 26100,
      osProcessor: 'x64',
      osArchitecture: '64-bit',
      onboardingStatus: 'ONBOARDED',
      onboardingStatusName: 'onboarded',
      healthStatus: 'NO_SENSOR_DATA_IMPAIRED_COMMUNICATION',
      healthStatusName: 'NoSensorDataImpairedCommunication',
      deviceValue: 'UNKNOWN',
      deviceValueName: null,
      riskScore: 'UNKNOWN',
      riskScoreName: null,
      exposureLevel: 'MEDIUM',
      exposureLevelName: 'Medium',
      rbacGroupId: '140',
      rbacGroupName: 'Finance',
      lastIpAddress: '10.1.2.3',
      lastExternalIpAddress: '203.0.113.7',
      isAadJoined: true,
      aadDeviceId: 'aaaaaaaa-0000-4000-8000-000000000001',
      machineTags: ['crown-jewel'],
      ipAddresses: [{ ipAddress: '10.1.2.3', macAddress: '8CEC4B897E73', type: 'Ethernet', operationalStatus: 'Up' }],
      osVersion: '10.0.26100.1',
      agentVersion: '10.8800.26100.1',
      defenderAvStatus: 'Updated',
      isExcluded: true,
      exclusionReason: 'DuplicateDevice',
      mergedIntoMachineId: '1a1b2c3d4e5f60718293a4b5c6d7e8f901234567',
      isPotentialDuplication: false,
      managedBy: 'Intune',
      managedByStatus: 'Success',
      vmMetadata: { vmId: 'v-1', cloudProvider: 'Azure', resourceId: '/r/1', subscriptionId: 's-1' },
      raw: wire,
    });
  });
});

describe('a machine action', () => {
  const wire = fixture('mde-machine-action', isMdeMachineAction);

  test('R8: keeps the words as sent and the action as sent', () => {
    const sent = { ...wire, type: 'Teleport', status: 'Waiting', newProperty: 1 };
    expect(machineActionFromMde('contoso', sent)).toMatchObject({
      type: 'OTHER',
      typeName: 'Teleport',
      status: 'UNKNOWN',
      statusName: 'Waiting',
      raw: sent,
    });
  });

  test('has its live response commands, each with what it takes to fetch its result', () => {
    expect(machineActionFromMde('contoso', wire)).toMatchObject({
      actionId: '2e9da30d-27f6-4208-81f2-9cd3d67893ba',
      type: 'LIVE_RESPONSE',
      typeName: 'LiveResponse',
      status: 'IN_PROGRESS',
      externalId: 'ticket-9',
      errorHResult: 0,
      relatedFile: { fileIdentifierType: 'Sha1' },
      commands: [
        {
          tenant: 'contoso',
          actionId: '2e9da30d-27f6-4208-81f2-9cd3d67893ba',
          index: 0,
          type: 'RUN_SCRIPT',
          params: [
            { key: 'ScriptName', value: 'look.ps1' },
            { key: 'Args', value: '-all' },
          ],
          status: 'Completed',
          errors: [],
        },
        { index: 1, type: 'OTHER', typeName: 'TeleportFile', params: [], status: 'Created', errors: ['waits'] },
      ],
    });
  });

  test.each([
    [{ lastUpdateTimeUtc: '2026-03-02T08:01:00Z' }, '2026-03-02T08:01:00Z'],
    [{ lastUpdateDateTimeUtc: '2026-03-02T08:02:00Z' }, '2026-03-02T08:02:00Z'],
    [{}, null],
  ])('reads both spellings of its last change (%j)', (spelling, updatedAt) => {
    expect(machineActionFromMde('contoso', { id: 'x', ...spelling }).updatedAt).toBe(updatedAt);
  });
});
