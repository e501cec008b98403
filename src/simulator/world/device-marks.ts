import { softwareOn } from './software.ts';
import type { WorldAlert, WorldMachine } from './types.ts';

const risks = { informational: 'Informational', low: 'Low', medium: 'Medium', high: 'High' } as const;
const riskOrder = [
  'None',
  'Informational',
  'Low',
  'Medium',
  'High',
] as const satisfies readonly WorldMachine['riskScore'][];

/** A machine is as risky as its worst open alert. */
export function setRiskScores(machines: readonly WorldMachine[], alerts: readonly WorldAlert[]): void {
  for (const machine of machines) machine.riskScore = 'None';
  for (const { machine, status, severity } of alerts) {
    if (machine === null || status === 'resolved') continue;
    const risk = risks[severity];
    if (riskOrder.indexOf(risk) > riskOrder.indexOf(machine.riskScore)) machine.riskScore = risk;
  }
}

const weights = { Low: 1, Medium: 2, High: 4, Critical: 8 } as const;

/** A machine is as exposed as the weaknesses of its software are bad and many; what has no sensor has none that is known. */
export function setExposureLevels(machines: readonly WorldMachine[]): void {
  for (const machine of machines) {
    if (machine.onboardingStatus !== 'Onboarded') {
      machine.exposureLevel = 'None';
      continue;
    }
    const found = new Map(
      softwareOn(machine).flatMap(({ weaknesses }) => weaknesses.map(({ cveId, severity }) => [cveId, severity])),
    );
    const weight = [...found.values()].reduce((sum, severity) => sum + weights[severity], 0);
    machine.exposureLevel = weight >= 26 ? 'High' : weight >= 12 ? 'Medium' : 'Low';
  }
}

/** The kind of a machine and its number: `hr-lt-004.contoso.com` is an `hr-lt`. */
const kindOf = ({ computerDnsName }: WorldMachine): string => computerDnsName.replace(/-\d+\..*$/, '');

/**
 * Of the machines that fell silent a workstation was installed anew and is merged into another of its kind, and a server is
 * left out as inactive; of those without a sensor the last is out of scope.
 */
export function markDevices(machines: readonly WorldMachine[]): void {
  const silent = machines.filter(({ healthStatus }) => healthStatus === 'Inactive');
  const isServer = ({ rbacGroupName }: WorldMachine): boolean => rbacGroupName === 'Servers';
  const merged = silent.findLast((machine) => !isServer(machine));
  const survivor = machines.find(
    (machine) => merged !== undefined && kindOf(machine) === kindOf(merged) && machine.healthStatus === 'Active',
  );
  if (merged !== undefined && survivor !== undefined) {
    merged.mergedInto = survivor.id;
    merged.exclusionReason = 'DuplicateDevice';
  }
  const gone = silent.find(isServer);
  if (gone !== undefined) gone.exclusionReason = 'InactiveDevice';
  const foreign = machines.findLast(({ onboardingStatus }) => onboardingStatus !== 'Onboarded');
  if (foreign !== undefined) foreign.exclusionReason = 'OutOfScope';
}
