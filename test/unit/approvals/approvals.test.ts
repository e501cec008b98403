import { describe, expect, test } from 'vitest';
import type { Caller } from '../../../src/access/caller.ts';
import { actionNames, actions } from '../../../src/actions/table.ts';
import { guardedActions } from '../../../src/config/guardrails.ts';
import { GatewayError, type ResultError, resultErrorOf } from '../../../src/errors.ts';
import type { RequestApprovalInput } from '../../../src/generated/inputs.ts';
import { createSchema } from '../../../src/server/schema.ts';
import { createToldFailures } from '../../../src/server/told-failures.ts';
import { createCaller } from '../../support/caller.ts';
import { callerNamed, createManualClock, tenantNamed } from '../actions/support.ts';
import {
  accessOf,
  action,
  actionIn,
  createHarness,
  type Harness,
  type HarnessOptions,
  machineId,
  needed,
  ownedKey,
} from './approvals-support.ts';

const asker = callerNamed('asker');
const approver = ownedKey('approver');
const another = ownedKey('another');

/** An approval of ten minutes that waits. */
const setUp = async (options: HarnessOptions = {}, requester: Caller = asker) => {
  const harness = await createHarness(options);
  const { approval } = await harness.approvals.request(requester, { action, validMinutes: 10 }, harness.scope);
  return { ...harness, approvalId: approval?.approvalId ?? '' };
};

const busy = resultErrorOf(new GatewayError('UPSTREAM_THROTTLED', 'Microsoft wants no more calls for now'));

test('is written to the audit before and after each step, and performed by the consent of the second person', async () => {
  const { approvals, approvalId, scope, performed, steps } = await setUp();
  await approvals.approve(approver, { approvalId }, scope);
  expect(performed).toEqual(['apiKey:asker with the consent of apiKey:approver']);
  expect(await steps()).toEqual([
    'requestApproval INTENDED',
    'requestApproval DONE',
    'approveAction INTENDED',
    'approveAction DONE',
  ]);
});

test('a word that came too late does nothing', async () => {
  const { clock, approvals, approvalId, scope, performed } = await setUp();
  await clock.advance(600_000);
  expect((await approvals.find(asker, approvalId)).state).toBe('EXPIRED');
  await expect(approvals.approve(approver, { approvalId }, scope)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: 'This approval has expired',
  });
  await expect(approvals.reject(approver, { approvalId }, scope)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(performed).toEqual([]);
});

test('what broke off after the decision is performed when the same approver asks again, and by nobody else', async () => {
  let isDown = true;
  const { approvals, approvalId, scope, performed } = await setUp({
    perform: async () => {
      if (isDown) throw new GatewayError('INTERNAL', 'The store of the gateway does not answer');
      return null;
    },
  });
  await expect(approvals.approve(approver, { approvalId }, scope)).rejects.toMatchObject({ code: 'INTERNAL' });
  expect(await approvals.find(asker, approvalId)).toMatchObject({ state: 'APPROVED', performance: { rows: [] } });
  isDown = false;
  await expect(approvals.approve(another, { approvalId }, scope)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: 'This approval was approved by approver',
  });
  const { approval } = await approvals.approve(approver, { approvalId }, scope);
  expect(approval?.performance?.rows).toMatchObject([
    { target: machineId, action: { actionId: 'action-1' }, error: null },
  ]);
  expect(performed).toHaveLength(2);
});

test.each([0, 1441])('%s minutes are no time for a request', async (validMinutes) => {
  const { approvals, scope } = await setUp();
  await expect(approvals.request(asker, { action, validMinutes }, scope)).rejects.toMatchObject({
    code: 'BAD_USER_INPUT',
    details: { field: 'validMinutes' },
  });
});

describe('X3: an approval is performed once', () => {
  const hourMs = 3_600_000;
  test.each([
    ['at once', 0],
    ['after its end', 11 * 60_000],
    ['after the idempotency keys of callers are forgotten', 26 * hourMs],
    ['after 29 days', 29 * 24 * hourMs],
  ])('X3: the same approveAction %s sends nothing, and tells what became of it', async (_when, waitMs) => {
    const { clock, approvals, approvalId, scope, performed } = await setUp();
    const first = await approvals.approve(approver, { approvalId }, scope);
    await clock.advance(waitMs);
    const repeated = await approvals.approve(approver, { approvalId }, scope);
    expect(repeated.results).toEqual(first.results);
    expect(performed).toHaveLength(1);
  });

  test('X3: after 32 days it is gone, and not asked for anew', async () => {
    const { clock, approvals, approvalId, scope, performed } = await setUp();
    await approvals.approve(approver, { approvalId }, scope);
    await clock.advance(32 * 24 * hourMs);
    await expect(approvals.approve(approver, { approvalId }, scope)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(performed).toHaveLength(1);
  });

  test('X3: what Microsoft refused at first is tried again in time, and not after its end', async () => {
    const { clock, approvals, approvalId, scope, performed } = await setUp({ perform: async () => busy });
    const first = await approvals.approve(approver, { approvalId }, scope);
    expect(first.results).toMatchObject([{ error: { code: 'UPSTREAM_THROTTLED' } }]);
    await approvals.approve(approver, { approvalId }, scope);
    expect(performed).toHaveLength(2);
    await clock.advance(600_000);
    const late = await approvals.approve(approver, { approvalId }, scope);
    expect(late.results).toMatchObject([
      { error: { code: 'UPSTREAM_THROTTLED', message: expect.stringContaining('it is not tried again') } },
    ]);
    expect(performed).toHaveLength(2);
  });

  test('X3: what was done stays told as done, whatever a later attempt says', async () => {
    const answers: (ResultError | null)[] = [busy, null, busy];
    const { approvals, approvalId, scope } = await setUp({ perform: async () => answers.shift() ?? null });
    await approvals.approve(approver, { approvalId }, scope);
    await approvals.approve(approver, { approvalId }, scope);
    const { results } = await approvals.approve(approver, { approvalId }, scope);
    expect(results).toMatchObject([{ action: { actionId: 'action-1' }, error: null }]);
  });

  test('X3: what was interrupted is told as such after its end, and not sent', async () => {
    const { clock, approvals, approvalId, scope, performed } = await setUp({
      perform: () => Promise.reject(new GatewayError('INTERNAL', 'The process was killed')),
    });
    await expect(approvals.approve(approver, { approvalId }, scope)).rejects.toMatchObject({ code: 'INTERNAL' });
    await clock.advance(600_000);
    const { results } = await approvals.approve(approver, { approvalId }, scope);
    expect(results).toMatchObject([
      { target: machineId, error: { code: 'CONFLICT', message: expect.stringContaining('begun and interrupted') } },
    ]);
    expect(performed).toHaveLength(1);
  });
});

describe('X3: of a tenant whose name another one has by now', () => {
  const setUpTwo = async () => {
    const tenants = [tenantNamed('contoso')];
    const harness = await setUp({ tenants });
    const becomeAnother = (tenantId: string) => tenants.splice(0, 1, { ...tenantNamed('contoso'), tenantId });
    return { ...harness, becomeAnother };
  };

  test.each([true, false])('nothing is performed, and the audit has it (dryRun: %s)', async (dryRun) => {
    const { approvals, approvalId, scope, performed, steps, becomeAnother } = await setUpTwo();
    const { tenantId } = tenantNamed('contoso');
    becomeAnother('33333333-3333-4333-8333-333333333333');
    await expect(approvals.approve(approver, { approvalId, dryRun }, scope)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('when another tenant had this name'),
      details: { sent: 'no' },
    });
    expect(performed).toEqual([]);
    const told = ['approveAction INTENDED', 'approveAction FAILED CONFLICT'];
    expect((await steps()).slice(2)).toEqual(dryRun ? [] : told);
    // It waits until it is over, and goes on when the name is given back.
    becomeAnother(tenantId);
    await approvals.approve(approver, { approvalId }, scope);
    expect(performed).toHaveLength(1);
  });

  test('it can be declined', async () => {
    const { approvals, approvalId, scope, becomeAnother } = await setUpTwo();
    becomeAnother('33333333-3333-4333-8333-333333333333');
    expect((await approvals.reject(approver, { approvalId }, scope)).approval?.state).toBe('REJECTED');
  });
});

describe('X3: two people, not two credentials', () => {
  const user = (name: string, person: Caller['person']): Caller => ({
    ...createCaller({ ...callerNamed(name), id: `user:t:${name}`, kind: 'user' }),
    ...(person === undefined ? {} : { person }),
  });
  const ana = {
    id: '11111111-1111-4111-8111-111111111111:22222222-2222-4222-8222-222222222222',
    userNames: ['ana@contoso.com'],
  };
  const ben = { ...ana, id: ana.id.replace(/2222$/, '3333'), userNames: ['ben@contoso.com'] };
  test.each<[string, Caller, Caller, string | null]>([
    ['the same credential', asker, asker, 'cannot give it'],
    [
      'another credential of the same person',
      ownedKey('asker'),
      { ...approver, person: { id: null, userNames: ['asker@contoso.com'] } },
      'you are the person who asked',
    ],
    [
      'a person of whom nothing tells that they are another',
      { ...asker, person: { id: ana.id, userNames: [] } },
      approver,
      'nothing tells that you are another',
    ],
    ['an API key without an owner', asker, callerNamed('nobody'), 'access.apiKeys[].owner'],
    ['an app', asker, createCaller({ ...callerNamed('robot'), id: 'app:t:robot', kind: 'app' }), 'An app is no person'],
    ['a user who is known by nothing', asker, user('ghost', undefined), 'does not say which person'],
    ['another person', { ...asker, person: ana }, user('ben', ben), null],
    ['a person, where a script asked', asker, user('ben', ben), null],
  ])('X3: asked by one, approved by %s', async (_who, requester, second, refusal) => {
    const { approvals, approvalId, scope, performed } = await setUp({}, requester);
    const answer = approvals.approve(second, { approvalId }, scope);
    if (refusal === null) await answer;
    else await expect(answer).rejects.toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining(refusal) });
    expect(performed).toHaveLength(refusal === null ? 1 : 0);
  });
});

test('X3: whose key it is may be said after it was asked for', async () => {
  let config = accessOf(['asker', 'approver']);
  const { approvals, approvalId, scope } = await setUp({ access: () => config });
  const owner = approver.person ?? null;
  config = { ...config, apiKeys: config.apiKeys.map((key) => (key.name === 'asker' ? { ...key, owner } : key)) };
  await expect(approvals.approve(approver, { approvalId }, scope)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('the same key gives the same approval and results, whatever a dry run would say now', async () => {
  let dry: GatewayError | null = needed;
  const { approvals, scope } = await createHarness({ dry: () => dry });
  const ask = () => approvals.request(asker, { action, idempotencyKey: 'k' }, scope);
  const first = await ask();
  dry = null;
  const { approval, results } = await ask();
  expect([approval?.approvalId, results]).toEqual([first.approval?.approvalId, first.results]);
});

describe("X3: the requester's rights are those of now", () => {
  const expired = (): ReturnType<typeof accessOf> => {
    const config = accessOf(['asker', 'approver']);
    return { ...config, apiKeys: config.apiKeys.map((key) => ({ ...key, expiresAtMs: Date.UTC(2026, 2, 1, 8) })) };
  };
  const without = (): ReturnType<typeof accessOf> => ({
    ...accessOf(['asker']),
    roles: { tester: { permissions: ['machine:read'], tenants: 'all', machines: null } },
  });
  test.each([
    ['their key was taken out', () => accessOf(['approver']), 'not in the settings any more'],
    ['their key has expired', expired, 'has expired'],
    ['their role gives it no more', without, 'machine:isolate'],
  ])('X3: %s: refused, told in the audit, and still waiting', async (_what, later, message) => {
    let config = accessOf(['asker', 'approver']);
    const { approvals, approvalId, scope, performed, steps } = await setUp({ access: () => config });
    config = later();
    await expect(approvals.approve(approver, { approvalId }, scope)).rejects.toMatchObject({
      code: 'REQUESTER_NOT_PERMITTED',
      message: expect.stringContaining(message),
    });
    expect(performed).toEqual([]);
    expect((await steps()).slice(2)).toEqual([
      'approveAction INTENDED',
      'approveAction FAILED REQUESTER_NOT_PERMITTED',
    ]);
    expect((await approvals.find(asker, approvalId)).state).toBe('PENDING');
    config = accessOf(['asker', 'approver']);
    await approvals.approve(approver, { approvalId }, scope);
    expect(performed).toHaveLength(1);
  });

  test('X3: after the decision too: what was refused at first is not tried again for a key that is gone', async () => {
    let config = accessOf(['asker', 'approver']);
    const { approvals, approvalId, scope, performed } = await setUp({
      access: () => config,
      perform: async () => busy,
    });
    await approvals.approve(approver, { approvalId }, scope);
    config = accessOf(['approver']);
    await expect(approvals.approve(approver, { approvalId }, scope)).rejects.toMatchObject({
      code: 'REQUESTER_NOT_PERMITTED',
    });
    expect(performed).toHaveLength(1);
  });

  const issuer = '11111111-1111-4111-8111-111111111111';
  const user = createCaller({ ...callerNamed('ana'), id: `user:${issuer}:ana`, kind: 'user' });
  const withTokens = (): ReturnType<typeof accessOf> => ({
    ...accessOf(['approver']),
    entra: [{ tenantId: issuer, issuers: ['i'], audience: ['a'], jwksUri: 'https://keys.example', roleClaims: {} }],
  });
  test('X3: the rights of a token cannot be read anew: their age is shown, and bounds the request', async () => {
    const { clock, approvals, scope, performed } = await createHarness({
      access: withTokens,
      limits: { tokenRightsMinutes: 30 },
    });
    const { approval } = await approvals.request(user, { action }, scope);
    expect(approval).toMatchObject({
      rightsTakenAt: clock.now(),
      requestedAt: clock.now(),
      expiresAt: clock.now() + 30 * 60_000,
    });
    await approvals.approve(approver, { approvalId: approval?.approvalId ?? '' }, scope);
    expect(performed).toHaveLength(1);
  });

  test('X3: a shorter bound holds for those that wait; an issuer that is gone gives no rights', async () => {
    let config = withTokens();
    const limits = { tokenRightsMinutes: 30 };
    const { clock, approvals, scope, performed } = await createHarness({ access: () => config, limits });
    const { approval } = await approvals.request(user, { action }, scope);
    const approvalId = approval?.approvalId ?? '';
    config = accessOf(['approver']);
    await expect(approvals.approve(approver, { approvalId }, scope)).rejects.toMatchObject({
      message: expect.stringContaining('tokens of their tenant are not taken any more'),
    });
    await clock.advance(30 * 60_000);
    await expect(approvals.approve(approver, { approvalId }, scope)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(performed).toEqual([]);
  });
});

describe('X3: where nobody can be asked', () => {
  const onBehalf = {
    ...tenantNamed('contoso'),
    auth: {
      kind: 'onBehalfOf',
      clientId: 'app',
      app: { kind: 'secret', clientId: 'app', clientSecret: async () => 'not a real one' },
    },
  } as const;
  test('X3: in a tenant that is used on behalf of its callers', async () => {
    const { approvals, scope } = await createHarness({ tenants: [onBehalf] });
    await expect(approvals.request(asker, { action }, scope)).rejects.toMatchObject({
      code: 'APPROVAL_NOT_POSSIBLE',
      message: expect.stringContaining('on behalf of its callers'),
    });
  });

  test.each([false, true])('X2: for what needs no approval (dryRun: %s)', async (dryRun) => {
    const { approvals, scope } = await createHarness({ dry: () => null });
    await expect(approvals.request(asker, { action, dryRun }, scope)).rejects.toMatchObject({
      code: 'APPROVAL_NOT_NEEDED',
      message: 'No guardrail asks for a second person here: do it at once with isolateMachines',
    });
  });
});

test('X3: every action that requireApproval accepts can be asked for, and the schema has its field', () => {
  expect(actionNames.map((name) => actions[name].guardrail).toSorted()).toEqual(Object.keys(guardedActions).toSorted());
  const input = createSchema(createToldFailures()).getType('ApprovalActionInput');
  const fields = input !== undefined && 'getFields' in input ? Object.keys(input.getFields()) : [];
  expect(fields.toSorted()).toEqual([...actionNames].toSorted());
});

describe('X3: requests are bounded', () => {
  const ask = ({ approvals, scope }: Harness, caller: Caller, tenant = 'contoso', comment = 'Beaconing') =>
    approvals.request(caller, { action: actionIn(tenant, comment) }, scope);

  test.each<[string, RequestApprovalInput['action'], object, string]>([
    ['characters', actionIn('contoso', 'x'.repeat(2000)), { inputCharacters: 1000 }, 'approvals.inputCharacters'],
    [
      'commands',
      {
        runLiveResponse: {
          tenant: 'contoso',
          machineIds: [machineId],
          comment: 'why',
          commands: Array.from({ length: 3 }, () => ({ type: 'RUN_SCRIPT', scriptName: 'a.ps1' })),
        },
      },
      { commands: 2 },
      'approvals.commands',
    ],
  ])('X3: %s of the input', async (_what, given, limits, setting) => {
    const { approvals, scope } = await createHarness({ limits });
    await expect(approvals.request(asker, { action: given }, scope)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining(setting),
    });
  });

  test('X3: of a caller, of a tenant, in a day; what was decided or has expired no longer counts as open', async () => {
    const limits = { openPerCaller: 2, openPerTenant: 3, requestsPerDay: 5 };
    const clock = createManualClock(Date.UTC(2026, 2, 1, 8));
    const harness = await createHarness({ limits, clock });
    const { approvals, scope } = harness;
    const refused = (work: Promise<unknown>, setting: string) =>
      expect(work).rejects.toMatchObject({ code: 'RATE_LIMITED', message: expect.stringContaining(setting) });
    // Several at once: none slips through.
    const first = await Promise.allSettled([1, 2, 3, 4].map(() => ask(harness, asker)));
    expect(first.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    await refused(ask(harness, asker, 'fabrikam'), 'openPerCaller');
    await ask(harness, another);
    await refused(ask(harness, another), 'openPerTenant');
    await ask(harness, another, 'fabrikam');

    const { rows } = await approvals.page(asker, [tenantNamed('contoso')], { states: null, first: 9, below: null });
    const mine = rows.find(({ row }) => row.requester.id === asker.id);
    await approvals.reject(asker, { approvalId: mine?.row.approvalId ?? '' }, scope);
    await ask(harness, asker);
    await clock.advance(3_600_000);
    await ask(harness, asker);
    await ask(harness, asker);
    await clock.advance(3_600_000);
    await refused(ask(harness, asker), 'requestsPerDay');
    await clock.advance(22 * 3_600_000);
    await ask(harness, asker);
  });
});
