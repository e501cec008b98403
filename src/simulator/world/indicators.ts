import { binary } from './binaries.ts';
import type { Random } from './random.ts';
import type { StagedIndicator } from './response.ts';
import { dayMs, isoTime } from './times.ts';
import type { WorldIndicator } from './types.ts';

/** What differs from the others: who made it, for which devices. */
type MoreOfIndicator = Partial<
  Pick<
    WorldIndicator,
    | 'application'
    | 'externalId'
    | 'createdByKind'
    | 'lastUpdatedBy'
    | 'recommendedActions'
    | 'rbacGroupNames'
    | 'generateAlert'
  >
>;

/** Those that no incident of the last weeks brought, oldest first. */
const standing: readonly (readonly [
  type: string,
  value: string,
  action: string,
  severity: string | null,
  title: string,
  more?: MoreOfIndicator,
])[] = [
  ['DomainName', 'supplier-invoices.example', 'Block', 'High', 'Invoice fraud of the spring', { generateAlert: true }],
  // Made before January 2022: such words stay.
  ['FileMd5', '0d'.repeat(16), 'AlertAndBlock', 'High', 'Old loader', { application: 'feed-import' }],
  ['DomainName', 'partner-portal.example', 'Allowed', null, 'Partner portal'],
  [
    'CertificateThumbprint',
    'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00',
    'Allowed',
    'Informational',
    'Line-of-business signing',
    { externalId: 'CHG-2207', recommendedActions: 'Ask the owner of the application', rbacGroupNames: ['Servers'] },
  ],
  [
    'FileSha256',
    binary('remsvc.exe').sha256,
    'Audit',
    'Medium',
    'Remote tool seen in ransomware cases',
    {
      application: 'defender-gateway: sector-feed',
      createdByKind: 'AadApp',
      lastUpdatedBy: 'sector-feed',
      generateAlert: true,
    },
  ],
  ['Url', 'https://parcel-now.example/t', 'Warn', 'Low', 'Parcel campaign – „Größe 2×“'],
];

const isOfSet = ({ application }: MoreOfIndicator): boolean => application?.startsWith('defender-gateway:') === true;

/** An indicator before it has an id and the fields that few have. */
interface Row
  extends Pick<
    WorldIndicator,
    'indicatorType' | 'indicatorValue' | 'action' | 'severity' | 'title' | 'description' | 'createdBy' | 'expiresAt'
  > {
  readonly createdAtMs: number;
  readonly more: MoreOfIndicator;
}

/** What became of what was applied to all tenants: each tenant strayed in its own way. */
const strays = {
  lost: () => [],
  kept: (row) => [row],
  changed: (row) => [
    { ...row, action: 'Allowed', more: { ...row.more, generateAlert: false, lastUpdatedBy: 'helpdesk' } },
  ],
} satisfies Readonly<Record<string, (row: Row) => readonly Row[]>>;

/** The indicator that has the id 990, whatever is older. */
const numbered = { value: 'fourth-coffee-files.example', id: 990 };

/** The indicators of a tenant: those that were there, and those that analysts made of incidents. Oldest first. */
export function createIndicators(
  staged: readonly StagedIndicator[],
  createdBy: string,
  now: Date,
  random: Random,
): WorldIndicator[] {
  const older = standing.map(
    ([indicatorType, indicatorValue, action, severity, title, more], index): Row => ({
      indicatorType,
      indicatorValue,
      action,
      severity,
      title,
      description: `Added by the security team: ${title}`,
      createdBy,
      createdAtMs: now.getTime() - (40 - index) * dayMs,
      expiresAt: index % 2 === 0 ? null : isoTime(now.getTime() + 90 * dayMs),
      more: more ?? {},
    }),
  );
  const strayed = strays[random.fork('by hand').pick<keyof typeof strays>(['lost', 'kept', 'changed'])];
  const newer = staged.map(
    ({ seed, title, createdBy: analyst, createdAtMs }): Row => ({
      indicatorType: seed.indicatorType,
      indicatorValue: typeof seed.value === 'string' ? seed.value : hashOf(seed.indicatorType, seed.value.file),
      action: seed.action,
      severity: seed.severity,
      title,
      description: seed.description,
      createdBy: analyst,
      createdAtMs,
      // A file stays bad; a domain or an address may get another owner.
      expiresAt: seed.indicatorType.startsWith('File') ? null : isoTime(createdAtMs + 180 * dayMs),
      more: { generateAlert: seed.action !== 'Warn' },
    }),
  );
  const all = [...older.flatMap((row) => (isOfSet(row.more) ? strayed(row) : [row])), ...newer].toSorted(
    (left, right) => left.createdAtMs - right.createdAtMs,
  );
  const known = all.findIndex(({ indicatorValue }) => indicatorValue === numbered.value);
  const firstId = numbered.id - Math.max(0, known);
  return all.map(({ createdAtMs, more, ...indicator }, index) => {
    const createdAt = isoTime(createdAtMs, random);
    return {
      id: firstId + index,
      ...indicator,
      application: null,
      externalId: null,
      createdByKind: 'User',
      lastUpdatedBy: null,
      createdAt,
      updatedAt: createdAt,
      recommendedActions: null,
      rbacGroupNames: [],
      generateAlert: false,
      ...more,
    };
  });
}

const hashOf = (type: string, file: Parameters<typeof binary>[0]): string =>
  type === 'FileSha256' ? binary(file).sha256 : binary(file).sha1;
