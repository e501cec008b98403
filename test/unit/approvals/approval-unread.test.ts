import { expect, onTestFinished, test } from 'vitest';
import { createAccess } from '../../../src/access/access.ts';
import type { ActionRow } from '../../../src/approvals/action.ts';
import { createApprovalMemory } from '../../../src/approvals/memory.ts';
import { createPerformApproved } from '../../../src/approvals/perform.ts';
import { requesterOf } from '../../../src/approvals/record.ts';
import { approvalsSchema } from '../../../src/config/approvals.ts';
import { createTenantDirectory } from '../../../src/config/directory.ts';
import { openStore } from '../../../src/store/store.ts';
import { actionOf, createManualClock, createTestScope, tenantNamed } from '../actions/support.ts';
import { log, machineId, ownedKey } from './approvals-support.ts';

test('X3: an action that could not be read when it was begun is named by the next repeat, and stays', async () => {
  const clock = createManualClock();
  const store = await openStore({ url: 'memory:', clock });
  onTestFinished(() => store.close());
  const memory = createApprovalMemory({ store, limits: approvalsSchema.parse({}), clock, log });
  const caller = ownedKey('asker');
  const acting = {
    caller,
    access: createAccess({ directory: createTenantDirectory([tenantNamed('contoso')]), guardrails: [] }, 10)(caller),
    approved: null,
  };
  const approvalId = '7d1c4c0e-2f4d-4a56-9a58-3d8e1d0e9b11';
  const machineAction = actionOf('begun');
  const answers: ActionRow[] = [
    { target: machineId, action: null, error: null, unread: true },
    { target: machineId, action: machineAction, error: null },
  ];
  const perform = createPerformApproved({
    actions: {
      read: () => action,
      targetsOf: () => [machineId],
      permissionOf: () => 'machine:isolate',
      perform: async () => answers.splice(0, 1),
    },
    memory,
    clock,
    log,
  });
  const action = {
    name: 'isolateMachines',
    input: { tenant: 'contoso', machineIds: [machineId], comment: 'Beaconing' },
  } as const;
  const request = {
    ...{ approvalId, action, targets: [machineId], requester: requesterOf(caller), guardrails: ['two'] },
    ...{ approverRoles: [], requestedAt: clock.now(), expiresAt: clock.now() + 60_000 },
  };
  await memory.add(request);
  const by = { id: 'apiKey:lead', name: 'lead', kind: 'apiKey' } as const;
  await memory.decide(request, { state: 'APPROVED', by, at: clock.now(), comment: null });
  const asked = async (): Promise<readonly (string | undefined)[]> => {
    const approval = await memory.find(approvalId);
    if (approval === undefined) throw new Error('The approval is gone');
    const rows = await perform(approval, acting, 0, createTestScope(clock).scope);
    return rows.map((row) => row.action?.actionId);
  };
  expect(await asked()).toEqual([undefined]);
  expect(await asked()).toEqual(['begun']);
  // Nobody is asked any more.
  expect(await asked()).toEqual(['begun']);
  expect(answers).toEqual([]);
});
