import type { AntivirusMode, AntivirusScanResult, OsKind, UpToDateStatus } from '../../generated/inputs.ts';
import { orNull, readerOf, type WordTable } from './words.ts';

const named = (mde: string | null, ...also: readonly string[]) => ({ graph: null, m365d: null, mde, also });

/** device-health-api-methods-properties.md. An empty text is another mode too, so that no one word asks for all of them. */
const modeWords = {
  UNKNOWN: named(null),
  ACTIVE: named('0'),
  PASSIVE: named('1'),
  DISABLED: named('2'),
  OTHER: named(null, '3'),
  EDR_BLOCKED: named('4', 'EDRBlockMode'),
  PASSIVE_AUDIT: named('5'),
} satisfies WordTable<AntivirusMode>;

/** device-health-api-methods-properties.md */
const osKindWords = {
  UNKNOWN: named(null),
  WINDOWS: named('windows'),
  MAC: named('mac'),
  LINUX: named('linux'),
} satisfies WordTable<OsKind>;

/** device-health-api-methods-properties.md */
const scanResultWords = {
  UNKNOWN: named(null),
  COMPLETED: named('Completed'),
  CANCELED: named('Canceled', 'Cancelled'),
  FAILED: named('Failed'),
} satisfies WordTable<AntivirusScanResult>;

/** device-health-api-methods-properties.md: texts, not booleans. */
const upToDateWords = {
  UNKNOWN: named('Unknown'),
  UP_TO_DATE: named('True'),
  OUT_OF_DATE: named('False'),
} satisfies WordTable<UpToDateStatus>;

const modes: readonly AntivirusMode[] = [
  'UNKNOWN',
  'ACTIVE',
  'PASSIVE',
  'DISABLED',
  'OTHER',
  'EDR_BLOCKED',
  'PASSIVE_AUDIT',
];

/** Microsoft's word; `UNKNOWN` for an unknown one. */
export const readAntivirusMode = readerOf(modes, modeWords, 'UNKNOWN');
/** Microsoft's word; `UNKNOWN` for an unknown one. */
export const readOsKind = readerOf<OsKind>(['UNKNOWN', 'WINDOWS', 'MAC', 'LINUX'], osKindWords, 'UNKNOWN');
/** Microsoft's word; `UNKNOWN` for an unknown one, null where no scan is known. */
export const readScanResult = orNull(
  readerOf<AntivirusScanResult>(['UNKNOWN', 'COMPLETED', 'CANCELED', 'FAILED'], scanResultWords, 'UNKNOWN'),
);
/** Microsoft's word; `UNKNOWN` for an unknown one. */
export const readUpToDate = readerOf<UpToDateStatus>(
  ['UNKNOWN', 'UP_TO_DATE', 'OUT_OF_DATE'],
  upToDateWords,
  'UNKNOWN',
);

/** The words by which it is filtered. */
export const antivirusWords = {
  mode: modeWords,
  osKind: osKindWords,
  scanResult: scanResultWords,
  upToDate: upToDateWords,
} as const;
