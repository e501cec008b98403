import type { ScanDefinitionType, ScanTargetType } from '../../generated/inputs.ts';
import { readerOf, type WordTable } from './words.ts';

const named = (mde: string | null, ...also: readonly string[]) => ({ graph: null, m365d: null, mde, also });

/** get-authenticated-scan-properties.md */
const scanTypeWords = {
  UNKNOWN: named(null),
  WINDOWS: named('Windows'),
  NETWORK: named('Network'),
} satisfies WordTable<ScanDefinitionType>;

/** get-authenticated-scan-properties.md, whose text says `IP Address` where the example sends `Ip`. */
const targetTypeWords = {
  UNKNOWN: named(null),
  IP: named('Ip', 'IP Address'),
  HOSTNAME: named('Hostname'),
} satisfies WordTable<ScanTargetType>;

/** Microsoft's word; `UNKNOWN` for an unknown one. */
export const readScanType = readerOf<ScanDefinitionType>(['UNKNOWN', 'WINDOWS', 'NETWORK'], scanTypeWords, 'UNKNOWN');
/** Microsoft's word; `UNKNOWN` for an unknown one. */
export const readScanTargetType = readerOf<ScanTargetType>(['UNKNOWN', 'IP', 'HOSTNAME'], targetTypeWords, 'UNKNOWN');
