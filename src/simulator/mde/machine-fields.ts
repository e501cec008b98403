import type { ODataField } from '../odata/rules.ts';
import type { WorldMachine } from '../world/types.ts';

const levels = ['None', 'Low', 'Medium', 'High'] as const;

/** The properties that get-machines.md lets a filter name. */
export const machineFields: readonly ODataField<WorldMachine>[] = [
  { name: 'id', type: 'id', of: (machine) => machine.id },
  { name: 'computerDnsName', type: 'string', of: (machine) => machine.computerDnsName },
  { name: 'version', type: 'string', of: (machine) => machine.osVersion },
  { name: 'osPlatform', type: 'string', of: (machine) => machine.osPlatform },
  { name: 'lastIpAddress', type: 'string', of: (machine) => machine.lastIpAddress },
  { name: 'aadDeviceId', type: 'guid', of: (machine) => machine.aadDeviceId },
  { name: 'rbacGroupId', type: 'number', of: (machine) => machine.rbacGroupId },
  { name: 'machineTags', type: 'strings', of: (machine) => machine.machineTags },
  { name: 'lastSeen', type: 'time', of: (machine) => machine.lastSeen },
  { name: 'deviceValue', type: 'enum', members: ['Normal', 'Low', 'High'], of: (machine) => machine.deviceValue },
  { name: 'exposureLevel', type: 'enum', members: levels, of: (machine) => machine.exposureLevel },
  { name: 'riskScore', type: 'enum', members: [...levels, 'Informational'], of: (machine) => machine.riskScore },
  {
    name: 'onboardingStatus',
    type: 'enum',
    members: ['Onboarded', 'CanBeOnboarded', 'Unsupported', 'InsufficientInfo'],
    of: (machine) => machine.onboardingStatus,
  },
  {
    name: 'healthStatus',
    type: 'enum',
    members: [
      'Active',
      'Inactive',
      'ImpairedCommunication',
      'NoSensorData',
      'NoSensorDataImpairedCommunication',
      'Unknown',
    ],
    of: (machine) => machine.healthStatus,
  },
];
