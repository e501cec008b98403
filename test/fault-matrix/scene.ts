import { setTimeout as sleep } from 'node:timers/promises';
import type { Gateway } from '../../src/gateway.ts';
import { askOnce, type ToldOfAll, toldBy } from './answers.ts';
import type { Column } from './cells.ts';
import { type AdvancingClock, createAdvancingClock } from './clock.ts';
import { inputOf, startInProcess } from './in-process.ts';
import type { Lab } from './lab.ts';
import { type Microsoft, startMicrosoft } from './microsoft.ts';
import { type Place, places } from './places.ts';
import type { ActionRequest } from './request.ts';
import { isAnswered, type KillPoint, momentNow, type Step, stepsSince } from './steps.ts';
import type { Victim, VictimProcess } from './victim-process.ts';

/** So long after a crash Microsoft cannot be read (`failing`). */
export const blindMs = 30_000;
/** So long what a request left to be done may take after its answer. */
const settleMs = 100;

/** One request of a gateway that is going to be killed, with everything that is its own. */
export interface Scene {
  readonly request: ActionRequest;
  readonly input: Readonly<Record<string, unknown>>;
  readonly place: Place;
  readonly microsoft: Microsoft;
  readonly clock: AdvancingClock;
  readonly victim: Victim;
  /** The victim's address. */
  readonly url: string;
  /** The replica that runs all along; undefined: there is none. */
  readonly replica: Gateway | undefined;
  /** A gateway that nobody kills, on the same state. */
  startFinder(): Promise<Gateway>;
  close(): Promise<void>;
}

/** Prepares a request of a column, and starts the gateway of `victims` that gets it. */
export const openScene = async (
  lab: Lab,
  { store, mutation, caller, finder, reads }: Column,
  point: KillPoint | null,
  victims: VictimProcess,
): Promise<Scene> => {
  const database = lab.takeDatabase();
  const closers = [async () => lab.giveDatabase(database)];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const request = lab.requests[mutation]();
    const victim = victims.newVictim();
    const clock = createAdvancingClock();
    const place = await places[store]({ point, victim, lab, database });
    closers.push(place.remove);
    const isBlind = () => reads === 'failing' && victim.isDead() && clock.advancedMs() < blindMs;
    const microsoft = await startMicrosoft({ ...lab, point, victim, isBlind });
    closers.push(microsoft.stop);
    const startFinder = () => startInProcess({ lab, microsoft, place, clock });
    const input = await inputOf(request, caller, startFinder);
    const replica = finder === 'replica' ? await startFinder() : undefined;
    if (replica !== undefined) closers.push(() => replica.stop(0));
    const settings = lab.settings(microsoft.victimEndpoints, place.victimStoreUrl);
    const url = await victim.start({ folder: place.folder, settings, point });
    return { request, input, place, microsoft, clock, victim, url, replica, startFinder, close };
  } catch (error) {
    await close();
    throw error;
  }
};

/** How far the victim came. */
export interface Halted {
  /** Its answer; null: it gave none. */
  readonly answer: { readonly text: string; readonly told: ToldOfAll } | null;
  /** The step at which it was halted; null: none, since it did not come there. */
  readonly at: string | null;
  /** The steps that it did for the request. */
  readonly steps: readonly Step[];
  /** Of the folder in that moment. */
  readonly state: string;
}

/** Has the victim do the request as far as its cell lets it; then nothing that it does takes effect any more. */
export const runVictim = async (
  { request, input, place, microsoft, clock, victim, url }: Scene,
  point: KillPoint | null,
): Promise<Halted> => {
  const sinceMs = momentNow();
  const asked = askOnce(url, request, input).then(
    (answer) => ({ answer, atMs: momentNow() }),
    () => null,
  );
  const over = Promise.race([victim.halted, victim.died]);
  const answered = await Promise.race([asked, over.then(() => null)]);
  const isOutlived = point !== null && isAnswered(point) && microsoft.killed() !== null;
  if (!isOutlived) await Promise.race([over, sleep(settleMs)]);
  await victim.halt();
  const halt = await over;
  if (!halt) throw new Error('The process of the victims ended too soon');
  // Time stands still until the process is dead: else lifetimes of what it left would end before anybody finds it.
  clock.hold();
  await place.hold();
  // What it says after its halt, and that only a halt in the midst of it makes it say, nobody hears.
  const isTrue = answered !== null && (isOutlived || answered.atMs < halt.at);
  return {
    answer: isTrue ? { text: answered.answer.text, told: toldBy(answered.answer, request) } : null,
    at: halt.name ?? place.killed() ?? microsoft.killed(),
    steps: stepsSince([...place.steps, ...microsoft.steps, ...victim.steps], sinceMs),
    state: halt.state,
  };
};
