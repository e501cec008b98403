import { isPhone } from '../../../world/machine-facts.ts';
import { createRandom, type Random } from '../../../world/random.ts';
import { hourMs } from '../../../world/times.ts';
import type { WorldMachine, WorldUser } from '../../../world/types.ts';
import type { Estate } from '../table.ts';

/** One ordinary thing that happens on one machine. */
export interface Slot {
  readonly machine: WorldMachine;
  readonly user: WorldUser;
  readonly atMs: number;
  /** Draws the rest of the event; the same for the same slot whenever it is looked at. */
  readonly random: Random;
}

/** Events are kept for this long. https://learn.microsoft.com/defender-xdr/advanced-hunting-overview */
const retentionMs = 30 * 24 * hourMs;

/** Who runs what no person started. */
const system: WorldUser = {
  accountName: 'system',
  domainName: 'nt authority',
  displayName: 'SYSTEM',
  userPrincipalName: '',
  userSid: 'S-1-5-18',
  aadUserId: '',
};

/**
 * The ordinary events of a table: time is cut into slots of `hours`, and each onboarded machine has one event somewhere in
 * each slot. Machine, table and slot alone decide what it is, so the past stays as it was while the clock moves on.
 */
export function* slotsOf({ world, now, window }: Estate, label: string, hours: number): Iterable<Slot> {
  const sizeMs = hours * hourMs;
  const fromMs = Math.max(window.fromMs, now.getTime() - retentionMs);
  const toMs = Math.min(window.toMs, now.getTime());
  const [first, last] = [Math.floor(fromMs / sizeMs), Math.floor(toMs / sizeMs)];
  for (const machine of world.machines) {
    if (machine.onboardingStatus !== 'Onboarded' || isPhone(machine)) continue;
    // A machine that went silent sends nothing after it was last seen.
    const untilMs = machine.healthStatus === 'Active' ? toMs : Math.min(toMs, Date.parse(machine.lastSeen));
    for (let number = first; number <= last; number += 1) {
      const random = createRandom(`${machine.id}/${label}/${number}`);
      const atMs = number * sizeMs + random.int(0, sizeMs - 1);
      if (atMs < fromMs || atMs > untilMs) continue;
      const user = random.chance(0.25)
        ? system
        : (machine.logonUsers[random.int(0, machine.logonUsers.length - 1)] ?? system);
      yield { machine, user, atMs, random };
    }
  }
}

/** What `make` makes of each of them, one at a time: a month of a table is too much to hold beside its rows. */
export function* eachSlot<T>(estate: Estate, label: string, hours: number, make: (slot: Slot) => T): Iterable<T> {
  for (const slot of slotsOf(estate, label, hours)) yield make(slot);
}
