import fc from 'fast-check';
import type { Ask } from './ask.ts';
import { askedNames } from './asks.ts';
import { guardedTenant } from './estate.ts';
import { type ChangeFault, changeFaults } from './microsoft.ts';
import type { System } from './system.ts';

/** What is counted; what was asked for and said is the system's. */
export interface Model {
  steps: number;
}

type Command = fc.AsyncCommand<Model, System>;

/** One step: what it is called in a counterexample, and what it does. */
const step = (name: string, run: (system: System, model: Model) => Promise<void> | void): Command => ({
  check: () => true,
  run: async (model, system) => {
    model.steps += 1;
    await run(system, model);
  },
  toString: () => name,
});

const faultNames = Object.keys(changeFaults).filter((name): name is ChangeFault => Object.hasOwn(changeFaults, name));

/** Most actions take fewer steps of a process than this. */
const mostSteps = 24;
const death = fc.option(
  fc.record({ nth: fc.integer({ min: 1, max: mostSteps }), moment: fc.constantFrom('before', 'after') }),
  { freq: 2, nil: null },
);
const what = fc.record({
  action: fc.constantFrom(...askedNames),
  nth: fc.nat({ max: 100 }),
  count: fc.integer({ min: 1, max: 3 }),
  isKeyed: fc.boolean(),
  death,
});

/** One of the requests that may be asked again. */
const repeatable = ({ asks }: System, place: number, is: (ask: Ask) => boolean): Ask | undefined => {
  const open = asks.filter((ask) => (ask.approvalId !== null || (ask.key !== null && !ask.isOver)) && is(ask));
  // The latest as often as all others.
  return place % 2 === 0 ? open.at(-1) : open[place % Math.max(1, open.length)];
};

const place = fc.nat({ max: 1000 });

/** Steps of every kind; those that come several times come so much more often. */
export const steps: readonly fc.Arbitrary<Command>[] = [
  ...[0, 1, 2].map(() =>
    fc
      .tuple(what, fc.constantFrom('contoso' as const, 'fabrikam' as const))
      .map(([options, tenant]) =>
        step(`ask ${JSON.stringify({ tenant, ...options })}`, (system) => system.ask({ ...options, tenant })),
      ),
  ),
  ...[0, 1, 2, 3].map(() =>
    fc.tuple(place, death).map(([at, dies]) =>
      step(`repeat ${at} ${JSON.stringify(dies)}`, async (system) => {
        const ask = repeatable(system, at, () => true);
        if (ask !== undefined) await system.repeat(ask, dies);
      }),
    ),
  ),
  what.map((options) =>
    step(`request approval ${JSON.stringify(options)}`, (system) =>
      system.requestApproval({ ...options, tenant: guardedTenant }),
    ),
  ),
  fc.tuple(place, death).map(([at, dies]) =>
    step(`approve ${at} ${JSON.stringify(dies)}`, async (system) => {
      const ask = repeatable(system, at, ({ approvalId }) => approvalId !== null);
      if (ask !== undefined) await system.repeat(ask, dies);
    }),
  ),
  place.map((at) =>
    step(`reject ${at}`, async (system) => {
      const ask = repeatable(system, at, ({ approvalId }) => approvalId !== null);
      if (ask !== undefined) await system.reject(ask);
    }),
  ),
  fc.boolean().map((revoked) => step(`${revoked ? 'revoke' : 'allow again'}`, (system) => system.revoke(revoked))),
  ...[0, 1].map(() =>
    fc.constantFrom(...faultNames).map((fault) => step(`fault ${fault}`, (system) => system.fault(fault))),
  ),
  fc
    .constantFrom('none' as const, 'none' as const, 'outcomes' as const, 'outcomes' as const, 'all' as const)
    .map((blindness) => step(`unread: ${blindness}`, (system) => system.blind(blindness))),
  fc.constant(step('kill', (system) => system.kill())),
  fc.constantFrom(1000, 15_000, 130_000).map((ms) => step(`recover ${ms}`, (system) => system.recover(ms))),
  fc
    .constantFrom(true, false, false, false)
    .map((isDue) => step(isDue ? 'expire' : 'wait', (system) => (isDue ? system.expire() : system.recover(5000)))),
];
