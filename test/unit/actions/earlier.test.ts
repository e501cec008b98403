import { expect, onTestFinished, test } from 'vitest';
import type { Run } from '../../../src/actions/once/idempotency.ts';
import { createJournal } from '../../../src/actions/once/journal.ts';
import { createPresence } from '../../../src/actions/once/presence.ts';
import type { TargetEnd } from '../../../src/actions/once/target-ends.ts';
import { lookForEarlier } from '../../../src/actions/pipeline/earlier.ts';
import type { ActionKind, ActionTarget } from '../../../src/actions/pipeline/kind.ts';
import type { Found } from '../../../src/actions/recovery/sought.ts';
import { UpstreamError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { openStore } from '../../../src/store/store.ts';
import { entryOf } from '../audit/support.ts';
import { createManualClock, createTestScope } from './support.ts';

const machineId = 'a'.repeat(40);
const subject = { kind: 'machineAction', machineId, type: 'ISOLATE', mark: '[dg:0123456789ab]' } as const;
const log = createLog({ level: 'silent' });
const target: ActionTarget = { id: machineId };
const done: Found<string> = { outcome: 'DONE', actionId: 'ours', shown: 'ours' };

interface Earlier {
  /** Milliseconds since an earlier run journalled the action; null: it did not come to it. */
  readonly journalledAgo: number | null;
  readonly kept?: TargetEnd;
  /** What Microsoft's side shows, given whether it would be there by now. */
  readonly shows: (settled: boolean) => Found<string> | Error | null;
  readonly resumed?: boolean;
  /** Where the earlier run was; where this one is unless said otherwise. */
  readonly journalledIn?: string;
}

/** What a run finds of one target. */
const lookAfter = async ({ journalledAgo, kept, shows, resumed = true, journalledIn: tenant = 'contoso' }: Earlier) => {
  const clock = createManualClock(Date.UTC(2026, 2, 1));
  const store = await openStore({ url: 'memory:', clock });
  onTestFinished(() => store.close());
  const presence = createPresence({ store, clock, log });
  const journal = createJournal({ store, presence, clock, log });
  if (journalledAgo !== null) await journal.open([{ audit: entryOf(machineId, { tenant }), subject }]);
  await clock.advance(journalledAgo ?? 0);
  const stored = new Map<string, TargetEnd>(kept === undefined ? [] : [[machineId, kept]]);
  const run: Run = {
    resumedSince: resumed ? clock.now() - 60_000 : null,
    ended: async (id) => stored.get(id),
    keep: async (id, end) => void stored.set(id, end),
  };
  const never = () => Promise.reject(new Error('Only looking is tried here'));
  const kind: ActionKind<ActionTarget, string, never> = {
    isUnmistakable: true,
    subjectOf: () => subject,
    find: async (sought, { look }) => {
      // A read that joined an earlier one would tell of a time before.
      expect(look).toBeDefined();
      return sought.map(({ settled }) => shows(settled));
    },
    recall: async (ended) => ended.map(() => 'as it is now'),
    plan: never,
    capability: null,
    looks: [],
    before: () => null,
    machineOf: () => null,
    check: () => null,
    send: () => [],
    result: () => {
      throw new Error('Only looking is tried here');
    },
  };
  const corrected: number[] = [];
  const { ends, parts } = await lookForEarlier({
    journal,
    now: store.now,
    lateEnds: { correct: async (_, since) => void corrected.push(since), isNoted: async () => false },
  })(
    kind,
    [target],
    run,
    { tenant: 'contoso', mutation: 'isolateMachines', callerId: 'apiKey:a' },
    createTestScope(clock).scope,
  );
  return {
    ended: ends.get(machineId),
    part: parts.get(machineId),
    kept: stored.get(machineId),
    corrected: corrected.length,
  };
};

const absent = (settled: boolean) =>
  settled ? ({ outcome: 'NOT_BEGUN', actionId: null, shown: null } as const) : null;
const unreadable = () => new UpstreamError('UPSTREAM_UNAVAILABLE', 'not reached');
const partly = (maybeSentAt: number | null): TargetEnd => ({
  outcome: 'PARTLY_DONE',
  actionId: null,
  left: { code: 'UPSTREAM_UNAVAILABLE', message: 'The comment was not added', maybeSentAt },
});

test('what the first run did is the answer, and is kept', async () => {
  const { ended, kept, corrected } = await lookAfter({ journalledAgo: 15_000, shows: () => done });
  // What the audit tells of it may be earlier.
  expect(corrected).toBe(1);
  expect(ended).toMatchObject({ outcome: 'DONE', shown: 'ours', error: null });
  expect(kept).toEqual({ outcome: 'DONE', actionId: 'ours', left: null });
});

test('what is kept as done is shown as it is now, without a look for it', async () => {
  const kept: TargetEnd = { outcome: 'UNDER_WAY', actionId: 'others', left: null };
  const { ended } = await lookAfter({ journalledAgo: null, kept, shows: unreadable });
  expect(ended).toEqual({ outcome: 'UNDER_WAY', actionId: 'others', shown: 'as it is now', error: null });
});

test('what may still be on its way is not sent again yet', async () => {
  const { ended } = await lookAfter({ journalledAgo: 15_000, shows: absent });
  expect(ended).toMatchObject({
    outcome: 'UNKNOWN',
    error: { code: 'CONFLICT', details: { retryAfterSeconds: 105 } },
  });
});

test('X1: what is on its way in another tenant is not waited for', async () => {
  const { ended } = await lookAfter({ journalledAgo: 15_000, journalledIn: 'fabrikam', shows: absent });
  expect(ended).toBeUndefined();
});

test.each<[string, number | null]>([
  ['was not come to', null],
  ['is not there after two minutes', 121_000],
])('what %s may be sent', async (_name, journalledAgo) => {
  expect((await lookAfter({ journalledAgo, shows: absent })).ended).toBeUndefined();
});

test('X1: what cannot be read is unknown, and is not sent, however long ago', async () => {
  const { ended, kept } = await lookAfter({ journalledAgo: 600_000, shows: unreadable });
  expect(ended).toMatchObject({ outcome: 'UNKNOWN', error: { code: 'UPSTREAM_UNAVAILABLE' } });
  expect(kept).toBeUndefined();
});

test('X1: an action whose key is not remembered is looked for first; that this fails does not stop it', async () => {
  expect((await lookAfter({ journalledAgo: null, resumed: false, shows: () => done })).ended).toMatchObject({
    outcome: 'DONE',
  });
  expect((await lookAfter({ journalledAgo: null, resumed: false, shows: unreadable })).ended).toBeUndefined();
});

test('X1: the rest of what was done in part is sent, and not twice', async () => {
  const notSent = await lookAfter({ journalledAgo: null, kept: partly(null), shows: absent });
  expect(notSent).toMatchObject({ ended: undefined, part: { outcome: 'PARTLY_DONE' } });
  const maybe = await lookAfter({ journalledAgo: null, kept: partly(Date.UTC(2026, 2, 1)), shows: absent });
  expect(maybe.ended).toMatchObject({ outcome: 'UNKNOWN', error: { code: 'CONFLICT' } });
  const there = await lookAfter({ journalledAgo: null, kept: partly(Date.UTC(2026, 2, 1)), shows: () => done });
  expect(there.ended).toMatchObject({ outcome: 'DONE' });
});
