import { createCasting } from './cast.ts';
import { markDevices, setExposureLevels, setRiskScores } from './device-marks.ts';
import { createFleet } from './fleet.ts';
import { createPastActions } from './history.ts';
import { stageIncident } from './incidents.ts';
import { createIndicators } from './indicators.ts';
import { investigationsOf, numberInvestigations } from './investigations.ts';
import { createLibrary } from './library.ts';
import { createUsers } from './people.ts';
import { createRandom } from './random.ts';
import { showQuarantined } from './response.ts';
import { planTimeline } from './timeline.ts';
import type { TenantWorld } from './types.ts';

/** How to seed one tenant's estate. */
export interface WorldOptions {
  /** Short name: becomes the domain, e.g. `contoso` gives `contoso.com`. */
  readonly name: string;
  readonly tenantId: string;
  /** The same seed, name and `now` give the same estate, byte for byte. */
  readonly seed: number | string;
  /** The estate's present: its newest events are some minutes older. */
  readonly now: Date;
  /** Multiplies the default of 60 machines, 40 users, 50 incidents and 150 alerts. */
  readonly scale?: number;
}

/** Builds the estate that all APIs of the tenant describe. */
export function createWorld({ name, tenantId, seed, now, scale = 1 }: WorldOptions): TenantWorld {
  const random = createRandom(`${seed}/${name}`);
  const sized = (count: number): number => Math.max(1, Math.round(count * scale));
  const users = createUsers(name, sized(40), random.fork('users'));
  const fleet = createFleet(name, sized(60), users, now, random.fork('fleet'));
  const machines = fleet.map(({ machine }) => machine);
  const analysts = [`secops@${name}.com`, `tier2@${name}.com`, `zoe.mueller@${name}.com`] as const;
  const plans = planTimeline(sized(50), sized(150), random.fork('timeline'));

  const firstInvestigation = random.int(700, 900);
  const stage = {
    name,
    nowMs: now.getTime(),
    casting: createCasting(fleet, users, `${name}.com`, random.fork('casting')),
    analysts,
  };
  // Ids rise with time, so the newest incident (place 0) has the highest.
  const firstId = random.int(2_000, 9_000);
  const idAt = (place: number): string => String(firstId + (plans.length - place) * 3);
  const staged = plans.map((plan, place) =>
    stageIncident(
      plan,
      idAt(place),
      plan.mergedInto === null ? null : idAt(plan.mergedInto),
      stage,
      random.fork(`incident ${place}`),
    ),
  );
  const alerts = staged
    .flatMap((one) => one.alerts)
    .toSorted((left, right) => right.createdAtMs - left.createdAtMs)
    .map(({ alert }) => alert);
  numberInvestigations(alerts, firstInvestigation);
  setRiskScores(machines, alerts);
  setExposureLevels(machines);
  markDevices(machines);
  const responses = staged.flatMap(({ responded }) => responded ?? []);
  const done = responses.flatMap(({ actions }) => actions.map(({ action }) => action));
  showQuarantined(done, alerts);

  return {
    name,
    tenantId,
    users,
    machines,
    incidents: staged.map(({ incident }) => incident),
    alerts,
    actions: [...done, ...createPastActions(machines, analysts[0], now, random.fork('actions'))].toSorted(
      (left, right) => Date.parse(right.createdAt) - Date.parse(left.createdAt),
    ),
    libraryFiles: createLibrary(name, now, random.fork('library')),
    investigations: investigationsOf(alerts, now),
    indicators: createIndicators(
      responses.flatMap(({ indicators }) => indicators),
      analysts[0],
      now,
      random.fork('indicators'),
    ),
  };
}
