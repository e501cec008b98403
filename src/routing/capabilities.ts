import type { ApiName } from '../clouds/endpoints.ts';
import { graph } from '../microsoft/graph/index.ts';
import { m365d } from '../microsoft/m365d/index.ts';
import { mde } from '../microsoft/mde/index.ts';
import type { Fact } from '../microsoft/operation.ts';

/**
 * What the gateway can do in a tenant, and which API can do it. The order of `sources` is the order of trying: Graph first,
 * since the hunting APIs of MDE and M365D are being retired and their alert and incident pages point to Graph. A source
 * is the documented operation whose permissions are needed.
 */
export interface CapabilityRow {
  /** As people call it. Rows of one name and the same permissions are one row of the table of docs/permissions.md. */
  readonly says: string;
  readonly sources: readonly CapabilitySource[];
  /** Reads may fall back to the next source when one fails; an action never does. */
  readonly kind: 'read' | 'action';
  /** The `prefer` setting that reorders the sources. */
  readonly subject?: 'incidents' | 'alerts' | 'hunting';
}

/** One API that can serve a capability, and the permissions of which one is enough, as an app and as a user has them. */
export type CapabilitySource = Pick<Fact, 'api' | 'permissions' | 'delegated'>;

/** The table itself: one row a capability. */
export const capabilities = {
  'incidents.read': {
    says: 'read incidents',
    kind: 'read',
    subject: 'incidents',
    sources: [graph.listIncidents, m365d.listIncidents],
  },
  'incidents.update': {
    says: 'change incidents',
    kind: 'action',
    subject: 'incidents',
    sources: [graph.updateIncident, m365d.updateIncident],
  },
  'incidents.merge': { says: 'merge incidents', kind: 'action', sources: [graph.mergeIncidents] },
  // M365D has no alerts but inside their incidents.
  'alerts.read': {
    says: 'read alerts',
    kind: 'read',
    subject: 'alerts',
    sources: [graph.listAlerts, mde.listAlerts, m365d.listIncidents],
  },
  'alerts.update': {
    says: 'change alerts',
    kind: 'action',
    subject: 'alerts',
    sources: [graph.updateAlert, mde.updateAlert],
  },
  'alerts.create': { says: 'create alerts', kind: 'action', sources: [mde.createAlertByReference] },
  'alerts.move': { says: 'move alerts to an incident', kind: 'action', sources: [graph.moveAlerts] },
  'machines.read': { says: 'machines, what was done to them', kind: 'read', sources: [mde.listMachines] },
  'machines.logonUsers': { says: 'log-on users', kind: 'read', sources: [mde.listMachineLogonUsers] },
  'antivirusHealth.read': { says: 'machines, what was done to them', kind: 'read', sources: [mde.listDeviceAvInfo] },
  'machines.alerts': { says: "a machine's alerts", kind: 'read', sources: [mde.listMachineAlerts] },
  'machineActions.read': { says: 'machines, what was done to them', kind: 'read', sources: [mde.listMachineActions] },
  'machines.isolate': { says: 'isolate, release', kind: 'action', sources: [mde.isolateMachine] },
  'machines.scan': { says: 'antivirus scan', kind: 'action', sources: [mde.runAntivirusScan] },
  'machines.restrict': { says: 'restrict code execution', kind: 'action', sources: [mde.restrictCodeExecution] },
  'machines.collectPackage': { says: 'collect a package', kind: 'action', sources: [mde.collectInvestigationPackage] },
  'machines.offboard': { says: 'offboard', kind: 'action', sources: [mde.offboardMachine] },
  'machines.quarantineFile': {
    says: 'stop and quarantine a file',
    kind: 'action',
    sources: [mde.stopAndQuarantineFile],
  },
  'machines.update': { says: 'tags and value of machines', kind: 'action', sources: [mde.setDeviceValue] },
  'investigations.start': { says: 'start an investigation', kind: 'action', sources: [mde.startInvestigation] },
  'liveResponse.run': { says: 'live response', kind: 'action', sources: [mde.runLiveResponse] },
  // The permission of the action's own type is needed; any of them makes the capability.
  'machineActions.cancel': { says: 'cancel an action', kind: 'action', sources: [mde.cancelMachineAction] },
  'investigations.read': { says: 'automated investigations', kind: 'read', sources: [mde.listInvestigations] },
  'scans.read': { says: 'authenticated scans', kind: 'read', sources: [mde.listScanDefinitions] },
  'scans.write': { says: 'change authenticated scans', kind: 'action', sources: [mde.createScanDefinition] },
  'libraryFiles.read': { says: 'live response library', kind: 'read', sources: [mde.listLibraryFiles] },
  'libraryFiles.write': { says: 'change the live response library', kind: 'action', sources: [mde.uploadLibraryFile] },
  'indicators.read': { says: 'indicators', kind: 'read', sources: [mde.listIndicators] },
  'indicators.write': { says: 'change indicators', kind: 'action', sources: [mde.importIndicators] },
  'vulnerabilities.read': { says: 'vulnerabilities', kind: 'read', sources: [mde.listVulnerabilities] },
  'software.read': { says: 'software, missing updates', kind: 'read', sources: [mde.listSoftware] },
  'recommendations.read': { says: 'recommendations', kind: 'read', sources: [mde.listRecommendations] },
  'remediationTasks.read': { says: 'remediation tasks', kind: 'read', sources: [mde.listRemediationTasks] },
  'baselines.read': { says: 'security baselines', kind: 'read', sources: [mde.exportBaselineCompliance] },
  'files.read': { says: 'files and their prevalence', kind: 'read', sources: [mde.getFile] },
  'domains.read': { says: 'prevalence of domains', kind: 'read', sources: [mde.getDomainStatistics] },
  'ipAddresses.read': { says: 'prevalence of IP addresses', kind: 'read', sources: [mde.getIpStatistics] },
  'related.alerts': {
    says: 'alerts of a file, domain, IP address or user',
    kind: 'read',
    sources: [mde.listUserAlerts],
  },
  'related.machines': { says: 'machines of a file, domain or user', kind: 'read', sources: [mde.listUserMachines] },
  // Their pages print no table of permissions.
  'baselineProfiles.read': {
    says: 'profiles of security baselines',
    kind: 'read',
    sources: [mde.listBaselineProfiles],
  },
  'scores.read': { says: 'exposure score', kind: 'read', sources: [mde.getExposureScore] },
  hunting: {
    says: 'hunting',
    kind: 'read',
    subject: 'hunting',
    sources: [graph.runHuntingQuery, m365d.runAdvancedHunting, mde.runAdvancedQuery],
  },
} as const satisfies Record<string, CapabilityRow>;

/** The name of a row. */
export type Capability = keyof typeof capabilities;

/** All names, in the order of the table. */
export const capabilityNames: readonly Capability[] = Object.keys(capabilities).filter((name): name is Capability =>
  Object.hasOwn(capabilities, name),
);

/** The row's sources, the tenant's preferred API first. */
export const sourcesOf = (row: CapabilityRow, preferred: ApiName | undefined): readonly CapabilitySource[] =>
  preferred === undefined
    ? row.sources
    : [...row.sources.filter(({ api }) => api === preferred), ...row.sources.filter(({ api }) => api !== preferred)];
