import { createCasting } from './cast.ts';
import { createFleet } from './fleet.ts';
import { createPastActions, createPastIndicators } from './history.ts';
import { stageIncident } from './incidents.ts';
import { investigationsOf } from './investigations.ts';
import { createLibrary } from './library.ts';
import { createUsers } from './people.ts';
import { createRandom } from './random.ts';
import { planTimeline } from './timeline.ts';
import type { TenantWorld, WorldAlert, WorldMachine } from './types.ts';

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

  let investigationId = random.int(700, 900);
  const stage = {
    name,
    nowMs: now.getTime(),
    casting: createCasting(fleet, users, `${name}.com`, random.fork('casting')),
    analysts,
    nextInvestigationId: () => ++investigationId,
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
  setRiskScores(machines, alerts);
  mergeOne(machines);

  return {
    name,
    tenantId,
    users,
    machines,
    incidents: staged.map(({ incident }) => incident),
    alerts,
    actions: createPastActions(machines, analysts[0], now, random.fork('actions')),
    libraryFiles: createLibrary(name, now, random.fork('library')),
    investigations: investigationsOf(alerts),
    indicators: createPastIndicators(analysts[0], now, random.fork('indicators')),
  };
}

/** A machine that fell silent is the duplicate of another: it was installed anew under its old name. */
function mergeOne(machines: readonly WorldMachine[]): void {
  const silent = machines.findLast(({ healthStatus }) => healthStatus === 'Inactive');
  const [survivor] = machines;
  if (silent !== undefined && survivor !== undefined && silent !== survivor) silent.mergedInto = survivor.id;
}

const risks = { informational: 'Informational', low: 'Low', medium: 'Medium', high: 'High' } as const;
const riskOrder = [
  'None',
  'Informational',
  'Low',
  'Medium',
  'High',
] as const satisfies readonly WorldMachine['riskScore'][];

/** A machine is as risky as its worst open alert. */
function setRiskScores(machines: readonly WorldMachine[], alerts: readonly WorldAlert[]): void {
  for (const machine of machines) machine.riskScore = 'None';
  for (const { machine, status, severity } of alerts) {
    if (machine === null || status === 'resolved') continue;
    const risk = risks[severity];
    if (riskOrder.indexOf(risk) > riskOrder.indexOf(machine.riskScore)) machine.riskScore = risk;
  }
}
