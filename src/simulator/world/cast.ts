import type { FleetMachine } from './fleet.ts';
import type { MachineRole } from './fleet-profiles.ts';
import type { Random } from './random.ts';
import type { Story } from './stories/story.ts';
import type { WorldMachine, WorldUser } from './types.ts';

/** The machines and users that play a story. */
export interface Cast {
  machine(place: number): WorldMachine;
  user(place: number): WorldUser;
  /** Fills `{machine0}`, `{address0}`, `{user0}` and `{domain}`. */
  fill(text: string): string;
}

/** Finds casts among the onboarded machines. */
export interface Casting {
  /** With `leads`, the first machines of each kind, which are always up, each in one story as far as they go; otherwise any. */
  choose(story: Story, options: { readonly leads: boolean }): Cast;
}

/** The share of the machines to which the ordinary things happen: the others have a quiet week. */
const prone = 0.6;

/** @throws Error when the estate has no onboarded machine or no user. */
export function createCasting(
  fleet: readonly FleetMachine[],
  users: readonly WorldUser[],
  domain: string,
  random: Random,
): Casting {
  // What fell silent days ago raises no alert.
  const managed = fleet.filter(
    ({ machine }) => machine.onboardingStatus === 'Onboarded' && machine.healthStatus !== 'Inactive',
  );
  const starred = new Set<WorldMachine>();
  const pools = new Map<MachineRole, readonly WorldMachine[]>();
  const poolOf = (role: MachineRole): readonly WorldMachine[] => {
    const known = pools.get(role);
    if (known !== undefined) return known;
    const ofRole = managed.filter((candidate) => candidate.role === role);
    const pool = (ofRole.length > 0 ? ofRole : managed).map(({ machine }) => machine);
    pools.set(role, pool);
    return pool;
  };
  const anyUser = (): WorldUser => present(users[random.int(0, users.length - 1)], 'user');

  return {
    choose(story, { leads }) {
      const machines: WorldMachine[] = [];
      for (const role of story.machines) {
        const pool = poolOf(role);
        const free = pool.filter((candidate) => !machines.includes(candidate));
        const choices = free.length > 0 ? free : pool;
        const found = leads
          ? (choices.find((candidate) => !starred.has(candidate)) ?? choices[0])
          : choices[random.int(0, Math.ceil(choices.length * prone) - 1)];
        machines.push(present(found, 'machine'));
        if (leads && found !== undefined) starred.add(found);
      }
      const people = [
        ...machines.map((machine) => machine.logonUsers[0] ?? anyUser()),
        ...Array.from({ length: story.furtherUsers ?? 0 }, anyUser),
      ];
      const machine = (place: number): WorldMachine => present(machines[place], 'machine');
      const user = (place: number): WorldUser => present(people[place], 'user');
      return {
        machine,
        user,
        fill: (text) =>
          text
            .replace(/\{machine(\d)\}/g, (_, place) => machine(Number(place)).computerDnsName.split('.')[0] ?? '')
            .replace(/\{address(\d)\}/g, (_, place) => machine(Number(place)).lastIpAddress)
            .replace(/\{user(\d)\}/g, (_, place) => user(Number(place)).displayName)
            .replaceAll('{domain}', domain),
      };
    },
  };
}

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`A story names a ${what} that is not in its cast`);
  return value;
}
