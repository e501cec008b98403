import { describe, expect, test } from 'vitest';
import { createSendOne } from '../../../src/actions/kinds/machine/send-one.ts';
import { tagged, tagOf } from '../../../src/actions/once/correlation.ts';
import { createActionSearch } from '../../../src/actions/once/search.ts';
import type { MachineAction } from '../../../src/domain/machine-action.ts';
import type { ActionOutcome } from '../../../src/domain/outcome.ts';
import { GatewayError, TenantAccessError, UpstreamError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { actionOf, createManualClock, createTestScope, tenantNamed } from './support.ts';

const tag = tagOf(['apiKey:script', 'isolateMachines', 'key-1', 'contoso', 'a'.repeat(40)]);
const ours = actionOf('ours', { requestorComment: tagged('Suspicious traffic', tag) });
const others = actionOf('others', { requestorComment: 'Somebody else' });
const ended = actionOf('ended', { requestorComment: 'Somebody else', status: 'SUCCEEDED' });

/** One action on one machine, where `listed` is what Defender lists and `send` what it answers. */
const submit = async (
  listed: readonly MachineAction[],
  send: (comment: string) => Promise<MachineAction | null>,
  renew: () => Promise<void> = async () => {},
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
      byIds: async (_tenant, ids) =>
        new Map(listed.flatMap((action) => (ids.includes(action.actionId) ? [[action.actionId, action]] : []))),
    },
  });
  const tenant = tenantNamed('contoso');
  const machineId = 'a'.repeat(40);
  let times = 0;
  const done = createSendOne({ search, clock, log: createLog({ level: 'silent' }) })({
    place: { tenant, machineId, type: 'ISOLATE' },
    isSame: () => true,
    comment: 'Suspicious traffic',
    tag,
    send: (comment) => {
      times += 1;
      return send(comment);
    },
    scope: createTestScope(clock).scope,
    renew,
    inQueue: null,
    isRepeat: false,
  });
  await clock.advance(10_000);
  return { ...(await done), times };
};

const unanswered = () => Promise.reject(new UpstreamError('UPSTREAM_TIMEOUT', 'No answer in time', { sent: 'maybe' }));
const busy = () =>
  Promise.reject(
    new UpstreamError('UPSTREAM_REJECTED', 'rejects the request', {
      upstreamStatus: 400,
      sent: 'no',
      upstreamCode: 'ActiveRequestAlreadyExists',
    }),
  );

describe('what an action on one machine comes to', () => {
  test('the comment that is sent carries the tag', async () => {
    const ended = await submit([], async (comment) => actionOf('new', { requestorComment: comment }));
    expect(ended).toMatchObject({ outcome: 'DONE', shown: { requestorComment: ours.requestorComment } });
  });

  test.each<[string, readonly MachineAction[], () => Promise<MachineAction | null>, object, ActionOutcome]>([
    ['answered with what was under way', [], async () => others, { shown: others, error: null }, 'UNDER_WAY'],
    ['taken without saying which', [ours], async () => null, { shown: ours, error: null }, 'DONE'],
    ['taken, and not listed', [], async () => null, { shown: null, error: null }, 'DONE'],
    ['not answered, and listed', [others, ours], unanswered, { shown: ours, error: null }, 'DONE'],
    [
      'not answered, and not listed',
      [others],
      unanswered,
      { shown: null, error: { code: 'UPSTREAM_TIMEOUT' } },
      'UNKNOWN',
    ],
    ['busy', [ended, others], busy, { shown: others, error: null }, 'UNDER_WAY'],
    ['busy with our own', [ours], busy, { shown: ours, error: null }, 'DONE'],
    ['busy with nothing that is listed', [ended], busy, { shown: null, error: { code: 'CONFLICT' } }, 'FAILED'],
    [
      'refused',
      [ours],
      () => Promise.reject(new TenantAccessError('MISSING_PERMISSION', 'Machine.Isolate is needed')),
      { shown: null, error: { code: 'MISSING_PERMISSION' } },
      'FAILED',
    ],
    [
      'broken by a fault of ours',
      [],
      () => Promise.reject(new TypeError('x')),
      { error: { code: 'INTERNAL' } },
      'UNKNOWN',
    ],
    [
      'not known to Defender',
      [],
      () => Promise.reject(new GatewayError('NOT_FOUND', 'does not know it', { sent: 'no' })),
      { error: { code: 'NOT_FOUND', message: `There is no machine ${'a'.repeat(40)} in contoso` } },
      'FAILED',
    ],
  ])('%s: sent once', async (_name, listed, send, expected, expectedOutcome) => {
    const { times, outcome, ...ended } = await submit(listed, send);
    expect(ended).toMatchObject(expected);
    expect(outcome).toBe(expectedOutcome);
    expect(times).toBe(1);
  });

  test('nothing is sent when the journal cannot say that it is', async () => {
    const { times, ...ended } = await submit(
      [],
      async () => ours,
      () => Promise.reject(new GatewayError('CONFLICT', 'held up', { sent: 'no' })),
    );
    expect(ended).toMatchObject({ shown: null, error: { code: 'CONFLICT' }, outcome: 'FAILED' });
    expect(times).toBe(0);
  });
});
