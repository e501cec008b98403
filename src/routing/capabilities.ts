import type { ApiName } from '../clouds/endpoints.ts';

/**
 * What the gateway can do in a tenant, and which API can do it. The order of `sources` is the order of trying: Graph first,
 * since the hunting APIs of MDE and M365D are being retired and their alert and incident pages point to Graph. Permissions
 * are those of which one is enough, the least first; each is from the operation's own documentation page.
 */
export interface CapabilityRow {
  readonly sources: readonly CapabilitySource[];
  /** Reads may fall back to the next source when one fails; an act never does. */
  readonly kind: 'read' | 'act';
  /** The `prefer` setting that reorders the sources. */
  readonly subject?: 'incidents' | 'alerts' | 'hunting';
}

/** One API that can serve a capability, and the permissions of which one is enough. */
export interface CapabilitySource {
  readonly api: ApiName;
  readonly permissions: readonly string[];
}

const source = (api: ApiName, ...permissions: readonly string[]): CapabilitySource => ({ api, permissions });

/** The table itself: one row a capability. */
export const capabilities = {
  'incidents.read': {
    kind: 'read',
    subject: 'incidents',
    sources: [
      source('graph', 'SecurityIncident.Read.All', 'SecurityIncident.ReadWrite.All'),
      source('m365d', 'Incident.Read.All', 'Incident.ReadWrite.All'),
    ],
  },
  'incidents.update': {
    kind: 'act',
    subject: 'incidents',
    sources: [source('graph', 'SecurityIncident.ReadWrite.All'), source('m365d', 'Incident.ReadWrite.All')],
  },
  'alerts.read': {
    kind: 'read',
    subject: 'alerts',
    sources: [
      source('graph', 'SecurityAlert.Read.All', 'SecurityAlert.ReadWrite.All'),
      source('mde', 'Alert.Read.All', 'Alert.ReadWrite.All'),
      source('m365d', 'Incident.Read.All', 'Incident.ReadWrite.All'),
    ],
  },
  'alerts.update': {
    kind: 'act',
    subject: 'alerts',
    sources: [source('graph', 'SecurityAlert.ReadWrite.All'), source('mde', 'Alert.ReadWrite.All')],
  },
  'machines.read': { kind: 'read', sources: [source('mde', 'Machine.Read.All', 'Machine.ReadWrite.All')] },
  'machines.alerts': { kind: 'read', sources: [source('mde', 'Alert.Read.All', 'Alert.ReadWrite.All')] },
  'machineActions.read': { kind: 'read', sources: [source('mde', 'Machine.Read.All', 'Machine.ReadWrite.All')] },
  'machines.isolate': { kind: 'act', sources: [source('mde', 'Machine.Isolate')] },
  'machines.scan': { kind: 'act', sources: [source('mde', 'Machine.Scan')] },
  'liveResponse.run': { kind: 'act', sources: [source('mde', 'Machine.LiveResponse')] },
  'machineActions.cancel': {
    kind: 'act',
    // The permission of the action's own type is needed; any of them makes the capability.
    sources: [
      source(
        'mde',
        'Machine.Isolate',
        'Machine.Scan',
        'Machine.LiveResponse',
        'Machine.CollectForensics',
        'Machine.RestrictExecution',
        'Machine.StopAndQuarantine',
        'Machine.Offboard',
      ),
    ],
  },
  hunting: {
    kind: 'read',
    subject: 'hunting',
    sources: [
      source('graph', 'ThreatHunting.Read.All'),
      source('m365d', 'AdvancedHunting.Read.All'),
      source('mde', 'AdvancedQuery.Read.All'),
    ],
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
