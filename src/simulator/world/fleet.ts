import { type MachineRole, type Profile, profiles } from './fleet-profiles.ts';
import type { Random } from './random.ts';
import { dayMs, hourMs, isoTime, minuteMs } from './times.ts';
import type { WorldMachine, WorldUser } from './types.ts';

/** A machine of the estate with its use, which no API shows. */
export interface FleetMachine {
  readonly role: MachineRole;
  readonly machine: WorldMachine;
}

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
  // The first two of each kind are always up: stories and demos rely on it.
  const silent = managed && ((number > 3 && random.chance(0.12)) || number === profile.silent);
  const impaired = managed && number > 3 && random.chance(0.06);
  const age = silent ? random.int(8, 40) * dayMs : random.int(2 * minuteMs, 20 * hourMs);
  const joined = profile.role === 'workstation' && random.chance(0.8);
  const placed = (address: string): string => profile.address?.(number) ?? address;
  const people = managed ? [users[index % users.length], users[(index * 7 + 3) % users.length]] : [];
  return {
    id: random.hex(40),
    computerDnsName: `${profile.namePrefix}-${String(number).padStart(profile.digits ?? 3, '0')}.${name}.com`,
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
    lastIpAddress: placed(`10.${20 + (index >> 8)}.${index & 255}.${random.int(2, 250)}`),
    lastExternalIpAddress: `203.0.113.${random.int(1, 254)}`,
    macAddress: random.hex(12).toUpperCase(),
    machineTags: [...profile.tags],
    logonUsers: [...new Set(people)].filter((user) => user !== undefined),
  };
}
