import { askOnce, readAudit, type ToldOfAll, toldBy } from './answers.ts';
import type { Cell } from './cells.ts';
import { stateOf } from './folder-state.ts';
import { broken, type Judgement, judgeAll } from './judge.ts';
import { createPassing } from './passing.ts';
import { blindMs, type Halted, type Scene } from './scene.ts';
import { againIfLate, isAnswered } from './steps.ts';

/** Until Microsoft does what it does later (`doneLater`). */
const laterMs = 60_000;
/** What is not known by then is lost. */
const patienceMs = 400_000;
/** So often a caller asks again. */
const mostRepeats = 60;

/** Null: the victim was killed where the cell says, and wrote nothing after it was halted there. */
const faultOf = ({ point }: Cell, { request, replica, place }: Scene, { answer, at, state }: Halted) => {
  if (replica === undefined && stateOf(place.folder) !== state) return broken('wrote after it was halted');
  if (at === point.name) return answer === null && isAnswered(point) ? broken('gave no answer') : null;
  if (at !== null) return broken(`was killed at ${at}`);
  if (request.targets.length > 1 || againIfLate.includes(point.name)) return { verdict: 'absent', what: '-' } as const;
  return broken(`was not killed, and answered ${answer?.text ?? 'nothing'}`);
};

/** After the victim's death: lets another find what it left, and judges that. */
export const recover = async (cell: Cell, scene: Scene, halted: Halted): Promise<Judgement> => {
  const fault = faultOf(cell, scene, halted);
  if (fault !== null) return fault;
  const { caller, point, reads } = cell;
  const { request, input, place, microsoft, clock } = scene;
  const { pass, during } = createPassing(clock, async (ms) => {
    await place.advance(ms);
    if (clock.advancedMs() >= laterMs) await microsoft.deliver();
  });
  /** Asks, and asks again as it is told to. */
  const repeat = async (url: string): Promise<ToldOfAll> => {
    for (let turn = 1; ; turn += 1) {
      const told = toldBy(await during(askOnce(url, request, input)), request);
      if (told.askAgainAfterSeconds === null || turn === mostRepeats) return told;
      await pass(told.askAgainAfterSeconds * 1000);
    }
  };

  clock.goOn();
  await place.goOn();
  const finder = scene.replica ?? (await scene.startFinder());
  try {
    const { url } = finder;
    const told = caller === 'repeats' ? [await repeat(url)] : [];
    if (reads === 'failing') await pass(Math.max(0, blindMs - clock.advancedMs()));
    if (caller === 'repeats') told.push(await repeat(url));
    if (point.moment === 'doneLater') await pass(laterMs - clock.advancedMs());
    while (clock.advancedMs() < patienceMs && (await place.keys('journal')).length > 0) await pass(5000);

    const audit = await readAudit(url);
    const verification = await place.verifyAudit();
    const journal = (await place.keys('journal')).length;
    return judgeAll(
      request.targets.map((target, index) => ({
        target,
        caller,
        first: halted.answer?.told.targets[index],
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
  } finally {
    await finder.stop(0);
  }
};
