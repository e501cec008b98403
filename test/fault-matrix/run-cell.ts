import { setTimeout as sleep } from 'node:timers/promises';
import type { Gateway } from '../../src/gateway.ts';
import type { Program } from '../support/process.ts';
import { askOnce, readAudit, type ToldOfAll, toldBy } from './answers.ts';
import type { Cell } from './cells.ts';
import { createAdvancingClock } from './clock.ts';
import { inputOf, startInProcess } from './in-process.ts';
import { broken, type Judgement, judgeAll } from './judge.ts';
import type { Lab } from './lab.ts';
import { startMicrosoft } from './microsoft.ts';
import { createPassing } from './passing.ts';
import { places } from './places.ts';
import { isAnswered } from './steps.ts';

/** Until Microsoft does what it does later (`doneLater`). */
const laterMs = 60_000;
/** So long after a crash Microsoft cannot be read (`failing`). */
const blindMs = 30_000;
/** What is not known by then is lost. */
const patienceMs = 400_000;
/** So often a caller asks again. */
const mostRepeats = 60;
/** Real milliseconds in which a killed process is gone. */
const deathMs = 5000;

/** Kills one process where the cell says, lets another find what it left, and judges that. */
export const runCell = (
  lab: Lab,
  { point, caller, mutation, store, finder: finderName, reads }: Cell,
): Promise<Judgement> =>
  lab.withDatabase(async (database) => {
    const request = lab.requests[mutation]();
    let victim: Program | undefined;
    let isVictimDead = false;
    let finder: Gateway | undefined;
    const kill = async (): Promise<void> => {
      await victim?.stop('SIGKILL');
      isVictimDead = true;
    };
    const place = await places[store]({ point, kill, redis: { port: lab.redisPort, database } });
    const clock = createAdvancingClock();
    const isBlind = () => reads === 'failing' && isVictimDead && clock.advancedMs() < blindMs;
    const microsoft = await startMicrosoft({ ...lab, point, kill, isVictimDead: () => isVictimDead, isBlind });
    const { pass, during } = createPassing(clock, async (ms) => {
      await place.advance(ms);
      if (clock.advancedMs() >= laterMs) await microsoft.deliver();
    });

    const startFinder = (): Promise<Gateway> => startInProcess({ lab, microsoft, place, clock });
    /** Asks, and asks again as it is told to. */
    const repeat = async (url: string, input: unknown): Promise<ToldOfAll> => {
      for (let turn = 1; ; turn += 1) {
        const told = toldBy(await during(askOnce(url, request, input)), request);
        if (told.askAgainAfterSeconds === null || turn === mostRepeats) return told;
        await pass(told.askAgainAfterSeconds * 1000);
      }
    };

    try {
      const input = await inputOf(request, caller, startFinder);
      if (finderName === 'replica') finder = await startFinder();
      const settings = lab.settings(microsoft, place.victim.settings);
      const victimUrl = await lab.startProcess(place.folder, settings, place.victim, (program) => {
        victim = program;
      });
      if (victim === undefined) return broken('did not start');
      const answered = await askOnce(victimUrl, request, input).then(
        (answer) => answer,
        () => null,
      );
      const killedAt = (): string | null => (victim && place.killed(victim)) ?? microsoft.killed();
      if (answered !== null && !(isAnswered(point) && killedAt() !== null)) {
        if (request.targets.length > 1) return { verdict: 'absent', what: '-' };
        return broken(`was not killed, and answered ${answered.text}`);
      }
      if (!isAnswered(point)) await Promise.race([victim.exited, sleep(deathMs, undefined, { ref: false })]);
      await kill();
      if (killedAt() !== point.name) return broken(`was killed at ${killedAt()}`);
      const first = answered === null ? undefined : toldBy(answered, request);

      finder ??= await startFinder();
      const { url } = finder;
      const told = caller === 'repeats' ? [await repeat(url, input)] : [];
      if (reads === 'failing') await pass(Math.max(0, blindMs - clock.advancedMs()));
      if (caller === 'repeats') told.push(await repeat(url, input));
      if (point.moment === 'doneLater') await pass(laterMs - clock.advancedMs());
      while (clock.advancedMs() < patienceMs && (await place.keys('journal')).length > 0) await pass(5000);

      const audit = await readAudit(url);
      const verification = await place.verifyAudit();
      const journal = (await place.keys('journal')).length;
      return judgeAll(
        request.targets.map((target, index) => ({
          target,
          caller,
          first: first?.targets[index],
          reads,
          told: told.map(({ targets }) => targets[index]),
          audit: audit.filter(
            (row) => (target.isAudited?.(row.target) ?? row.target === target.id) && row.mutation === request.action,
          ),
          carriedOut: microsoft.carriedOut.filter(({ text }) => text.includes(target.id)),
          verification,
          journal,
        })),
      );
    } catch (thrown) {
      return broken(thrown instanceof Error ? thrown.message : String(thrown));
    } finally {
      await kill();
      await finder?.stop(0);
      await microsoft.stop();
      await place.remove();
    }
  });
