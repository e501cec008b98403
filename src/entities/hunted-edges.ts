import { mapFound } from '../routing/each-id.ts';
import { huntRowsOfMachines } from '../routing/hunted-rows.ts';
import { type EntityOf, type Fields, readFields } from '../unification/fields.ts';
import type { RowsEdge, Told } from './edge.ts';
import { edgeRows } from './edge-rows.ts';
import {
  baselineComplianceFields,
  browserExtensionFields,
  certificateFields,
  hardwareFirmwareFields,
  secureConfigurationFields,
} from './machine-assessments.ts';

interface Hunted<Table extends Fields> {
  readonly table: string;
  /** KQL that makes one row of each thing; absent: the table has it so. */
  readonly steps?: string;
  readonly fields: Table;
}

/** The columns that a table of fields is read from, with the machine's. */
const columnsOf = (fields: Fields): string =>
  ['DeviceId', ...Object.values(fields).flatMap(({ names }) => names.map(String))].join(', ');

/** Rows of machines that hunting alone tells: one query for all machines of a page. */
const hunted = <Table extends Fields>(
  told: Told<EntityOf<Table>>,
  { table, steps, fields }: Hunted<Table>,
): RowsEdge<EntityOf<Table>> => {
  const read = readFields(fields);
  const asked = {
    table,
    steps: [...(steps === undefined ? [] : [steps]), `| project ${columnsOf(fields)}`].join('\n'),
    read: (cells: Readonly<Record<string, unknown>>) => read(cells),
  };
  return {
    answers: 'rows',
    told,
    permission: 'vulnerability:read',
    read:
      ({ hunting }) =>
      async (tenant, ids, scope) =>
        mapFound(await huntRowsOfMachines(hunting, tenant, asked, ids, scope), ({ rows, truncation }) => ({
          // In an order of their own, so that a page goes on where the one before it ended.
          rows: rows.toSorted((a, b) => (told.idOf(a) < told.idOf(b) ? -1 : 1)),
          truncation,
        })),
  };
};

/** The names of settings and checks stand in a table beside that of the machines; one name each, so that no row comes twice. */
const named = (table: string, columns: string): string =>
  `| join kind=leftouter (${table} | summarize take_any(${columns}) by ConfigurationId) on ConfigurationId`;

/** What hunting tells of machines, by the field of `Machine`. */
export const huntedEdges = {
  'Machine.certificates': hunted(edgeRows.MachineCertificate, {
    table: 'DeviceTvmCertificateInfo',
    fields: certificateFields,
  }),
  'Machine.browserExtensions': hunted(edgeRows.BrowserExtension, {
    table: 'DeviceTvmBrowserExtensions',
    fields: browserExtensionFields,
  }),
  'Machine.hardwareFirmware': hunted(edgeRows.HardwareFirmware, {
    table: 'DeviceTvmHardwareFirmware',
    fields: hardwareFirmwareFields,
  }),
  'Machine.secureConfigurations': hunted(edgeRows.SecureConfiguration, {
    table: 'DeviceTvmSecureConfigurationAssessment',
    steps: [
      '| summarize arg_max(Timestamp, *) by DeviceId, ConfigurationId',
      named(
        'DeviceTvmSecureConfigurationAssessmentKB',
        'ConfigurationName, ConfigurationDescription, RiskDescription, RemediationOptions',
      ),
    ].join('\n'),
    fields: secureConfigurationFields,
  }),
  'Machine.baselineCompliance': hunted(edgeRows.BaselineCompliance, {
    table: 'DeviceBaselineComplianceAssessment',
    steps: named('DeviceBaselineComplianceAssessmentKB', 'ConfigurationName, ConfigurationCategory'),
    fields: baselineComplianceFields,
  }),
} as const;
