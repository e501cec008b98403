import type { Random } from './random.ts';
import { dayMs, isoTime } from './times.ts';
import type { Comment, WorldIncident } from './types.ts';

/** What analysts wrote: every alphabet must survive the way through the APIs. */
const remarks = [
  'Checked with the owner, expected after the change of last night.',
  'Gerät isoliert, Rückmeldung vom Nutzer steht aus – Müller',
  '端末を隔離しました。確認をお願いします。',
  'Faux positif confirmé par l’équipe réseau ✅',
  'Użytkownik potwierdził: to nie on. Zmieniono hasło.',
  'See "Runbook 7" & ticket <INC-4471>.',
] as const;

/** How the work on an incident stands, by its age: old ones are mostly done, fresh ones mostly untouched. */
export function triageStatus(ageMs: number, lead: boolean, random: Random): WorldIncident['status'] {
  if (lead) return random.chance(0.5) ? 'inProgress' : 'active';
  if (ageMs < 2 * dayMs) return random.chance(0.3) ? 'inProgress' : 'active';
  if (ageMs < 7 * dayMs) return random.pick(['resolved', 'resolved', 'inProgress', 'active', 'awaitingAction']);
  return random.chance(0.85) ? 'resolved' : 'active';
}

/** None on untouched incidents, else one to three, in order, between the two times. */
export function triageComments(
  status: WorldIncident['status'],
  fromMs: number,
  toMs: number,
  authors: readonly [string, ...string[]],
  random: Random,
): Comment[] {
  if (status === 'active' || status === 'redirected') return [];
  const count = random.int(1, 3);
  return Array.from({ length: count }, (_, index) => ({
    text: random.pick(remarks),
    author: random.pick(authors),
    at: isoTime(fromMs + Math.floor(((toMs - fromMs) * (index + 1)) / (count + 1)), random),
  }));
}
