import { binary } from './binaries.ts';
import type { Random } from './random.ts';
import { dayMs, hourMs, isoTime, minuteMs } from './times.ts';
import type { WorldAction, WorldMachine } from './types.ts';

interface PastAction {
  readonly type: string;
  readonly scope: string | null;
  readonly comment: string;
  readonly ageMs: number;
  readonly status: WorldAction['status'];
  /** What differs from the others. */
  readonly more?: Partial<Pick<WorldAction, 'title' | 'externalId' | 'relatedFile'>>;
}

/** What was done beside the incidents, newest first. */
const pastActions: readonly PastAction[] = [
  { type: 'RunAntiVirusScan', scope: 'Quick', comment: 'Weekly check', ageMs: 3 * dayMs, status: 'Succeeded' },
  { type: 'RunAntiVirusScan', scope: 'Full', comment: 'After clean-up', ageMs: 4 * dayMs, status: 'Cancelled' },
  { type: 'RestrictCodeExecution', scope: null, comment: 'Unknown program', ageMs: 9 * dayMs, status: 'TimeOut' },
  { type: 'RunAntiVirusScan', scope: 'Quick', comment: 'Weekly check', ageMs: 10 * dayMs, status: 'Failed' },
  {
    type: 'StopAndQuarantineFile',
    scope: null,
    comment: 'Unwanted software – Müller',
    ageMs: 11 * dayMs,
    status: 'Succeeded',
    more: { relatedFile: { identifier: binary('setup_pdfpro.exe').sha1, type: 'Sha1' } },
  },
];

/** A machine that does not answer is given up after a day. */
const takes = (status: WorldAction['status'], random: Random): number =>
  status === 'TimeOut' ? 24 * hourMs : random.int(2, 20) * minuteMs;

/** Actions of the last days, all final, on servers and laptops of Windows that are up. */
export function createPastActions(
  machines: readonly WorldMachine[],
  requestor: string,
  now: Date,
  random: Random,
): WorldAction[] {
  const fit = machines.filter(
    ({ onboardingStatus, osPlatform, healthStatus }) =>
      onboardingStatus === 'Onboarded' && /^Windows(10|Server)/.test(osPlatform) && healthStatus !== 'Inactive',
  );
  return pastActions.flatMap((past, index): WorldAction[] => {
    const machine = fit[(4 + index) % fit.length];
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
        updatedAt: isoTime(startMs + (cancelled ? minuteMs : takes(past.status, random)), random),
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
