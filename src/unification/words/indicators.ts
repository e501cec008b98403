import { readerOf, type WordTable, writerOf } from './words.ts';

const named = (mde: string | null, ...also: readonly string[]) => ({ graph: null, m365d: null, mde, also });

/** ti-indicator.md */
export const indicatorTypes = [
  'FILE_SHA1',
  'FILE_SHA256',
  'FILE_MD5',
  'CERTIFICATE_THUMBPRINT',
  'IP_ADDRESS',
  'DOMAIN_NAME',
  'URL',
  'UNKNOWN',
] as const;
export type IndicatorType = (typeof indicatorTypes)[number];
const typeWords = {
  FILE_SHA1: named('FileSha1', 'FileSHA1'),
  FILE_SHA256: named('FileSha256', 'FileSHA256'),
  FILE_MD5: named('FileMd5', 'FileMD5'),
  CERTIFICATE_THUMBPRINT: named('CertificateThumbprint'),
  IP_ADDRESS: named('IpAddress'),
  DOMAIN_NAME: named('DomainName'),
  URL: named('Url'),
  UNKNOWN: named(null),
} satisfies WordTable<IndicatorType>;

/** ti-indicator.md */
export const indicatorActions = ['ALLOWED', 'AUDIT', 'WARN', 'BLOCK', 'BLOCK_AND_REMEDIATE', 'UNKNOWN'] as const;
export type IndicatorAction = (typeof indicatorActions)[number];

/** The words of before 2022 were renamed and are taken no more; what has them does as before (indicators-overview.md). */
const actionWords = {
  ALLOWED: named('Allowed'),
  AUDIT: named('Audit', 'Alert'),
  WARN: named('Warn'),
  BLOCK: named('Block'),
  BLOCK_AND_REMEDIATE: named('BlockAndRemediate', 'AlertAndBlock'),
  UNKNOWN: named(null),
} satisfies WordTable<IndicatorAction>;

/** ti-indicator.md */
export const indicatorSourceTypes = ['USER', 'AAD_APP', 'UNKNOWN'] as const;
export type IndicatorSourceType = (typeof indicatorSourceTypes)[number];
const sourceTypeWords = {
  USER: named('User'),
  AAD_APP: named('AadApp'),
  UNKNOWN: named(null),
} satisfies WordTable<IndicatorSourceType>;

/** Microsoft's word; `UNKNOWN` for an unknown one. */
export const readIndicatorType = readerOf(indicatorTypes, typeWords, 'UNKNOWN');
/** Microsoft's word, of today or of before 2022; `UNKNOWN` for an unknown one. */
export const readIndicatorAction = readerOf(indicatorActions, actionWords, 'UNKNOWN');
/** Microsoft's word; `UNKNOWN` for an unknown one. */
export const readIndicatorSourceType = readerOf(indicatorSourceTypes, sourceTypeWords, 'UNKNOWN');

/** Our values in Microsoft's words of today; null where it has none. */
export const toIndicators = {
  type: writerOf(typeWords, 'mde'),
  action: writerOf(actionWords, 'mde'),
} as const;

/** The words by which they are filtered. */
export const indicatorWords = { type: typeWords, action: actionWords } as const;
