import { compareTimes } from '../domain/time.ts';
import { InputError } from '../errors.ts';
import type { AntivirusHealthFilter } from '../generated/inputs.ts';
import { mde } from '../microsoft/mde/index.ts';
import {
  amongTexts,
  amongWords,
  type FilterRow,
  type FilterRows,
  numberForms,
  sameText,
} from '../routing/filters/rows.ts';
import {
  asMachineId,
  asSent,
  asText,
  asTime,
  asWord,
  type EntityOf,
  or,
  type WireObject,
  type WordField,
} from '../unification/fields.ts';
import {
  antivirusWords,
  readAntivirusMode,
  readOsKind,
  readScanResult,
  readUpToDate,
} from '../unification/words/antivirus.ts';
import { anyOf, compareText } from '../upstream/http/odata.ts';
import { entity, fromMde, type OfTenant, ofItsMachine } from './entity.ts';
import { checkedBy, identified, mdeReads, namedBy } from './mde-entity.ts';

const sentMode = asWord(readAntivirusMode, 'avMode');

/** Some other mode is an empty text, which reads as none elsewhere. */
const mode: WordField<ReturnType<typeof readAntivirusMode>> = {
  ...sentMode,
  of: (wire) => (wire.avMode === '' ? 'OTHER' : sentMode.of(wire)),
};

/** device-health-api-methods-properties.md */
export const antivirusHealthFields = {
  machineId: or(asMachineId('machineId'), ''),
  avInfoId: asText('id'),
  computerDnsName: asText('computerDnsName'),
  osKind: asWord(readOsKind, 'osKind'),
  osPlatform: asText('osPlatform'),
  osVersion: asText('osVersion'),
  avMode: mode,
  avSignatureVersion: asText('avSignatureVersion'),
  avEngineVersion: asText('avEngineVersion'),
  avPlatformVersion: asText('avPlatformVersion'),
  lastSeenTime: asTime('lastSeenTime'),
  quickScanResult: asWord(readScanResult, 'quickScanResult'),
  quickScanError: asText('quickScanError'),
  quickScanTime: asTime('quickScanTime'),
  fullScanResult: asWord(readScanResult, 'fullScanResult'),
  fullScanError: asText('fullScanError'),
  fullScanTime: asTime('fullScanTime'),
  dataRefreshTimestamp: asTime('dataRefreshTimestamp'),
  avEngineUpdateTime: asTime('avEngineUpdateTime'),
  avSignatureUpdateTime: asTime('avSignatureUpdateTime'),
  avPlatformUpdateTime: asTime('avPlatformUpdateTime'),
  avSignaturePublishTime: asTime('avSignaturePublishTime'),
  avIsSignatureUpToDate: asWord(readUpToDate, 'avIsSignatureUpToDate'),
  avIsEngineUpToDate: asWord(readUpToDate, 'avIsEngineUpToDate'),
  avIsPlatformUpToDate: asWord(readUpToDate, 'avIsPlatformUpToDate'),
  rbacGroupName: asText('rbacGroupName'),
  rbacGroupId: asText('rbacGroupId'),
  raw: asSent(),
} as const;

/** The state of a machine's antivirus: one of each machine that has one. */
export interface AntivirusHealth extends OfTenant, EntityOf<typeof antivirusHealthFields> {}

/** Reads one. */
export const antivirusHealthFromMde = fromMde(antivirusHealthFields);

const stamps = [asTime('dataRefreshTimestamp'), asTime('lastSeenTime')] as const;

/** Of several states of one machine, the one that was refreshed last counts, or whose machine was seen last. */
const isNewer = (one: WireObject, other: WireObject): boolean => {
  for (const { of } of stamps) {
    const order = compareTimes(of(one), of(other));
    if (order !== 0) return order > 0;
  }
  return false;
};

const id = { field: 'machineId', form: /^[0-9a-f]{40}$/i, says: '40 hex digits' } as const;
const idOf = ({ machineId }: AntivirusHealth): string => machineId;

type TextField = {
  [Name in keyof AntivirusHealth]: AntivirusHealth[Name] extends string | null ? Name : never;
}[keyof AntivirusHealth];

/** One of these versions. Digits and dots are the same in any case, so that they are pushed. */
const versions = (field: TextField & string): FilterRow<readonly string[], AntivirusHealth> => ({
  ...amongTexts((health: AntivirusHealth) => [health[field]]),
  push: {
    mde: (values) =>
      values.every((value) => /^[\d.]+$/.test(value))
        ? [anyOf(values.map((value) => compareText(field, 'eq', value)))]
        : null,
  },
});

const upToDate = (field: 'avIsSignatureUpToDate' | 'avIsEngineUpToDate' | 'avIsPlatformUpToDate') =>
  amongWords((health: AntivirusHealth) => health[field], { mde: [field, antivirusWords.upToDate] });

const scanResult = (field: 'quickScanResult' | 'fullScanResult') =>
  amongWords((health: AntivirusHealth) => health[field] ?? 'UNKNOWN', { mde: [field, antivirusWords.scanResult] });

/** device-health-export-antivirus-health-report-api.md */
const rows = {
  machineId: namedBy(idOf, id),
  computerDnsName: sameText(({ computerDnsName }: AntivirusHealth) => computerDnsName),
  osKind: amongWords(({ osKind }: AntivirusHealth) => osKind, { mde: ['osKind', antivirusWords.osKind] }),
  osPlatform: amongTexts(({ osPlatform }: AntivirusHealth) => [osPlatform]),
  osVersion: versions('osVersion'),
  avMode: amongWords(({ avMode }: AntivirusHealth) => avMode, { mde: ['avMode', antivirusWords.mode] }),
  avSignatureVersion: versions('avSignatureVersion'),
  avEngineVersion: versions('avEngineVersion'),
  avPlatformVersion: versions('avPlatformVersion'),
  quickScanResult: scanResult('quickScanResult'),
  quickScanError: amongTexts(({ quickScanError }: AntivirusHealth) => [quickScanError]),
  fullScanResult: scanResult('fullScanResult'),
  fullScanError: amongTexts(({ fullScanError }: AntivirusHealth) => [fullScanError]),
  avIsSignatureUpToDate: upToDate('avIsSignatureUpToDate'),
  avIsEngineUpToDate: upToDate('avIsEngineUpToDate'),
  avIsPlatformUpToDate: upToDate('avIsPlatformUpToDate'),
  rbacGroupId: sameText(
    ({ rbacGroupId }: AntivirusHealth) => rbacGroupId,
    { mde: (group) => numberForms('rbacGroupId', group) },
    (group, field) => {
      if (!/^\d{1,15}$/.test(group))
        throw new InputError(`"${group.slice(0, 80)}" is not an id of this kind: digits`, { field });
    },
  ),
} satisfies FilterRows<AntivirusHealthFilter, AntivirusHealth>;

/** The row of the table of entities. */
export const antivirusHealth = entity({
  type: 'AntivirusHealth',
  id,
  // A machine has the same id.
  mark: 'avInfoId',
  lookUp: 'machineAntivirusHealth',
  idOf,
  permission: 'machine:read',
  visible: ofItsMachine,
  reads: mdeReads<AntivirusHealthFilter, AntivirusHealth>({
    capability: 'antivirusHealth.read',
    kind: identified('a state of an antivirus', 'states of antivirus', 'machineId'),
    list: mde.listDeviceAvInfo,
    property: 'machineId',
    read: antivirusHealthFromMde,
    rows,
    idOf,
    normal: (machineId) => machineId.toLowerCase(),
    byIds: 'machineId',
    many: 'filter',
    newer: isNewer,
    listsFew: true,
  }),
  timeOf: null,
  orders: {},
  check: checkedBy<AntivirusHealthFilter, AntivirusHealth>(rows),
});
