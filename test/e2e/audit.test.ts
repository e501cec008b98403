import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyFolder } from '../../src/audit/verify.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

let running: Running;
const folder = mkdtempSync(join(tmpdir(), 'gateway-audit-'));
const key = 'auditor-of-contoso';

beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: [simTenant('contoso'), simTenant('fabrikam')], enforceQuotas: false },
    settings: (offered) =>
      changedSettings(offered, [
        [['audit'], { url: `file:${folder}` }],
        [['guardrails'], [{ name: 'tickets', requireComment: '^INC' }]],
        [
          ['access', 'apiKeys'],
          [
            {
              name: 'auditor',
              sha256: createHash('sha256').update(key).digest('hex'),
              roles: ['admin'],
              tenants: ['contoso'],
            },
            { name: 'reader', sha256: createHash('sha256').update('reader').digest('hex'), roles: ['reader'] },
          ],
        ],
      ]),
  });
});
afterAll(async () => {
  await running.stop();
  rmSync(folder, { recursive: true });
});

interface AuditAnswer {
  readonly auditLog: {
    readonly nodes: readonly Readonly<Record<string, unknown>>[];
    readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
  };
}

const audit = async (arguments_: string, headers: Readonly<Record<string, string>> = {}) =>
  running.ask<AuditAnswer>(
    `{ auditLog(${arguments_}) { nodes {
         seq at auditId callerId callerKind remoteAddress requestId mutation tenant target input guardrails outcome errorCode
         actionId upstreamRequestId
       } pageInfo { endCursor hasNextPage } truncated } }`,
    {},
    headers,
  );

const mutate = (name: string, type: string, input: Readonly<Record<string, unknown>>, tenant = 'contoso') =>
  running.ask(`mutation ($input: ${type}!) { ${name}(input: $input) { results { error { code } } } }`, {
    input: { tenant, ...input },
  });

const isolate = (machineId: string, comment: string, tenant = 'contoso') =>
  mutate('isolateMachines', 'IsolateMachinesInput', { machineIds: [machineId], comment }, tenant);

const machines = (tenant: string) =>
  running.simulator
    .world(tenant)
    .machines.filter(
      ({ onboardingStatus, osPlatform }) => onboardingStatus === 'Onboarded' && osPlatform === 'Windows11',
    )
    .map(({ id }) => id);

test('an action is written before and after, with who, from where, what and what became of it', async () => {
  const [machine = ''] = machines('contoso');
  await isolate(machine, 'INC7 beaconing');
  const { data, errors } = await audit(`filter: { target: "${machine}" }`);
  expect(errors).toEqual([]);
  const [after, before] = data.auditLog.nodes;
  expect(before).toMatchObject({
    callerId: 'anonymous',
    callerKind: 'ANONYMOUS',
    remoteAddress: expect.stringContaining('127.0.0.1'),
    mutation: 'isolateMachines',
    tenant: 'contoso',
    input: { comment: 'INC7 beaconing', particulars: { isolationType: 'FULL' } },
    guardrails: [],
    outcome: 'INTENDED',
    actionId: null,
  });
  const { actions } = running.simulator.world('contoso');
  expect(after).toMatchObject({
    auditId: before?.auditId,
    requestId: before?.requestId,
    outcome: 'DONE',
    actionId: actions.find((action) => action.machine.id === machine)?.id,
  });
});

test('what a guardrail refused and what failed are written too', async () => {
  const [, machine = ''] = machines('contoso');
  await isolate(machine, 'because');
  await isolate('f'.repeat(40), 'INC8');
  const rows = async (target: string) => (await audit(`filter: { target: "${target}" }`)).data.auditLog.nodes;
  expect(await rows(machine)).toMatchObject([{ outcome: 'REFUSED', guardrails: ['tickets'], errorCode: 'GUARDRAIL' }]);
  // It was never about to be sent: one record says how it ended.
  expect(await rows('f'.repeat(40))).toMatchObject([{ outcome: 'FAILED', errorCode: 'NOT_FOUND' }]);
});

test('changes of incidents are written as well; a dry run is not', async () => {
  const incidentIds = [String(running.simulator.world('contoso').incidents[0]?.id)];
  const input = { incidentIds, status: 'RESOLVED', comment: 'INC9' };
  await mutate('updateIncidents', 'UpdateIncidentsInput', { ...input, dryRun: true });
  await mutate('updateIncidents', 'UpdateIncidentsInput', input);
  const { data } = await audit('filter: { mutation: ["updateIncidents"] }');
  expect(data.auditLog.nodes).toMatchObject([
    { outcome: 'DONE', input: { status: 'RESOLVED', comment: 'INC9' } },
    { outcome: 'INTENDED' },
  ]);
});

test('pages go on where they ended, though new records come', async () => {
  const page = await audit('first: 2');
  const [machine = ''] = machines('fabrikam');
  await isolate(machine, 'INC10', 'fabrikam');
  const next = await audit(`first: 2, after: "${page.data.auditLog.pageInfo.endCursor}"`);
  const seqs = [...page.data.auditLog.nodes, ...next.data.auditLog.nodes].map(({ seq }) => Number(seq));
  expect(seqs).toEqual(seqs.map((_, index) => (seqs[0] ?? 0) - index));
});

test('a caller sees the records of their tenants alone, and none without the permission', async () => {
  const { data } = await audit('first: 100', { 'x-api-key': key });
  expect(new Set(data.auditLog.nodes.map(({ tenant }) => tenant))).toEqual(new Set(['contoso']));
  const refused = await audit('first: 1', { 'x-api-key': 'reader' });
  expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
});

test.each(['mutation: []', 'outcome: []', 'target: " "', 'caller: ""', 'since: "2026-02-01", until: "2026-01-01"'])(
  'X5: a filter that nothing can meet (%s) is no empty log',
  async (filter) => {
    const { errors } = await audit(`filter: { ${filter} }`);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  },
);

interface Callers {
  readonly machineActions: {
    readonly nodes: readonly { readonly requestor: string; readonly gatewayCaller: unknown }[];
  };
}

test('X5: an action names who asked for it through the gateway, for who may read the audit', async () => {
  const [, , machine = ''] = machines('contoso');
  await running.ask(
    'mutation ($input: IsolateMachinesInput!) { isolateMachines(input: $input) { results { error { code } } } }',
    { input: { tenant: 'contoso', machineIds: [machine], comment: 'INC12' } },
    { 'x-api-key': key },
  );
  const ask = (headers: Readonly<Record<string, string>>) =>
    running.ask<Callers>(
      `{ machineActions(tenants: ["contoso"], filter: { machineId: "${machine}" }) {
           nodes { requestor gatewayCaller { callerId callerKind approvedBy tenant } } } }`,
      {},
      headers,
    );
  const { data, errors } = await ask({ 'x-api-key': key });
  expect(errors).toEqual([]);
  expect(data.machineActions.nodes[0]?.gatewayCaller).toEqual({
    callerId: 'apiKey:auditor',
    callerKind: 'API_KEY',
    approvedBy: null,
    tenant: 'contoso',
  });
  const refused = await ask({ 'x-api-key': 'reader' });
  expect(refused.data.machineActions.nodes[0]?.gatewayCaller).toBeNull();
  expect(refused.errors).toContainEqual(
    expect.objectContaining({ extensions: expect.objectContaining({ code: 'FORBIDDEN' }) }),
  );
});

test('X5: where records are gone the list says so, before anything is written', async () => {
  const asked = '{ auditLog(first: 5) { nodes { outcome } truncated truncationReason } }';
  interface Listed {
    readonly auditLog: { readonly nodes: readonly object[]; readonly truncated: boolean };
  }
  expect((await running.ask<Listed>(asked)).data.auditLog).toMatchObject({ truncated: false, truncationReason: null });
  const away = `${folder}-away`;
  cpSync(folder, away, { recursive: true });
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.jsonl')))
    writeFileSync(join(folder, file), '');
  expect((await running.ask<Listed>(asked)).data.auditLog).toMatchObject({
    ...{ nodes: [], truncated: true },
    truncationReason: expect.stringContaining('The audit log is not what it was: records are gone'),
  });
  cpSync(away, folder, { recursive: true });
  rmSync(away, { recursive: true });
  expect((await running.ask<Listed>(asked)).data.auditLog.nodes.length).toBeGreaterThan(0);
});

test('what cannot be written is not done', async () => {
  expect(await verifyFolder(folder)).toMatchObject({ ok: true });
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.jsonl'))) rmSync(join(folder, file));
  mkdirSync(join(folder, 'audit-00000001.jsonl'));
  running.simulator.calls.reset();
  const answer = await isolate(machines('contoso')[3] ?? '', 'INC11');
  expect(answer.errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
  expect(running.simulator.calls.count({ operation: 'isolateMachine' })).toBe(0);
});
