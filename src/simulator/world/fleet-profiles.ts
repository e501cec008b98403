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

/** What a machine runs, as it reports it. */
const runs = (
  osPlatform: string,
  osVersion: string,
  osBuild: number | null,
  osProcessor = 'x64',
): Pick<Profile, 'osPlatform' | 'osVersion' | 'osBuild' | 'osProcessor'> => ({
  ...{ osPlatform, osVersion, osBuild, osProcessor },
});

const workstation = { role: 'workstation', group: [101, 'Workstations'] } as const;
const server = { role: 'server', group: [102, 'Servers'] } as const;
const mobile = { role: 'mobile', group: [106, 'Mobile devices'] } as const;
const unmanaged = { role: 'unmanaged', group: [0, 'UnassignedGroup'], tags: [] } as const;
const unknown = runs('Other', 'Other', null, 'Unknown');

/** The kinds, in blocks of the sixty machines; what has no sensor was discovered by those that have one. */
export const profiles: readonly Profile[] = [
  {
    ...workstation,
    ...{ share: 8, namePrefix: 'fin-ws', group: [103, 'Finance'], tags: ['finance'] },
    ...runs('Windows11', '23H2', 22631),
  },
  { ...workstation, share: 13, namePrefix: 'sales-lt', tags: [], ...runs('Windows11', '22H2', 22621) },
  {
    ...{ ...unmanaged, ...unknown, share: 1, namePrefix: 'camera', onboardingStatus: 'InsufficientInfo' },
    address: (number) => `10.${number}.0.2`,
  },
  {
    ...{ ...workstation, share: 8, namePrefix: 'hr-lt', silent: 3, tags: ['hr', 'pilot ring'] },
    ...runs('Windows10', '22H2', 19045),
  },
  {
    ...{ ...unmanaged, ...unknown, share: 2, namePrefix: 'switch', onboardingStatus: 'Unsupported' },
    osVersion: 'Cisco IOS 15.2',
    address: (number) => `10.${number}.0.1`,
  },
  {
    ...{ ...workstation, share: 2, namePrefix: 'exec-sp', group: [104, 'Executives'], tags: ['vip'] },
    ...runs('Windows11', '24H2', 26100, 'arm64'),
  },
  {
    ...{ ...server, role: 'domainController', share: 2, namePrefix: 'dc', tags: ['crown-jewel', 'tier 0'] },
    ...runs('WindowsServer2022', '21H2', 20348),
  },
  {
    ...{ ...server, share: 5, namePrefix: 'srv-app', silent: 4, tags: ['production'] },
    ...runs('WindowsServer2022', '21H2', 20348),
  },
  {
    ...{ ...server, share: 4, namePrefix: 'srv-sql', tags: ['production', 'crown-jewel'] },
    ...runs('WindowsServer2019', '1809', 17763),
  },
  {
    ...{ ...server, share: 1, namePrefix: 'srv-old', tags: ["to retire: Q4 '26"] },
    ...runs('WindowsServer2016', '1607', 14393),
  },
  { ...mobile, share: 2, namePrefix: 'iphone', tags: ['vip'], ...runs('iOS', '18.1', null, 'arm64') },
  {
    ...{ role: 'linux', share: 5, namePrefix: 'lnx-web', group: [105, 'Linux fleet'], tags: ['production'] },
    ...runs('Linux', '22.4', null),
  },
  { ...mobile, share: 1, namePrefix: 'pixel', tags: [], ...runs('Android', '15.0', null, 'arm64') },
  {
    ...{ ...workstation, role: 'mac', share: 3, namePrefix: 'mac-design', tags: ['デザイン'] },
    ...runs('macOS', '14.6', null, 'arm64'),
  },
  {
    ...{ ...unmanaged, share: 2, namePrefix: 'kiosk', digits: 1, onboardingStatus: 'CanBeOnboarded' },
    ...runs('Windows10', '21H2', 19044),
  },
  { ...unmanaged, ...unknown, share: 1, namePrefix: 'printer', onboardingStatus: 'Unsupported' },
];
