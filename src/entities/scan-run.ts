import { asText, asTime, type EntityOf } from '../unification/fields.ts';

/** Get-scan-history-by-definition.md; one id stands under the plural. */
export const scanRunFields = {
  scanDefinitionId: asText('ScanDefinitionIds'),
  lastScanned: asTime('LastScanned'),
  scanStatus: asText('ScanStatus'),
  scannerId: asText('ScannerId'),
} as const;

/** One run of a definition. */
export type ScanRun = EntityOf<typeof scanRunFields>;
