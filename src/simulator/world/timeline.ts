import type { Random } from './random.ts';
import { cryptoMiner } from './stories/crypto-miner.ts';
import { handsOnKeyboard } from './stories/hands-on-keyboard.ts';
import { phishing } from './stories/phishing.ts';
import { ransomware } from './stories/ransomware.ts';
import { routineCloud } from './stories/routine-cloud.ts';
import { routineEndpoint } from './stories/routine-endpoint.ts';
import type { Story } from './stories/story.ts';
import { dayMs, minuteMs } from './times.ts';

/** One incident to come: when, which story, how many alerts. */
export interface Plan {
  readonly story: Story;
  /** A story worth a demo: told once, by machines that are up. */
  readonly lead: boolean;
  readonly ageMs: number;
  readonly alertCount: number;
  /** Place of the incident that this one was merged into; it has no alerts of its own then. */
  readonly mergedInto: number | null;
}

/** Places of the leading stories, counted from the newest incident. */
const leads = new Map<number, Story>([
  [0, ransomware],
  [2, phishing],
  [4, handsOnKeyboard],
  [7, cryptoMiner],
]);

/** A chain: the incident at 13 was merged into 11, which was merged into 9. All three tell one story. */
const merges = new Map<number, number>([
  [13, 11],
  [11, 9],
]);

const spanMs = 20 * dayMs;
const youngestMs = 12 * minuteMs;

/** Plans of `incidentCount` incidents, newest first, spread over the last 20 days, with `alertCount` alerts in all. */
export function planTimeline(incidentCount: number, alertCount: number, random: Random): readonly Plan[] {
  const routine = [...routineEndpoint, ...routineCloud];
  const places = Array.from({ length: incidentCount }, (_, place) => place);
  const ordinary = places.filter((place) => !leads.has(place) && !merges.has(place));
  const told = places.reduce((sum, place) => sum + (leads.get(place)?.alerts.length ?? 0), 0);
  const shares = share(Math.max(alertCount - told, ordinary.length), ordinary.length);
  const counts = new Map(ordinary.map((place, index) => [place, shares[index] ?? 1]));

  const drawn = places.map((place) => ({
    story: leads.get(place) ?? routine[(place + random.int(0, 2)) % routine.length] ?? ransomware,
    share: random.int(0, 90) / 100,
  }));
  return places.map((place) => {
    const lead = leads.get(place);
    const share = drawn[place]?.share ?? 0;
    return {
      story: drawn[endOf(place)]?.story ?? ransomware,
      lead: lead !== undefined,
      // What is worth a demo has been worked on for some hours.
      ageMs:
        youngestMs +
        Math.floor(((spanMs - youngestMs) * (place + (lead === undefined ? share : 0.5 + share / 3))) / incidentCount),
      alertCount: lead?.alerts.length ?? counts.get(place) ?? 0,
      mergedInto: merges.get(place) ?? null,
    };
  });
}

/** The place of the incident that holds the alerts of the one at `place`. */
function endOf(place: number): number {
  const next = merges.get(place);
  return next === undefined ? place : endOf(next);
}

/** `total` in `parts` whole, uneven numbers of at least one: incidents differ in size. */
function share(total: number, parts: number): readonly number[] {
  const weights = Array.from({ length: parts }, (_, index) => 1 + ((index * 5) % 4));
  const weight = weights.reduce((sum, value) => sum + value, 0);
  const spare = total - parts;
  let given = 0;
  let weightSoFar = 0;
  return weights.map((value) => {
    weightSoFar += value;
    const upTo = Math.floor((spare * weightSoFar) / weight);
    const extra = upTo - given;
    given = upTo;
    return 1 + extra;
  });
}
