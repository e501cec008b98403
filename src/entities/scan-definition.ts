import type { Tenant } from '../config/tenants.ts';
import type { ScanDefinitionFilter } from '../generated/inputs.ts';
import { mde } from '../microsoft/mde/index.ts';
import { amongTexts, amongWords, type FilterRows } from '../routing/filters/rows.ts';
import { isTrue } from '../routing/filters/value-rows.ts';
import {
  asBoolean,
  asId,
  asMachineId,
  asNumber,
  asObject,
  asSentWithoutSignIn,
  asText,
  asTime,
  asWord,
  type EntityOf,
  type WireObject,
} from '../unification/fields.ts';
import { isObject } from '../unification/values.ts';
import { readScanTargetType, readScanType } from '../unification/words/scans.ts';
import { entity, fromMde, type OfTenant, ofItsMachine } from './entity.ts';
import { checkedBy, identified } from './mde-entity.ts';
import { type ScanAgent, scanAgentFromMde } from './scan-agent.ts';
import { wholeReads } from './whole-reads.ts';

/** add-a-new-scan-definition.md */
const latestScanFields = {
  status: asText('status'),
  failureReason: asText('failureReason'),
  executionDateTime: asTime('executionDateTime'),
} as const;

/** get-authenticated-scan-properties.md. How the scanner signs in may come with its secrets: it is told nowhere. */
export const scanDefinitionFields = {
  scanDefinitionId: asId('id'),
  scanType: asWord(readScanType, 'scanType'),
  scanName: asText('scanName'),
  isActive: asBoolean('isActive'),
  orgId: asText('orgId'),
  intervalInHours: asNumber('intervalInHours'),
  createdBy: asText('createdBy'),
  targetType: asWord(readScanTargetType, 'targetType'),
  target: asText('target'),
  /** The scanner's: by it a definition is judged. */
  machineId: asMachineId(['scannerAgent', 'machineId']),
  latestScan: asObject(latestScanFields, 'latestScan'),
  raw: asSentWithoutSignIn(),
} as const;

/** What a scanner looks for, how often, and where. */
export interface ScanDefinition extends OfTenant, EntityOf<typeof scanDefinitionFields> {
  readonly scannerAgent: ScanAgent | null;
}

const read = fromMde(scanDefinitionFields);

/** Reads one. */
export const scanDefinitionFromMde = (tenant: Pick<Tenant, 'name'>, wire: WireObject): ScanDefinition => ({
  ...read(tenant, wire),
  scannerAgent: isObject(wire.scannerAgent) ? scanAgentFromMde(tenant, wire.scannerAgent) : null,
});

const id = { field: 'scanDefinitionId', form: /^[\w-]{8,64}$/, says: 'a GUID' } as const;
const idOf = ({ scanDefinitionId }: ScanDefinition): string => scanDefinitionId;

/** The list takes no `$filter`. */
const rows = {
  scanType: amongWords(({ scanType }: ScanDefinition) => scanType, {}),
  scanName: amongTexts(({ scanName }: ScanDefinition) => [scanName]),
  isActive: isTrue(({ isActive }: ScanDefinition) => isActive),
} satisfies FilterRows<ScanDefinitionFilter, ScanDefinition>;

/** The row of the table of entities. */
export const scanDefinitions = entity({
  type: 'ScanDefinition',
  id,
  idOf,
  permission: 'machine:read',
  visible: ofItsMachine,
  reads: wholeReads<ScanDefinitionFilter, ScanDefinition>({
    capability: 'scans.read',
    kind: identified('a scan definition', 'scan definitions'),
    list: mde.listScanDefinitions,
    read: scanDefinitionFromMde,
    rows,
    idOf,
  }),
  timeOf: null,
  orders: {},
  check: checkedBy<ScanDefinitionFilter, ScanDefinition>(rows),
});
