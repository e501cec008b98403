import type { Random } from './random.ts';
import { dayMs, hourMs, isoTime, minuteMs } from './times.ts';
import type { WorldMachine, WorldUser } from './types.ts';

/** What a machine is used for: stories ask for machines by it. */
export type MachineRole = 'workstation' | 'server' | 'domainController' | 'linux' | 'mac' | 'unmanaged';

/** A machine of the estate with its use, which no API shows. */
export interface FleetMachine {
  readonly role: MachineRole;
  readonly machine: WorldMachine;
}

interface Profile {
  readonly role: MachineRole;
  /** How many of 60 machines are of this kind. */
  readonly share: number;
  readonly namePrefix: string;
  readonly osPlatform: string;
  readonly osVersion: string;
  readonly osBuild: number | null;
  readonly osProcessor: string;
  readonly group: readonly [id: number, name: string];
  readonly tags: readonly string[];
  readonly onboardingStatus?: WorldMachine['onboardingStatus'];
}

const profiles: readonly Profile[] = [
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
    share: 14,
    namePrefix: 'sales-lt',
    osPlatform: 'Windows11',
    osVersion: '22H2',
    osBuild: 22621,
    osProcessor: 'x64',
    group: [101, 'Workstations'],
    tags: [],
  },
  {
    role: 'workstation',
    share: 10,
    namePrefix: 'hr-lt',
    osPlatform: 'Windows10',
    osVersion: '22H2',
    osBuild: 19045,
    osProcessor: 'x64',
    group: [101, 'Workstations'],
    tags: ['hr', 'pilot ring'],
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
    role: 'linux',
    share: 7,
    namePrefix: 'lnx-web',
    osPlatform: 'Linux',
    osVersion: '22.4',
    osBuild: null,
    osProcessor: 'x64',
    group: [105, 'Linux fleet'],
    tags: ['production'],
  },
  {
    role: 'mac',
    share: 4,
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
    namePrefix: 'desktop',
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

const sixty: readonly Profile[] = profiles.flatMap((profile) => Array.from({ length: profile.share }, () => profile));

/** The order of kinds in sixty machines, mixed by a stride so that a small fleet has all kinds; larger ones repeat it. */
const layout: readonly Profile[] = sixty.map((profile, index) => sixty[(index * 17) % sixty.length] ?? profile);

/** The tenant's machines: mostly healthy, about one in twelve silent for days. */
export function createFleet(
  name: string,
  count: number,
  users: readonly WorldUser[],
  now: Date,
  random: Random,
): readonly FleetMachine[] {
  const numbers = new Map<string, number>();
  return Array.from({ length: count }, (_, index) => {
    const profile = layout[index % layout.length] ?? layout[0];
    if (profile === undefined) throw new Error('The fleet has no profiles');
    const number = (numbers.get(profile.namePrefix) ?? 0) + 1;
    numbers.set(profile.namePrefix, number);
    return { role: profile.role, machine: createMachine(profile, number, name, index, users, now, random) };
  });
}

function createMachine(
  profile: Profile,
  number: number,
  name: string,
  index: number,
  users: readonly WorldUser[],
  now: Date,
  random: Random,
): WorldMachine {
  const managed = profile.onboardingStatus === undefined;
  // The first ones of each kind are always up: stories and demos rely on it.
  const silent = managed && number > 3 && random.chance(0.14);
  const impaired = managed && number > 3 && random.chance(0.06);
  const age = silent ? random.int(8, 40) * dayMs : random.int(2 * minuteMs, 20 * hourMs);
  const joined = profile.role === 'workstation' && random.chance(0.8);
  const people = managed ? [users[index % users.length], users[(index * 7 + 3) % users.length]] : [];
  return {
    id: random.hex(40),
    computerDnsName: `${profile.namePrefix}-${String(number).padStart(3, '0')}.${name}.com`,
    aadDeviceId: joined ? random.guid() : null,
    firstSeen: isoTime(now.getTime() - random.int(60, 700) * dayMs, random),
    lastSeen: isoTime(now.getTime() - age, random),
    osPlatform: profile.osPlatform,
    osVersion: profile.osVersion,
    osBuild: profile.osBuild,
    osProcessor: profile.osProcessor,
    onboardingStatus: profile.onboardingStatus ?? 'Onboarded',
    healthStatus: !managed ? 'Unknown' : silent ? 'Inactive' : impaired ? 'ImpairedCommunication' : 'Active',
    deviceValue: profile.tags.includes('crown-jewel') ? 'High' : 'Normal',
    riskScore: 'None',
    exposureLevel: managed ? random.pick(['Low', 'Low', 'Medium', 'Medium', 'High']) : 'None',
    rbacGroupId: profile.group[0],
    rbacGroupName: profile.group[1],
    lastIpAddress: `10.${20 + (index >> 8)}.${index & 255}.${random.int(2, 250)}`,
    lastExternalIpAddress: `203.0.113.${random.int(1, 254)}`,
    macAddress: random.hex(12).toUpperCase(),
    machineTags: [...profile.tags],
    logonUsers: [...new Set(people)].filter((user) => user !== undefined),
  };
}
