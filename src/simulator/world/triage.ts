import type { Random } from './random.ts';
import { dayMs, isoTime } from './times.ts';
import type { Comment, WorldIncident } from './types.ts';

/** How the work on an incident stands, by its age: old ones are mostly done, fresh ones mostly untouched. */
export function triageStatus(ageMs: number, random: Random): WorldIncident['status'] {
  if (ageMs < 2 * dayMs) return random.chance(0.3) ? 'inProgress' : 'active';
  if (ageMs < 7 * dayMs) return random.pick(['resolved', 'active', 'inProgress', 'active', 'awaitingAction']);
  return random.chance(0.85) ? 'resolved' : 'active';
}

/** None on untouched incidents, else one to three of the notes, in order, between the two times, of whom it is assigned to. */
export function triageComments(
  status: WorldIncident['status'],
  fromMs: number,
  toMs: number,
  { notes, author }: { readonly notes: readonly string[]; readonly author: string },
  random: Random,
): Comment[] {
  if (status === 'active' || status === 'redirected') return [];
  const first = random.int(0, notes.length - 1);
  const count = Math.min(notes.length, random.int(1, 3));
  return Array.from({ length: count }, (_, index) => ({
    text: notes[(first + index) % notes.length] ?? '',
    author,
    at: isoTime(fromMs + Math.floor(((toMs - fromMs) * (index + 1)) / (count + 1)), random),
  }));
}
