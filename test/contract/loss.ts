import { utcMoment } from '../../src/domain/time.ts';
import { isRecord } from '../../src/upstream/http/shape.ts';

/**
 * Keys whose values have no place in the graph, each for its reason. A key that is not here must be found again.
 */
const ignored = {
  // The wire's own words about types: read as `kind`, and as the type of the row.
  '@odata.type': true,
  '@odata.context': true,
  entityType: true,
  // Deprecated in favour of `osArchitecture`; a device as evidence leads on to its machine, which has both.
  osProcessor: true,
  // How a scanner signs in, with its secrets.
  scanAuthenticationParams: true,
} as const;

/** Products and sensors that bear another name in the unified graph. */
const renamed: Readonly<Record<string, string>> = {
  MicrosoftCloudAppSecurity: 'MICROSOFT_DEFENDER_FOR_CLOUD_APPS',
  MicrosoftDefenderATP: 'MICROSOFT_DEFENDER_FOR_ENDPOINT',
  OfficeATP: 'MICROSOFT_DEFENDER_FOR_OFFICE365',
  MCAS: 'cloudAppSecurity',
  WindowsDefenderAv: 'antivirus',
  WindowsDefenderAtp: 'microsoftDefenderForEndpoint',
  NotAvailable: 'UNKNOWN',
};

/** The graph's SCREAMING_CASE and the wire's PascalCase of one word are one value, and so is a moment in several forms. */
const fold = (value: unknown): string => (utcMoment(String(value)) ?? String(value)).replaceAll('_', '').toLowerCase();

/** .NET's year 1 stands for none. */
const isNone = (value: unknown): boolean =>
  value === null || value === undefined || value === '' || String(value).startsWith('0001-01-01');

const leavesOf = (
  value: unknown,
  path: string,
  into: [path: string, value: unknown][],
  isIgnored: (key: string) => boolean,
) => {
  if (Array.isArray(value)) for (const item of value) leavesOf(item, path, into, isIgnored);
  else if (isRecord(value)) {
    for (const [key, child] of Object.entries(value)) {
      if (!isIgnored(key)) leavesOf(child, path === '' ? key : `${path}.${key}`, into, isIgnored);
    }
  } else if (!isNone(value)) into.push([path, value]);
  return into;
};

/** What is typed: `raw` would keep everything, and prove nothing. Evidence without a type of its own is nothing but raw. */
const withoutRaw = (read: unknown): unknown => {
  if (Array.isArray(read)) return read.map(withoutRaw);
  if (!isRecord(read)) return read;
  const keepsRaw = read.kind === 'OtherEvidence';
  return Object.fromEntries(
    Object.entries(read).flatMap(([key, value]) => (key === 'raw' && !keepsRaw ? [] : [[key, withoutRaw(value)]])),
  );
};

/** Every value of a documented answer that is nowhere in what was read of it, with its path. */
export const lossOf = (documented: unknown, read: unknown): readonly string[] => {
  const kept = new Set(leavesOf(withoutRaw(read), '', [], () => false).map(([, value]) => fold(value)));
  return leavesOf(documented, '', [], (key) => key in ignored)
    .filter(([, value]) => !kept.has(fold(value)) && !kept.has(fold(renamed[String(value)] ?? value)))
    .map(([path, value]) => `${path}: ${String(value)}`);
};
