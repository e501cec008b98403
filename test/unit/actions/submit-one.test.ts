import { describe, expect, test } from 'vitest';
import { createSubmitOne } from '../../../src/actions/machines/submit-one.ts';
import { tagged, tagOf } from '../../../src/actions/once/correlation.ts';
import { createActionSearch } from '../../../src/actions/once/search.ts';
import type { Outcome } from '../../../src/actions/outcome.ts';
import type { MachineAction } from '../../../src/domain/machine-action.ts';
import { GatewayError, TenantAccessError, UpstreamError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { UnansweredActError } from '../../../src/routing/send-once.ts';
import { actionOf, createManualClock, createTestScope, tenantNamed } from './support.ts';

const tag = tagOf(['apiKey:script', 'isolateMachines', 'key-1', 'contoso', 'a'.repeat(40)]);
const ours = actionOf('ours', { requestorComment: tagged('Suspicious traffic', tag) });
const others = actionOf('others', { requestorComment: 'Somebody else' });
const ended = actionOf('ended', { requestorComment: 'Somebody else', status: 'SUCCEEDED' });

/** One act on one machine, where `listed` is what Defender lists and `send` what it answers. */
const submit = async (
  listed: readonly MachineAction[],
  send: (comment: string) => Promise<MachineAction | null>,
  current = true,
) => {
  const clock = createManualClock();
  const search = createActionSearch({
    clock,
    lookAfterMs: [0, 1000, 3000],
    reads: {
      open: async () => ({
        api: 'mde',
        order: 'newestFirst',
        scans: false,
        page: { items: listed, offsets: [], next: null },
      }),
    },
  });
  const tenant = tenantNamed('contoso');
  const machineId = 'a'.repeat(40);
  let times = 0;
  const done = createSubmitOne({
    search,
    presence: { isCurrent: () => current },
    clock,
    log: createLog({ level: 'silent' }),
  })(
    {
      place: { tenant, machineId, type: 'ISOLATE' },
      target: { machineId, machine: null, error: null },
      comment: 'Suspicious traffic',
      tag,
      send: (_tenant, _machineId, comment) => {
        times += 1;
        return send(comment);
      },
    },
    { scope: createTestScope(clock).scope, renew: async () => {}, turn: null },
  );
  await clock.advance(10_000);
  return { ...(await done), times };
};

const unanswered = () =>
  Promise.reject(new UnansweredActError(new UpstreamError('UPSTREAM_TIMEOUT', 'No answer in time')));
const busy = () =>
  Promise.reject(
    new UpstreamError('UPSTREAM_REJECTED', 'rejects the request', {
      upstreamStatus: 400,
      upstreamCode: 'ActiveRequestAlreadyExists',
    }),
  );

describe('what an act on one machine comes to', () => {
  test('the comment that is sent carries the tag', async () => {
    const { result } = await submit([], async (comment) => actionOf('new', { requestorComment: comment }));
    expect(result).toMatchObject({ alreadyUnderWay: false, action: { requestorComment: ours.requestorComment } });
  });

  test.each<[string, readonly MachineAction[], () => Promise<MachineAction | null>, object, Outcome]>([
    [
      'answered with what was under way',
      [],
      async () => others,
      { alreadyUnderWay: true, action: others, error: null },
      'BEGUN',
    ],
    [
      'taken without saying which',
      [ours],
      async () => null,
      { alreadyUnderWay: false, action: ours, error: null },
      'BEGUN',
    ],
    ['taken, and not listed', [], async () => null, { action: null, error: null }, 'BEGUN'],
    [
      'not answered, and listed',
      [others, ours],
      unanswered,
      { alreadyUnderWay: false, action: ours, error: null },
      'BEGUN',
    ],
    [
      'not answered, and not listed',
      [others],
      unanswered,
      { action: null, error: { code: 'UPSTREAM_TIMEOUT' } },
      'UNKNOWN',
    ],
    ['busy', [ended, others], busy, { alreadyUnderWay: true, action: others, error: null }, 'BEGUN'],
    ['busy with our own', [ours], busy, { alreadyUnderWay: false, action: ours, error: null }, 'BEGUN'],
    ['busy with nothing that is listed', [ended], busy, { action: null, error: { code: 'CONFLICT' } }, 'NOT_BEGUN'],
    [
      'refused',
      [ours],
      () => Promise.reject(new TenantAccessError('MISSING_PERMISSION', 'Machine.Isolate is needed')),
      { action: null, error: { code: 'MISSING_PERMISSION' } },
      'NOT_BEGUN',
    ],
    [
      'broken by a fault of ours',
      [],
      () => Promise.reject(new TypeError('x')),
      { error: { code: 'INTERNAL' } },
      'NOT_BEGUN',
    ],
    [
      'not known to Defender',
      [],
      () => Promise.reject(new GatewayError('NOT_FOUND', 'does not know it')),
      { error: { code: 'NOT_FOUND', message: `There is no machine ${'a'.repeat(40)} in contoso` } },
      'NOT_BEGUN',
    ],
  ])('%s: sent once', async (_name, listed, send, expected, expectedOutcome) => {
    const { result, times, outcome } = await submit(listed, send);
    expect(result).toMatchObject(expected);
    expect(outcome).toBe(expectedOutcome);
    expect(times).toBe(1);
  });

  test('a process that was held up sends nothing', async () => {
    const { result, times, outcome } = await submit([], async () => ours, false);
    expect(result).toMatchObject({ action: null, error: { code: 'CONFLICT' } });
    expect([times, outcome]).toEqual([0, 'NOT_BEGUN']);
  });
});
