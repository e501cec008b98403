import { createRandom, type Random } from '../../../world/random.ts';
import { hourMs } from '../../../world/times.ts';
import type { WorldUser } from '../../../world/types.ts';
import type { Estate } from '../table.ts';

/** One ordinary thing that a person does away from any one machine: signs in, gets mail, uses an app. */
export interface Habit {
  readonly user: WorldUser;
  readonly atMs: number;
  readonly random: Random;
}

/** One event per person and day; as stable over time as those of machines. */
export function habitsOf({ world, now, window }: Estate, label: string): readonly Habit[] {
  const dayMs = 24 * hourMs;
  const toMs = Math.min(window.toMs, now.getTime());
  const fromMs = Math.max(window.fromMs, now.getTime() - 30 * dayMs);
  const first = Math.floor(fromMs / dayMs);
  const days = Array.from({ length: Math.max(0, Math.floor(toMs / dayMs) - first + 1) }, (_, place) => first + place);
  return world.users.flatMap((user) =>
    days.flatMap((day) => {
      const random = createRandom(`${user.aadUserId}/${label}/${day}`);
      const atMs = day * dayMs + random.int(6 * hourMs, 20 * hourMs);
      return atMs < fromMs || atMs > toMs ? [] : [{ user, atMs, random }];
    }),
  );
}

/** The place a person works from. */
export function officeOf({ aadUserId }: WorldUser) {
  const random = createRandom(`${aadUserId}/office`);
  return {
    ip: `203.0.113.${random.int(1, 254)}`,
    ...random.pick([
      { country: 'DE', city: 'Berlin', state: 'Berlin' },
      { country: 'GB', city: 'Leeds', state: 'West Yorkshire' },
      { country: 'US', city: 'Seattle', state: 'Washington' },
    ]),
  };
}
