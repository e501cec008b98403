import { runKql } from '../../../src/simulator/kql/run.ts';
import { scanAgentsOf, scanDefinitionsOf } from '../../../src/simulator/mde/scans.ts';
import type { TenantWorld } from '../../../src/simulator/world/types.ts';
import type { otherActions } from './action-rows.ts';

type Input = Readonly<Record<string, unknown>>;

/** An action whose targets are no list of machines, incidents or alerts alone, as tests of every action need it. */
export interface OtherRow {
  /** Input that is possible, without the tenant. */
  readonly input: (world: TenantWorld) => Input;
  /** What differs in other input, for a key that stands for that one. */
  readonly other: (world: TenantWorld) => Input;
  /** What the input names instead to name nothing that exists, once for each such thing; empty: nothing that it names has to be there. */
  readonly unknown: readonly Input[];
}

const content = (text: string): string => Buffer.from(text).toString('base64');
const indicator = (action: string): Input => ({
  ...{ indicatorType: 'DOMAIN_NAME', indicatorValue: 'every.example', action },
  ...{ title: 'Beaconing', description: 'Found by hunting' },
});
const incidentIds = ({ incidents }: TenantWorld): readonly string[] =>
  incidents
    .filter(({ status }) => status === 'active')
    .slice(-2)
    .map(({ id }) => String(id));
const alertIds = ({ alerts }: TenantWorld): readonly string[] => alerts.slice(-1).map(({ id }) => id);
const fileNames = ({ libraryFiles }: TenantWorld): readonly string[] => [...libraryFiles.keys()];
const indicatorIds = ({ indicators }: TenantWorld): readonly string[] => indicators.map(({ id }) => String(id));
const scanIds = (world: TenantWorld): readonly string[] => scanDefinitionsOf(world).map(({ id }) => id);
const scan = (world: TenantWorld): Input => ({
  ...{ scanName: 'Every', scanType: 'NETWORK', targetType: 'IP', targets: ['10.9.0.1'], intervalInHours: 24 },
  ...{
    machineId: scanAgentsOf(world)[0]?.machineId,
    authentication: { type: 'NO_AUTH_NO_PRIV', username: 'snmp' },
  },
});

/** The compiler asks for the row of a new one. */
export const otherRows = {
  mergeIncidents: {
    input: (world) => ({ incidentIds: incidentIds(world) }),
    other: () => ({ comment: 'One attack' }),
    unknown: [{ incidentIds: ['999999998', '999999999'] }],
  },
  moveAlerts: {
    input: (world) => ({ alertIds: alertIds(world), comment: 'Another story' }),
    other: () => ({ comment: 'Yet another' }),
    unknown: [{ alertIds: ['da000_000'] }, { incidentId: '999999999' }],
  },
  createAlert: {
    input: (world) => {
      const kql = 'DeviceProcessEvents | take 1 | project DeviceId, ReportId, Timestamp';
      const [event] = runKql(world, kql, new Date()).rows;
      return {
        ...{ machineId: String(event?.DeviceId), reportId: String(event?.ReportId), eventTime: event?.Timestamp },
        ...{ severity: 'HIGH', category: 'EXECUTION', title: 'Every', description: 'x', recommendedAction: 'x' },
      };
    },
    other: () => ({ title: 'Other' }),
    unknown: [{ machineId: 'nobody.contoso.com' }, { machineId: 'f'.repeat(40) }],
  },
  uploadLibraryFile: {
    input: () => ({ fileName: 'every.ps1', contentBase64: content('Get-Date') }),
    other: () => ({ contentBase64: content('Get-Item') }),
    unknown: [],
  },
  deleteLibraryFile: {
    input: (world) => ({ fileName: fileNames(world)[0] }),
    other: (world) => ({ fileName: fileNames(world)[1] ?? 'nobody.ps1' }),
    unknown: [{ fileName: 'nobody.ps1' }],
  },
  createIndicators: {
    input: () => ({ indicators: [indicator('BLOCK')] }),
    other: () => ({ indicators: [indicator('WARN')] }),
    unknown: [],
  },
  updateIndicators: {
    input: (world) => ({ indicatorIds: indicatorIds(world).slice(0, 1), title: 'New' }),
    other: () => ({ title: 'Newer' }),
    unknown: [{ indicatorIds: ['999999999'] }],
  },
  deleteIndicators: {
    input: (world) => ({ indicatorIds: indicatorIds(world).slice(-1) }),
    other: (world) => ({ indicatorIds: indicatorIds(world).slice(0, 1) }),
    unknown: [{ indicatorIds: ['999999999'] }],
  },
  applyIndicators: {
    input: () => ({ set: 'every', indicators: [{ ...indicator('BLOCK'), indicatorValue: 'set.example' }] }),
    other: () => ({ prune: true }),
    unknown: [],
  },
  createScanDefinition: {
    input: scan,
    other: () => ({ intervalInHours: 12 }),
    unknown: [{ scanName: 'Nowhere', machineId: 'f'.repeat(40) }],
  },
  updateScanDefinitions: {
    input: (world) => ({ scanDefinitionIds: scanIds(world).slice(0, 1), intervalInHours: 7 }),
    other: () => ({ intervalInHours: 8 }),
    unknown: [{ scanDefinitionIds: ['00000000-0000-4000-8000-000000000000'] }],
  },
  deleteScanDefinitions: {
    input: (world) => ({ scanDefinitionIds: scanIds(world).slice(-1) }),
    other: (world) => ({ scanDefinitionIds: scanIds(world).slice(0, 1) }),
    unknown: [{ scanDefinitionIds: ['00000000-0000-4000-8000-000000000000'] }],
  },
} as const satisfies Record<(typeof otherActions)[number], OtherRow>;
