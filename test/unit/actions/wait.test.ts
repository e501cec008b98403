import { describe, expect, test } from 'vitest';
import type { MachineActionResult } from '../../../src/actions/payloads.ts';
import { withLatest } from '../../../src/actions/results.ts';
import { awaitResults, waitOf } from '../../../src/actions/wait.ts';
import type { MachineActionStatus } from '../../../src/domain/enums.ts';
import type { MachineAction } from '../../../src/domain/machine-action.ts';
import { actionOf, createManualClock, createTestScope, tenantNamed } from './support.ts';

const place = { tenant: 'contoso', machineId: 'a'.repeat(40), machine: null };
const begun = (more: Partial<MachineAction> = {}): MachineActionResult => ({
  ...place,
  ...{
    action: actionOf('1', more),
    alreadyUnderWay: false,
    queued: null,
    waitedSeconds: 0,
    outcome: 'DONE',
    error: null,
  },
});

const told = (more: Partial<MachineAction>) => withLatest(begun(), new Map([['1', actionOf('1', more)]]), 1.5);

describe('X1: what an action came to within the wait is told beside its machine action', () => {
  test.each<[MachineActionStatus, boolean]>([
    ['PENDING', false],
    ['IN_PROGRESS', false],
    ['SUCCEEDED', false],
    ['UNKNOWN', false],
    ['FAILED', true],
    ['TIME_OUT', true],
    ['CANCELLED', true],
  ])('%s is an error: %s', (status, isError) => {
    expect(told({ status })).toMatchObject({
      waitedSeconds: 1.5,
      action: { status },
      error: isError ? { code: 'ACTION_FAILED' } : null,
    });
  });

  test.each<[Partial<MachineAction>, string]>([
    [{ status: 'FAILED', troubleshootInfo: 'No disk space' }, 'The action 1 (Isolate) failed: No disk space'],
    [{ status: 'FAILED', errorHResult: -2_147_467_259 }, 'The action 1 (Isolate) failed (0x80004005)'],
    [{ status: 'FAILED', errorHResult: 2_147_500_037 }, 'The action 1 (Isolate) failed (0x80004005)'],
    [{ status: 'CANCELLED', cancellationComment: 'Wrong host' }, 'The action 1 (Isolate) was cancelled: Wrong host'],
    [{ status: 'FAILED', errorHResult: 0, troubleshootInfo: ' ' }, 'The action 1 (Isolate) failed'],
  ])('%j says %s', (more, message) => expect(told(more).error?.message).toBe(message));

  test('an action that was there already and failed is told too, and an error of the action itself stays', () => {
    const underWay = { ...begun({ status: 'FAILED' }), alreadyUnderWay: true };
    expect(withLatest(underWay, new Map(), 0).error?.code).toBe('ACTION_FAILED');
    const error = { ...told({ status: 'FAILED' }).error, code: 'CONFLICT' } as const;
    const refused = { ...begun({ status: 'FAILED' }), error: { ...errorless, ...error } };
    expect(withLatest(refused, new Map(), 0).error?.code).toBe('CONFLICT');
  });
});

const errorless = {
  message: '',
  upstreamCode: null,
  upstreamStatus: null,
  upstreamRequestId: null,
  retryAfterSeconds: null,
  missingPermissions: [],
  guardrails: [],
  approval: null,
  claims: null,
} as const;

describe('X1: a wait that is cut by the time of the request', () => {
  test.each([
    [10, 60_000, 10_000, null],
    [600, 60_000, 59_000, 59],
  ])('asked for %i s with %i ms left lasts %i ms, cut to %s', (seconds, leftMs, lasts, cutTo) => {
    const clock = createManualClock();
    const { since, until, cutTo: cut } = waitOf(seconds, clock, createTestScope(clock, leftMs).scope);
    expect([until - since, cut]).toEqual([lasts, cutTo]);
  });

  test('tells how long it was', async () => {
    const clock = createManualClock();
    const { scope } = createTestScope(clock, 31_000);
    const watcher = {
      watch: async (_: unknown, [action]: readonly MachineAction[], until: number) => {
        await clock.sleep(until - clock.now());
        return new Map(action === undefined ? [] : [[action.actionId, action]]);
      },
    };
    const answer = awaitResults(
      { watcher, clock },
      tenantNamed('contoso'),
      [begun()],
      waitOf(600, clock, scope),
      scope,
    );
    await clock.advance(30_000);
    expect(await answer).toMatchObject([{ waitedSeconds: 30, error: null, action: { status: 'PENDING' } }]);
  });
});
