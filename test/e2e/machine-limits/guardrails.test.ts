import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WorldMachine } from '../../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../../support/gateway.ts';
import { keyHeader, keyRow } from '../../support/keys.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';
import { alertsIn } from './estate.ts';

/** X4: a role that is limited to machines excepts and approves for these machines alone. */
const tenant = 'by-graph';
const group = 'Servers';
const rules = [
  {
    name: 'for the server team',
    deny: ['isolate', 'cancel', 'updateAlerts', 'updateIncidents', 'moveAlerts'],
    unlessRole: 'server-team',
  },
  { name: 'by the server team', requireApproval: 'scan', approverRoles: 'server-team' },
];

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: [simTenant(tenant)], enforceQuotas: false },
    settings: (offered) =>
      changedSettings(offered, [
        [['guardrails'], rules],
        [
          ['access', 'roles'],
          { 'server-team': { permissions: ['role:responder', 'action:approve'], machineGroups: [group] } },
        ],
        [
          ['access', 'apiKeys'],
          [
            keyRow('of-the-team', { roles: ['responder', 'server-team'], owner: 'ana@contoso.com' }),
            keyRow('of-another', { roles: ['responder'], owner: 'ben@contoso.com' }),
          ],
        ],
      ]),
  });
});
afterAll(() => running.stop());

const machineOf = (inGroup: boolean): WorldMachine => {
  const { machines, actions } = running.simulator.world(tenant);
  const machine = machines.find(
    (candidate) =>
      (candidate.rbacGroupName === group) === inGroup &&
      candidate.onboardingStatus === 'Onboarded' &&
      candidate.osPlatform.startsWith('Windows') &&
      !actions.some((action) => action.machine === candidate && action.status !== 'Succeeded'),
  );
  if (machine === undefined) throw new Error('The estate has no such machine');
  return machine;
};

const entityReads = (): number =>
  ['graph.alerts.get', 'graph.incidents.get'].reduce(
    (all, operation) => all + running.simulator.calls.count({ operation }),
    0,
  );

interface Row {
  readonly error: { readonly code: string } | null;
}
const perform = async (name: string, input: object, key = 'of-the-team'): Promise<readonly (string | null)[]> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const { data, errors } = await running.ask<Readonly<Record<string, { readonly results: readonly Row[] }>>>(
    `mutation ($input: ${type}!) { ${name}(input: $input) { results { error { code } } } }`,
    { input: { tenant, comment: 'Case 12', ...input } },
    keyHeader(key),
  );
  expect(errors).toEqual([]);
  return (data[name]?.results ?? []).map(({ error }) => error?.code ?? null);
};

describe('X4: unlessRole excepts the machines that the role covers', () => {
  test.each([true, false])('isolating (dry run: %s)', async (dryRun) => {
    const machineIds = [machineOf(true).id, machineOf(false).id];
    running.simulator.calls.reset();
    expect(await perform('isolateMachines', { machineIds, dryRun })).toEqual([null, 'GUARDRAIL']);
    expect(await perform('isolateMachines', { machineIds, dryRun }, 'of-another')).toEqual(['GUARDRAIL', 'GUARDRAIL']);
    expect(running.simulator.calls.count({ operation: 'isolateMachine' })).toBe(dryRun ? 0 : 1);
  });

  test.each([true, false])('changing alerts and incidents (dry run: %s)', async (dryRun) => {
    const servers = new Set(
      running.simulator
        .world(tenant)
        .machines.filter(({ rbacGroupName }) => rbacGroupName === group)
        .map(({ id }) => id),
    );
    const { within } = await alertsIn(running, tenant);
    const machinesOf = ({ machineId, evidence }: (typeof within)[number]) =>
      [machineId, ...evidence.map((item) => item.machineId)].filter((id) => id != null);
    const of = (judge: (ids: readonly string[]) => boolean) =>
      within.find((alert) => {
        const siblings = within.filter(({ incidentId }) => incidentId === alert.incidentId);
        return judge(machinesOf(alert)) && judge(siblings.flatMap(machinesOf));
      });
    const covered = of((ids) => ids.length > 0 && ids.every((id) => servers.has(id)));
    const others = of((ids) => ids.length > 0 && !ids.some((id) => servers.has(id)));
    const none = of((ids) => ids.length === 0);
    const change = { status: 'IN_PROGRESS', dryRun };
    const alertIds = [covered, others, none].map((alert) => alert?.alertId);
    const incidentIds = [covered, others, none].map((alert) => alert?.incidentId);
    running.simulator.calls.reset();
    expect(await perform('updateAlerts', { alertIds, ...change })).toEqual([null, 'GUARDRAIL', 'GUARDRAIL']);
    expect(await perform('updateIncidents', { incidentIds, ...change })).toEqual([null, 'GUARDRAIL', 'GUARDRAIL']);
    const changed = running.simulator.calls.list().filter(({ method }) => method === 'PATCH');
    expect(changed).toHaveLength(dryRun ? 0 : 2);

    // The incident that an alert goes to has to be covered too.
    const moved = { alertIds: [covered?.alertId], dryRun: true };
    expect(await perform('moveAlerts', moved)).toEqual([null]);
    for (const into of [others, none]) {
      const before = entityReads();
      expect(await perform('moveAlerts', { ...moved, incidentId: into?.incidentId, dryRun })).toEqual(['GUARDRAIL']);
      // The alert and that incident, each once: the rule asks about the machines of both.
      expect(entityReads() - before).toBe(2);
    }
    expect(running.simulator.calls.list().filter(({ path }) => path.includes('moveAlerts'))).toEqual([]);
  });
});

interface Payload {
  readonly approval: { readonly approvalId: string; readonly state: string } | null;
  readonly results: readonly Row[];
}

describe('X4: approverRoles count for the machines that the role covers', () => {
  const ask = <Name extends string>(name: Name, input: object, key: string) =>
    running.ask<Readonly<Record<Name, Payload | null>> | null>(
      `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) {
         ${name}(input: $input) { approval { approvalId state } results { error { code } } } }`,
      { input },
      keyHeader(key),
    );
  const requested = async (machineId: string): Promise<string> => {
    const scanMachines = { tenant, machineIds: [machineId], comment: 'Case 12' };
    const { data } = await ask('requestApproval', { action: { scanMachines } }, 'of-another');
    return data?.requestApproval?.approval?.approvalId ?? expect.unreachable();
  };

  test('inside it is performed', async () => {
    const approvalId = await requested(machineOf(true).id);
    const { data } = await ask('approveAction', { approvalId }, 'of-the-team');
    expect(data?.approveAction).toMatchObject({ approval: { state: 'APPROVED' }, results: [{ error: null }] });
  });

  test('outside it is refused, and another may still say their word', async () => {
    const { id } = machineOf(false);
    const approvalId = await requested(id);
    running.simulator.calls.reset();
    const { errors } = await ask('approveAction', { approvalId }, 'of-the-team');
    expect(errors).toMatchObject([
      { message: `The roles that may approve this do not cover ${id}`, extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(running.simulator.calls.count({ operation: 'runAntiVirusScan' })).toBe(0);
    const { data } = await running.ask<{ readonly approval: { readonly state: string } }>(
      'query ($approvalId: ID!) { approval(approvalId: $approvalId) { state } }',
      { approvalId },
    );
    expect(data.approval.state).toBe('PENDING');
  });
});
