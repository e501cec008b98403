import { expect, onTestFinished, test } from 'vitest';
import { openMemoryLog } from '../../../src/audit/memory-log.ts';
import { createLog } from '../../../src/log.ts';
import { openStore } from '../../../src/store/store.ts';
import { auditTrailOver, callerNamed, createManualClock, createTestScope } from './support.ts';

test('X3: an approved action that had to wait is not sent after the end of its approval', async () => {
  const clock = createManualClock();
  const log = createLog({ level: 'silent' });
  const store = await openStore({ url: 'memory:', clock });
  onTestFinished(() => store.close());
  const { auditTrail } = auditTrailOver({ audit: openMemoryLog(clock), store, clock, log });
  const approver = { id: 'apiKey:b', name: 'b' };
  const approved = {
    approvalId: 'a1',
    by: approver,
    access: { rolesIn: () => [], rolesInPart: () => [] },
    until: clock.now() + 1000,
  };
  const audited = { caller: callerNamed('a'), mutation: 'runLiveResponse', tenant: 'contoso', input: {} };
  const begin = (by: typeof approved | null) =>
    auditTrail.begin(
      { ...audited, approved: by },
      ['m1'],
      (target) => ({ target, refusal: null, subject: null }),
      createTestScope(clock).scope,
    );
  const [[timed], [untimed]] = [await begin(approved), await begin(null)];
  await clock.advance(999);
  await timed?.action.renew();
  await clock.advance(1);
  await expect(timed?.action.renew()).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('The time of the approval a1 was over'),
  });
  await untimed?.action.renew();
});

test('X1: the journal has the id of the tenant that the request sees, whoever has its name by then', async () => {
  const clock = createManualClock();
  const log = createLog({ level: 'silent' });
  const store = await openStore({ url: 'memory:', clock });
  onTestFinished(() => store.close());
  const { auditTrail, journal } = auditTrailOver({ audit: openMemoryLog(clock), store, clock, log });
  const tenantId = '33333333-3333-4333-8333-333333333333';
  await auditTrail.begin(
    { caller: callerNamed('a'), approved: null, mutation: 'updateAlerts', tenant: 'contoso', tenantId, input: {} },
    ['a1'],
    (target) => ({ target, refusal: null, subject: { kind: 'alert', id: target, change: { status: 'RESOLVED' } } }),
    createTestScope(clock).scope,
  );
  expect(await journal.unsettled()).toMatchObject([{ tenantId, audit: { tenant: 'contoso' } }]);
});
