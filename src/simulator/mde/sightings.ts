import type { TenantWorld, WorldAlert, WorldEvidence, WorldFile, WorldMachine, WorldUser } from '../world/types.ts';
import { mdeAlerts } from './own-alerts.ts';

/** Files that a piece of evidence names. */
export function filesIn(evidence: WorldEvidence): readonly WorldFile[] {
  if (evidence.type === 'file') return [evidence.file];
  return evidence.type === 'process' ? [evidence.process.image, evidence.process.parentImage] : [];
}

/** The host of a URL, or `null`. */
function hostOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname.toLowerCase() : null;
}

/** Hosts that a piece of evidence names; addresses are not domains. */
export function hostsIn(evidence: WorldEvidence): readonly string[] {
  const host = evidence.type === 'url' ? hostOf(evidence.url) : null;
  return host === null || /^[\d.]+$/.test(host) || host.startsWith('[') ? [] : [host];
}

/** Addresses that a piece of evidence names. */
export const addressesIn = (evidence: WorldEvidence): readonly string[] =>
  evidence.type === 'ip' ? [evidence.ipAddress] : [];

/** Users that a piece of evidence names. */
export function usersIn(evidence: WorldEvidence): readonly WorldUser[] {
  if (evidence.type === 'user') return [evidence.user];
  return evidence.type === 'process' ? [evidence.process.user] : [];
}

/** MDE's alerts with evidence that fits, newest first. */
export function alertsWith(tenant: TenantWorld, fits: (evidence: WorldEvidence) => boolean): readonly WorldAlert[] {
  return mdeAlerts(tenant).filter((alert) => alert.evidence.some(fits));
}

/** The machines of alerts, each once. */
export function machinesOfAlerts(alerts: readonly WorldAlert[]): readonly WorldMachine[] {
  const machines = alerts.map(({ machine }) => machine).filter((machine) => machine !== null);
  return [...new Set(machines)];
}

/** How often and when an entity was seen in the tenant: `organizationPrevalence` counts machines. */
export function statsOf(alerts: readonly WorldAlert[]): {
  readonly organizationPrevalence: number;
  readonly orgFirstSeen: string | null;
  readonly orgLastSeen: string | null;
} {
  return {
    organizationPrevalence: machinesOfAlerts(alerts).length,
    orgFirstSeen: alerts.at(-1)?.firstActivityAt ?? null,
    orgLastSeen: alerts[0]?.lastActivityAt ?? null,
  };
}
