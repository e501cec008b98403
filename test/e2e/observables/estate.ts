import { mdeAlerts } from '../../../src/simulator/mde/own-alerts.ts';
import { addressesIn, filesIn, hostsIn, usersIn } from '../../../src/simulator/mde/sightings.ts';
import type { TenantWorld, WorldAlert, WorldEvidence } from '../../../src/simulator/world/types.ts';

/** What evidence of an estate's alerts names: one of each kind. */
export interface Named {
  readonly text: string;
  /** The alerts of Defender for Endpoint that name it, and their machines. */
  readonly alerts: readonly WorldAlert[];
  readonly machineIds: readonly string[];
}

/** Of all that alerts name in a way, the one that most of them do. */
const mostNamed = (world: TenantWorld, namesIn: (evidence: WorldEvidence) => readonly string[]): Named => {
  const alertsOf = new Map<string, Set<WorldAlert>>();
  for (const alert of mdeAlerts(world)) {
    if (alert.machine === null) continue;
    for (const name of alert.evidence.flatMap(namesIn)) {
      alertsOf.set(name, (alertsOf.get(name) ?? new Set()).add(alert));
    }
  }
  const [most] = [...alertsOf].toSorted(([, a], [, b]) => b.size - a.size);
  if (most === undefined) throw new Error('No alert of the estate names one');
  const [text, alerts] = most;
  const machineIds = [...new Set([...alerts].flatMap(({ machine }) => (machine === null ? [] : [machine.id])))];
  return { text, alerts: [...alerts], machineIds };
};

export const fileIn = (world: TenantWorld): Named =>
  mostNamed(world, (evidence) => filesIn(evidence).map(({ sha1 }) => sha1));
export const domainIn = (world: TenantWorld): Named => mostNamed(world, hostsIn);
export const addressIn = (world: TenantWorld): Named => mostNamed(world, addressesIn);
export const urlIn = (world: TenantWorld): Named =>
  mostNamed(world, (evidence) => (evidence.type === 'url' && hostsIn(evidence).length > 0 ? [evidence.url] : []));
export const userIn = (world: TenantWorld): Named =>
  mostNamed(world, (evidence) => usersIn(evidence).map(({ accountName }) => accountName));
