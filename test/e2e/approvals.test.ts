import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorldMachine } from '../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

const rules = [
  { name: 'two for servers', requireApproval: ['isolate', 'cancel'], machineTags: 'server', approverRoles: 'lead' },
  { name: 'never', deny: 'isolate', machineTags: 'crown-jewel' },
  { name: 'two to close', requireApproval: 'updateIncidents', validMinutes: 5 },
];

const keys = {
  asker: { roles: ['responder'] },
  second: { roles: ['responder'], owner: 'second@contoso.com' },
  lead: { roles: ['lead'], owner: 'lead@contoso.com' },
  ownerless: { roles: ['lead'] },
  reader: { roles: ['reader'] },
  elsewhere: { roles: ['admin'], tenants: ['fabrikam'] },
} as const;
type Key = keyof typeof keys;

let running: Running;
let machines: readonly WorldMachine[];

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      tenants: [simTenant('contoso'), simTenant('fabrikam')],
      enforceQuotas: false,
      actionTimes: { pendingMs: 60_000, runningMs: 60_000 },
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['guardrails'], rules],
        [['access', 'roles'], { lead: ['tenant:read', 'action:approve', 'machine:read', 'action:read'] }],
        [
          ['access', 'apiKeys'],
          Object.entries(keys).map(([name, key]) => ({
            name,
            sha256: createHash('sha256').update(name).digest('hex'),
            ...key,
          })),
        ],
      ]),
  });
  const world = running.simulator.world('contoso');
  machines = world.machines
    .filter(
      (machine) =>
        machine.onboardingStatus === 'Onboarded' &&
        machine.osPlatform === 'Windows11' &&
        !world.actions.some((action) => action.machine === machine),
    )
    .slice(0, 10);
  for (const machine of machines) machine.machineTags.push('server');
});
afterAll(() => running.stop());

const as = (key: Key) => ({ 'x-api-key': key });

const fields = `approval { approvalId state mutation targets guardrails approverRoles requestedBy decidedBy decisionComment
  results { target action { actionId type } error { code message } } }
  results { target action { actionId status } error { code message } }`;

interface Row {
  readonly target: string;
  readonly action: { readonly actionId: string } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}
interface Payload {
  readonly approval: {
    readonly approvalId: string;
    readonly state: string;
    readonly results: readonly Row[] | null;
  } | null;
  readonly results: readonly Row[];
}

const request = (action: object, key: Key = 'asker', more: object = {}) =>
  running.ask<{ readonly requestApproval: Payload }>(
    `mutation ($input: RequestApprovalInput!) { requestApproval(input: $input) { ${fields} } }`,
    { input: { action, ...more } },
    as(key),
  );
const approve = (approvalId: string, key: Key = 'lead', more: object = {}) =>
  running.ask<{ readonly approveAction: Payload }>(
    `mutation ($input: ApproveActionInput!) { approveAction(input: $input) { ${fields} } }`,
    { input: { approvalId, comment: 'Agreed', ...more } },
    as(key),
  );
const reject = (approvalId: string, key: Key = 'lead') =>
  running.ask<{ readonly rejectAction: Payload }>(
    `mutation ($input: RejectActionInput!) { rejectAction(input: $input) { ${fields} } }`,
    { input: { approvalId } },
    as(key),
  );
const show = (approvalId: string, key: Key = 'asker') =>
  running.ask<{ readonly approval: Payload['approval'] }>(
    'query ($approvalId: ID!) { approval(approvalId: $approvalId) { approvalId state results { target } } }',
    { approvalId },
    as(key),
  );

const isolate = (machineIds: readonly string[], comment = 'Beaconing') => ({
  isolateMachines: { tenant: 'contoso', machineIds, comment },
});

/** A machine that no other test uses. */
const take = (() => {
  let next = 0;
  return (): WorldMachine => {
    const machine = machines[next++];
    if (machine === undefined) throw new Error('The test needs more machines');
    return machine;
  };
})();

/** An approval that waits for its second person. */
const waiting = async (machine = take()): Promise<{ readonly id: string; readonly machine: WorldMachine }> => {
  const { data, errors } = await request(isolate([machine.id]));
  expect(errors).toEqual([]);
  return { id: data.requestApproval.approval?.approvalId ?? '', machine };
};

const actionsOn = (machine: WorldMachine) =>
  running.simulator.world('contoso').actions.filter((action) => action.machine === machine);

test('without approval the action is refused, and says whose word would do', async () => {
  const { data } = await running.ask<object>(
    `mutation ($input: IsolateMachinesInput!) { isolateMachines(input: $input) {
       results { error { code guardrails approval { validMinutes approverRoles } } } } }`,
    { input: isolate([take().id]).isolateMachines },
    as('asker'),
  );
  expect(data).toMatchObject({
    isolateMachines: {
      results: [
        {
          error: {
            code: 'GUARDRAIL',
            guardrails: ['two for servers'],
            approval: { validMinutes: 60, approverRoles: [['lead']] },
          },
        },
      ],
    },
  });
});

test('a second person agrees: the action is done once, in the name of who asked, and both are in the audit', async () => {
  const { id, machine } = await waiting();
  const tried = await approve(id, 'lead', { dryRun: true });
  expect(tried.data.approveAction).toMatchObject({
    approval: { state: 'PENDING' },
    results: [{ target: machine.id, action: null, error: null }],
  });
  expect(actionsOn(machine)).toEqual([]);
  const { data, errors } = await approve(id);
  expect(errors).toEqual([]);
  expect(data.approveAction).toMatchObject({
    approval: { state: 'APPROVED', requestedBy: 'asker', decidedBy: 'lead', decisionComment: 'Agreed' },
    results: [{ target: machine.id, action: { status: 'PENDING' }, error: null }],
  });
  expect(actionsOn(machine)).toHaveLength(1);

  const again = await approve(id);
  expect(again.data.approveAction.results[0]?.action?.actionId).toBe(data.approveAction.results[0]?.action?.actionId);
  expect(actionsOn(machine)).toHaveLength(1);

  const { data: steps } = await running.ask<{ readonly auditLog: { readonly nodes: readonly object[] } }>(
    `query ($target: String!) { auditLog(filter: { target: $target }) { nodes { callerName approvalId approvedBy outcome } } }`,
    { target: machine.id },
  );
  expect(steps.auditLog.nodes).toEqual([
    { callerName: 'asker', approvalId: id, approvedBy: 'apiKey:lead', outcome: 'DONE' },
    { callerName: 'asker', approvalId: id, approvedBy: 'apiKey:lead', outcome: 'INTENDED' },
  ]);
});

test('X5: the audit of each step names who asked, an API key by its name', async () => {
  const { id } = await waiting();
  await approve(id);
  const { data } = await running.ask<{ readonly auditLog: { readonly nodes: readonly object[] } }>(
    `query ($target: String!) { auditLog(filter: { target: $target }) { nodes { mutation input } } }`,
    { target: id },
  );
  expect(data.auditLog.nodes).toHaveLength(4);
  for (const step of data.auditLog.nodes) {
    expect(step).toMatchObject({ input: { requester: { kind: 'apiKey', name: 'asker' } } });
  }
});

describe('whose word does not count', () => {
  test.each<[string, Key, string]>([
    ['who asked', 'asker', 'FORBIDDEN'],
    ['X3: who is nobody in particular', 'ownerless', 'FORBIDDEN'],
    ['who has not the role that the guardrail names', 'second', 'FORBIDDEN'],
    ['who may not approve at all does not see it', 'reader', 'NOT_FOUND'],
    ['who sees other tenants only does not see it', 'elsewhere', 'NOT_FOUND'],
  ])('%s', async (_name, key, code) => {
    const { id, machine } = await waiting(machines[8]);
    const { errors } = await approve(id, key);
    expect(errors).toMatchObject([{ extensions: { code } }]);
    expect(actionsOn(machine)).toEqual([]);
    expect((await reject(id)).data.rejectAction.approval?.state).toBe('REJECTED');
  });
});

test('an unknown approval is NOT_FOUND', async () => {
  const { errors } = await approve('6f1c0f5e-8f1d-4c43-9d39-07f2a9f3a001');
  expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
});

test.each(['', 'nonsense', '../approval', '0'.repeat(36)])('"%s" is no id of an approval', async (approvalId) => {
  const answers = await Promise.all([show(approvalId), approve(approvalId), reject(approvalId)]);
  const wrong = { code: 'BAD_USER_INPUT', field: 'approvalId' };
  for (const { errors } of answers) expect(errors).toMatchObject([{ extensions: wrong }]);
});

test('of several decisions at once one wins, and the action is done once', async () => {
  const { id, machine } = await waiting();
  const answers = await Promise.all([approve(id), reject(id), approve(id), reject(id)]);
  const { data } = await show(id);
  const lost = answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code));
  expect(new Set(lost)).toEqual(new Set(['CONFLICT']));
  expect(actionsOn(machine)).toHaveLength(data.approval?.state === 'APPROVED' ? 1 : 0);
});

test('what was declined or taken back is not approved any more', async () => {
  const declined = await waiting();
  expect((await reject(declined.id)).data.rejectAction.approval?.state).toBe('REJECTED');
  expect((await approve(declined.id)).errors).toMatchObject([
    { message: 'This approval was rejected by lead', extensions: { code: 'CONFLICT' } },
  ]);
  const takenBack = await waiting(declined.machine);
  expect((await reject(takenBack.id, 'asker')).data.rejectAction.approval?.state).toBe('REJECTED');
  expect(actionsOn(declined.machine)).toEqual([]);
});

test('what no approval would let through is refused when it is asked for', async () => {
  const machine = take();
  machine.machineTags.push('crown-jewel');
  const { errors } = await request(isolate([machine.id]));
  expect(errors).toMatchObject([{ extensions: { code: 'GUARDRAIL' }, message: expect.stringContaining('"never"') }]);
  const unknown = await request(isolate(['f'.repeat(40)]));
  expect(unknown.errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
});

test.each<[string, object]>([
  ['no action', {}],
  ['two actions', { ...isolate(['a'.repeat(40)]), scanMachines: isolate(['a'.repeat(40)]).isolateMachines }],
])('%s is bad input', async (_name, action) => {
  const { errors } = await request(action);
  expect(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED']).toContain(errors[0]?.extensions.code);
});

test('who may not do the action may not ask for it', async () => {
  const { errors } = await request(isolate([machines[8]?.id ?? '']), 'reader');
  expect(errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN' }, message: expect.stringContaining('machine:isolate') },
  ]);
});

test('a dry run asks nobody; the same key asks once', async () => {
  const action = isolate([take().id]);
  const dry = await request(action, 'asker', { dryRun: true });
  expect(dry.data.requestApproval).toMatchObject({ approval: null, results: [{ error: null }] });
  const [one, two] = [
    await request(action, 'asker', { idempotencyKey: 'k' }),
    await request(action, 'asker', { idempotencyKey: 'k' }),
  ];
  expect(one.data.requestApproval.approval?.approvalId).toBe(two.data.requestApproval.approval?.approvalId);
});

test('X3: a key of the requester never meets the one that an approval is performed under', async () => {
  const { id, machine } = await waiting();
  for (const idempotencyKey of [`approval:${id}`, id]) {
    const { data } = await running.ask<{ readonly isolateMachines: { readonly results: readonly Row[] } }>(
      'mutation ($input: IsolateMachinesInput!) { isolateMachines(input: $input) { results { error { code } } } }',
      { input: { ...isolate([machine.id], `Mine: ${idempotencyKey}`).isolateMachines, idempotencyKey } },
      as('asker'),
    );
    expect(data.isolateMachines.results).toMatchObject([{ error: { code: 'GUARDRAIL' } }]);
  }
  const { data, errors } = await approve(id);
  expect(errors).toEqual([]);
  expect(data.approveAction.results).toMatchObject([{ error: null }]);
  expect(actionsOn(machine)).toHaveLength(1);
});

test('changes of incidents can be approved too', async () => {
  const [incident] = running.simulator.world('contoso').incidents;
  const action = {
    updateIncidents: { tenant: 'contoso', incidentIds: [String(incident?.id)], status: 'RESOLVED' },
  };
  const { data } = await request(action);
  expect(data.requestApproval.approval).toMatchObject({ guardrails: ['two to close'], approverRoles: [] });
  const approved = await approve(data.requestApproval.approval?.approvalId ?? '', 'second');
  expect(approved.data.approveAction).toMatchObject({ approval: { state: 'APPROVED' }, results: [{ error: null }] });
});

test("X3: an API key's rights are read anew, a token's are not: the graph shows which", async () => {
  const { id } = await waiting();
  const { data } = await running.ask<object>(
    'query ($id: ID!) { approval(approvalId: $id) { rightsTakenAt requestedAt expiresAt } }',
    { id },
    as('asker'),
  );
  expect(data).toMatchObject({ approval: { rightsTakenAt: null, requestedAt: expect.any(String) } });
});

test('X3: the list says how many there are, in pages that the cursor joins', async () => {
  const page = async (after: string | null) => {
    const { data, errors } = await running.ask<{
      readonly approvals: {
        readonly totalCount: number;
        readonly truncated: boolean;
        readonly nodes: readonly { readonly approvalId: string }[];
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
      };
    }>(
      `query ($after: String) { approvals(first: 2, after: $after) {
         totalCount truncated nodes { approvalId } pageInfo { hasNextPage endCursor } } }`,
      { after },
      as('lead'),
    );
    expect(errors).toEqual([]);
    return data.approvals;
  };
  const found: string[] = [];
  let after: string | null = null;
  for (let more = true; more; ) {
    const { nodes, totalCount, truncated, pageInfo } = await page(after);
    found.push(...nodes.map(({ approvalId }) => approvalId));
    ({ hasNextPage: more, endCursor: after } = pageInfo);
    if (!more) expect([new Set(found).size, truncated]).toEqual([totalCount, false]);
  }
  expect(found.length).toBeGreaterThan(3);
});

test('X3: no state at all is no empty list', async () => {
  const { errors } = await running.ask('{ approvals(state: []) { totalCount } }', {}, as('lead'));
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'state' } }]);
});

test('the list shows each to those whom it concerns, by state', async () => {
  const { id } = await waiting();
  const list = async (key: Key, state: string) => {
    const { data } = await running.ask<{ readonly approvals: { readonly nodes: readonly { approvalId: string }[] } }>(
      'query ($state: [ApprovalState!]) { approvals(state: $state, first: 100) { nodes { approvalId } } }',
      { state: [state] },
      as(key),
    );
    return data.approvals.nodes.map(({ approvalId }) => approvalId);
  };
  expect(await list('asker', 'PENDING')).toContain(id);
  expect(await list('lead', 'PENDING')).toContain(id);
  expect(await list('lead', 'REJECTED')).not.toContain(id);
  expect(await list('reader', 'PENDING')).toEqual([]);
  expect(await list('elsewhere', 'PENDING')).toEqual([]);
});
