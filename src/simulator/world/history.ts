import { binary } from './binaries.ts';
import type { Random } from './random.ts';
import { dayMs, hourMs, isoTime, minuteMs } from './times.ts';
import type { WorldAction, WorldIndicator, WorldMachine } from './types.ts';

interface PastAction {
  readonly type: string;
  readonly scope: string | null;
  readonly comment: string;
  readonly ageMs: number;
  readonly status: WorldAction['status'];
  /** What differs from the others. */
  readonly more?: Partial<Pick<WorldAction, 'title' | 'externalId' | 'relatedFile'>>;
}

/** Newest first; an isolation is always followed by its release, so that every machine starts out free. */
const pastActions: readonly PastAction[] = [
  { type: 'Unisolate', scope: null, comment: 'Cleaned, back to work', ageMs: 26 * hourMs, status: 'Succeeded' },
  {
    type: 'Isolate',
    scope: 'Full',
    comment: 'Verdacht auf Schadsoftware – Müller',
    ageMs: 30 * hourMs,
    status: 'Succeeded',
  },
  { type: 'RunAntiVirusScan', scope: 'Quick', comment: 'Weekly check', ageMs: 3 * dayMs, status: 'Succeeded' },
  { type: 'RunAntiVirusScan', scope: 'Full', comment: 'After clean-up', ageMs: 4 * dayMs, status: 'Cancelled' },
  {
    type: 'CollectInvestigationPackage',
    scope: null,
    comment: 'For ticket INC-4471',
    ageMs: 6 * dayMs,
    status: 'Succeeded',
    more: { title: 'Collect investigation package', externalId: 'INC-4471' },
  },
  { type: 'RestrictCodeExecution', scope: null, comment: 'Unknown program', ageMs: 9 * dayMs, status: 'TimeOut' },
  { type: 'RunAntiVirusScan', scope: 'Quick', comment: 'Weekly check', ageMs: 10 * dayMs, status: 'Failed' },
  {
    type: 'StopAndQuarantineFile',
    scope: null,
    comment: 'Known dropper',
    ageMs: 11 * dayMs,
    status: 'Succeeded',
    more: { relatedFile: { identifier: binary('blackpine.exe').sha1, type: 'Sha1' } },
  },
];

/** Actions of the last days, all final. */
export function createPastActions(
  machines: readonly WorldMachine[],
  requestor: string,
  now: Date,
  random: Random,
): WorldAction[] {
  const managed = machines.filter((machine) => machine.onboardingStatus === 'Onboarded');
  return pastActions.flatMap((past, index): WorldAction[] => {
    const machine = managed[(index >> 1) % managed.length];
    if (machine === undefined) return [];
    const startMs = now.getTime() - past.ageMs;
    const cancelled = past.status === 'Cancelled';
    return [
      {
        id: random.guid(),
        type: past.type,
        scope: past.scope,
        requestor,
        requestorComment: past.comment,
        externalId: null,
        status: past.status,
        machine,
        createdAt: isoTime(startMs, random),
        updatedAt: isoTime(startMs + random.int(2, 20) * minuteMs, random),
        cancellationRequestor: cancelled ? requestor : null,
        cancellationComment: cancelled ? 'Not needed any more' : null,
        cancelledAt: cancelled ? isoTime(startMs + minuteMs, random) : null,
        errorHResult: past.status === 'Failed' ? -2_145_844_845 : 0,
        relatedFile: null,
        commands: null,
        ...past.more,
      },
    ];
  });
}

/** What differs from the others: who made it, for which devices, until when. */
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

const pastIndicators: readonly (readonly [
  type: string,
  value: string,
  action: string,
  severity: string | null,
  title: string,
  more?: MoreOfIndicator,
])[] = [
  ['DomainName', 'fourth-coffee-files.example', 'Block', 'High', 'Phishing campaign 4471'],
  ['IpAddress', '192.0.2.77', 'Block', 'Medium', 'Token replay'],
  ['Url', 'https://parcel-now.example/t', 'Warn', 'Low', 'Parcel phishing – „Größe 2×“'],
  ['FileSha1', '0123456789abcdef0123456789abcdef01234567', 'BlockAndRemediate', 'High', 'Known dropper'],
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
    '5f'.repeat(32),
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
  // Made before January 2022: such words stay.
  ['FileMd5', '0d'.repeat(16), 'AlertAndBlock', 'High', 'Old loader', { application: 'feed-import' }],
  // What the ransomware of the stories came by.
  ['FileSha256', binary('blackpine.exe').sha256, 'BlockAndRemediate', 'High', 'BlackPine ransomware'],
  ['IpAddress', '198.51.100.44', 'Block', 'High', 'Command and control of BlackPine'],
  ['Url', 'https://cdn.fourth-coffee-files.example/s/4471.bin', 'Block', 'High', 'Payload of BlackPine'],
];

/** Indicators that somebody set up earlier. */
export function createPastIndicators(createdBy: string, now: Date, random: Random): WorldIndicator[] {
  return pastIndicators.map(([indicatorType, indicatorValue, action, severity, title, more], index) => {
    const createdAt = isoTime(now.getTime() - (40 - index) * dayMs, random);
    return {
      id: 990 + index,
      indicatorType,
      indicatorValue,
      action,
      severity,
      title,
      description: `Added by the security team: ${title}`,
      application: null,
      externalId: null,
      createdBy,
      createdByKind: 'User',
      lastUpdatedBy: null,
      createdAt,
      updatedAt: createdAt,
      expiresAt: index % 2 === 0 ? null : isoTime(now.getTime() + 90 * dayMs),
      recommendedActions: null,
      rbacGroupNames: [],
      generateAlert: action === 'Block' || action === 'BlockAndRemediate',
      ...more,
    };
  });
}
