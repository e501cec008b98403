import type { WorldMachine } from './types.ts';

/** What a machine is used for: stories ask for machines by it. */
export type MachineRole = 'workstation' | 'server' | 'domainController' | 'linux' | 'mac' | 'mobile' | 'unmanaged';

/** A kind of machine. */
export interface Profile {
  readonly role: MachineRole;
  /** How many of 60 machines are of this kind. */
  readonly share: number;
  readonly namePrefix: string;
  /** Digits of the number in its name: default 3. */
  readonly digits?: number;
  readonly osPlatform: string;
  readonly osVersion: string;
  readonly osBuild: number | null;
  readonly osProcessor: string;
  readonly group: readonly [id: number, name: string];
  readonly tags: readonly string[];
  readonly onboardingStatus?: WorldMachine['onboardingStatus'];
  /** The number of the one that has been silent for weeks in every estate; others are so by chance. */
  readonly silent?: number;
  /** Where it stands: default the network of the machines. The authenticated scans look for devices at such places. */
  readonly address?: (number: number) => string;
}

/** The kinds, in blocks of the sixty machines; what has no sensor was discovered by those that have one. */
export const profiles: readonly Profile[] = [
  {
    role: 'workstation',
    share: 8,
    namePrefix: 'fin-ws',
    osPlatform: 'Windows11',
    osVersion: '23H2',
    osBuild: 22631,
    osProcessor: 'x64',
    group: [103, 'Finance'],
    tags: ['finance'],
  },
  {
    role: 'workstation',
    share: 13,
    namePrefix: 'sales-lt',
    osPlatform: 'Windows11',
    osVersion: '22H2',
    osBuild: 22621,
    osProcessor: 'x64',
    group: [101, 'Workstations'],
    tags: [],
  },
  {
    role: 'unmanaged',
    share: 1,
    namePrefix: 'camera',
    osPlatform: 'Other',
    osVersion: 'Other',
    osBuild: null,
    osProcessor: 'Unknown',
    group: [0, 'UnassignedGroup'],
    tags: [],
    onboardingStatus: 'InsufficientInfo',
    address: (number) => `10.${number}.0.2`,
  },
  {
    role: 'workstation',
    share: 8,
    namePrefix: 'hr-lt',
    silent: 3,
    osPlatform: 'Windows10',
    osVersion: '22H2',
    osBuild: 19045,
    osProcessor: 'x64',
    group: [101, 'Workstations'],
    tags: ['hr', 'pilot ring'],
  },
  {
    role: 'unmanaged',
    share: 2,
    namePrefix: 'switch',
    osPlatform: 'Other',
    osVersion: 'Cisco IOS 15.2',
    osBuild: null,
    osProcessor: 'Unknown',
    group: [0, 'UnassignedGroup'],
    tags: [],
    onboardingStatus: 'Unsupported',
    address: (number) => `10.${number}.0.1`,
  },
  {
    role: 'workstation',
    share: 2,
    namePrefix: 'exec-sp',
    osPlatform: 'Windows11',
    osVersion: '24H2',
    osBuild: 26100,
    osProcessor: 'arm64',
    group: [104, 'Executives'],
    tags: ['vip'],
  },
  {
    role: 'domainController',
    share: 2,
    namePrefix: 'dc',
    osPlatform: 'WindowsServer2022',
    osVersion: '21H2',
    osBuild: 20348,
    osProcessor: 'x64',
    group: [102, 'Servers'],
    tags: ['crown-jewel', 'tier 0'],
  },
  {
    role: 'server',
    share: 5,
    namePrefix: 'srv-app',
    silent: 4,
    osPlatform: 'WindowsServer2022',
    osVersion: '21H2',
    osBuild: 20348,
    osProcessor: 'x64',
    group: [102, 'Servers'],
    tags: ['production'],
  },
  {
    role: 'server',
    share: 4,
    namePrefix: 'srv-sql',
    osPlatform: 'WindowsServer2019',
    osVersion: '1809',
    osBuild: 17763,
    osProcessor: 'x64',
    group: [102, 'Servers'],
    tags: ['production', 'crown-jewel'],
  },
  {
    role: 'server',
    share: 1,
    namePrefix: 'srv-old',
    osPlatform: 'WindowsServer2016',
    osVersion: '1607',
    osBuild: 14393,
    osProcessor: 'x64',
    group: [102, 'Servers'],
    tags: ["to retire: Q4 '26"],
  },
  {
    role: 'mobile',
    share: 2,
    namePrefix: 'iphone',
    osPlatform: 'iOS',
    osVersion: '18.1',
    osBuild: null,
    osProcessor: 'arm64',
    group: [106, 'Mobile devices'],
    tags: ['vip'],
  },
  {
    role: 'linux',
    share: 5,
    namePrefix: 'lnx-web',
    osPlatform: 'Linux',
    osVersion: '22.4',
    osBuild: null,
    osProcessor: 'x64',
    group: [105, 'Linux fleet'],
    tags: ['production'],
  },
  {
    role: 'mobile',
    share: 1,
    namePrefix: 'pixel',
    osPlatform: 'Android',
    osVersion: '15.0',
    osBuild: null,
    osProcessor: 'arm64',
    group: [106, 'Mobile devices'],
    tags: [],
  },
  {
    role: 'mac',
    share: 3,
    namePrefix: 'mac-design',
    osPlatform: 'macOS',
    osVersion: '14.6',
    osBuild: null,
    osProcessor: 'arm64',
    group: [101, 'Workstations'],
    tags: ['デザイン'],
  },
  {
    role: 'unmanaged',
    share: 2,
    namePrefix: 'kiosk',
    digits: 1,
    osPlatform: 'Windows10',
    osVersion: '21H2',
    osBuild: 19044,
    osProcessor: 'x64',
    group: [0, 'UnassignedGroup'],
    tags: [],
    onboardingStatus: 'CanBeOnboarded',
  },
  {
    role: 'unmanaged',
    share: 1,
    namePrefix: 'printer',
    osPlatform: 'Other',
    osVersion: 'Other',
    osBuild: null,
    osProcessor: 'Unknown',
    group: [0, 'UnassignedGroup'],
    tags: [],
    onboardingStatus: 'Unsupported',
  },
];
