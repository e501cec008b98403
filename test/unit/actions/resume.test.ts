import { expect, onTestFinished, test } from 'vitest';
import { createResume } from '../../../src/actions/machines/resume.ts';
import { tagged, tagOf } from '../../../src/actions/once/correlation.ts';
import { createJournal } from '../../../src/actions/once/journal.ts';
import { createPresence } from '../../../src/actions/once/presence.ts';
import { createActionSearch } from '../../../src/actions/once/search.ts';
import type { MachineAction } from '../../../src/domain/machine-action.ts';
import { createLog } from '../../../src/log.ts';
import { openStore } from '../../../src/store/store.ts';
import { entryOf } from '../audit/support.ts';
import { actionOf, createManualClock, createTestScope, tenantNamed } from './support.ts';

const machineId = 'a'.repeat(40);
const tag = tagOf(['apiKey:script', 'isolateMachines', 'key-1', 'contoso', machineId]);
const ours = actionOf('ours', { machineId, requestorComment: tagged('Beaconing', tag) });
const tenant = tenantNamed('contoso');
const log = createLog({ level: 'silent' });

/** A request that is resumed after its first run, which journalled the act or did not come to it, `agoMs` before. */
const resumeAfter = async (agoMs: number, journalled: boolean, listed: readonly MachineAction[]) => {
  const clock = createManualClock(Date.UTC(2026, 2, 1));
  const store = await openStore({ url: 'memory:', clock });
  onTestFinished(() => store.close());
  const presence = createPresence({ store, clock, log });
  const journal = createJournal({ store, presence, clock, log });
  const subject = { kind: 'machineAction', machineId, type: 'ISOLATE', mark: tag.text } as const;
  if (journalled) await journal.open([{ audit: entryOf(machineId), subject }]);
  await clock.advance(agoMs);
  const search = createActionSearch({
    clock,
    lookAfterMs: [0],
    reads: {
      open: async () => ({
        api: 'mde',
        order: 'newestFirst',
        scans: false,
        page: { items: listed, offsets: [], next: null },
      }),
    },
  });
  const job = {
    place: { tenant, machineId, type: 'ISOLATE' },
    target: { machineId, machine: null, error: null },
    send: () => Promise.reject(new Error('Nothing is sent while it is resumed')),
    comment: 'Beaconing',
    tag,
  } as const;
  const [taken] = await createResume({ search, journal, clock, log })(tenant, [job], createTestScope(clock).scope);
  return taken;
};

test('what the first run did is the answer', async () => {
  expect(await resumeAfter(15_000, true, [ours])).toMatchObject({
    outcome: 'BEGUN',
    result: { action: ours, error: null },
  });
});

test('what may still be on its way is not sent again yet', async () => {
  expect(await resumeAfter(15_000, true, [])).toMatchObject({
    outcome: 'UNKNOWN',
    result: { action: null, error: { code: 'CONFLICT', retryAfterSeconds: 105 } },
  });
});

test.each<[string, number, boolean]>([
  ['was not come to', 15_000, false],
  ['is not there after two minutes', 121_000, true],
])('what %s may be sent', async (_name, agoMs, journalled) => {
  expect(await resumeAfter(agoMs, journalled, [])).toBeUndefined();
});
