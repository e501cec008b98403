import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissions } from '../../../src/config/permissions.ts';
import type { TenantWorld, WorldAction, WorldMachine } from '../../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../../support/gateway.ts';
import { keyHeader, keyRow } from '../../support/keys.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';
import { alertsIn } from '../machine-limits/estate.ts';
import { valuesUnder } from './found.ts';
import {
  actionTypes,
  group,
  type LimitedPermission,
  limitedPermissions,
  type Place,
  type Question,
  questions,
  tenant,
} from './pairs.ts';

/**
 * X4: every pair of a permission that is had everywhere and one that is had in a group. Grants add up, so one caller a
 * permission tries all its pairs at once: every other permission everywhere, this one in the group. What the others give
 * together, none gives alone.
 */
let running: Running;
let inside: Place;
let outside: Place;

beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: [simTenant(tenant)], enforceQuotas: false, actionTimes: { pendingMs: 0, runningMs: 0 } },
    settings: (offered) =>
      changedSettings(offered, [
        [
          ['access', 'roles'],
          Object.fromEntries(
            limitedPermissions.flatMap((permission) => [
              [`all but ${permission}`, permissions.filter((other) => other !== permission)],
              [`${permission} in the group`, { permissions: [permission], machineGroups: [group] }],
            ]),
          ),
        ],
        [
          ['access', 'apiKeys'],
          limitedPermissions.map((permission) =>
            keyRow(permission, { roles: [`all but ${permission}`, `${permission} in the group`] }),
          ),
        ],
        [['limits'], { requestsPerMinute: 0 }],
      ]),
  });
  inside = await placeOf(({ rbacGroupName }) => rbacGroupName === group);
  outside = await placeOf(({ rbacGroupName }) => rbacGroupName !== group);
});
afterAll(() => running.stop());

const addAction = (world: TenantWorld, machine: WorldMachine, changes: Partial<WorldAction>): string => {
  const [pattern] = world.actions;
  if (pattern === undefined) throw new Error('The estate has no action');
  const action = { ...pattern, id: randomUUID(), machine, createdAt: new Date().toISOString(), ...changes };
  world.actions.push(action);
  return action.id;
};

const session = (result: Buffer): Partial<WorldAction> => ({
  type: 'LiveResponse',
  status: 'Succeeded',
  commands: (['RunScript', 'GetFile'] as const).map((type, index) => ({
    index,
    type,
    params: [],
    status: 'Completed',
    startTime: null,
    endTime: null,
    errors: [],
    result,
  })),
});

/** A place of machines that are `meant`; no machine of its alert and its incident is of the others. */
const placeOf = async (meant: (machine: WorldMachine) => boolean): Promise<Place> => {
  const world = running.simulator.world(tenant);
  const machines = new Map(world.machines.map((machine) => [machine.id, machine]));
  const { within } = await alertsIn(running, tenant);
  const namedBy = ({ machineId, evidence }: (typeof within)[number]): readonly WorldMachine[] =>
    [machineId, ...evidence.map((item) => item.machineId)].flatMap((id) => machines.get(id ?? '') ?? []);
  const found = within.find((alert) => {
    const machine = machines.get(alert.machineId ?? '');
    const siblings = within.filter(({ incidentId }) => incidentId === alert.incidentId).flatMap(namedBy);
    return (
      machine?.onboardingStatus === 'Onboarded' &&
      machine.healthStatus === 'Active' &&
      machine.osPlatform.startsWith('Windows') &&
      siblings.every(meant)
    );
  });
  const machine = machines.get(found?.machineId ?? '');
  if (found === undefined || machine === undefined) throw new Error('The estate has no such place');
  machine.machineTags.push('simulator:stuck');
  return {
    machine,
    alertId: found.alertId,
    incidentId: found.incidentId,
    actionIds: Object.fromEntries(
      actionTypes.map((type) => [type, addAction(world, machine, { type, status: 'InProgress', commands: null })]),
    ),
    sessionId: addAction(
      world,
      machine,
      session(Buffer.from('{"script_name":"a.ps1","exit_code":0,"script_output":"secret","script_errors":""}')),
    ),
  };
};

const askAbout = async (permission: LimitedPermission, { ask, shows }: Question, place: Place) => {
  running.simulator.calls.reset();
  const document = ask(place);
  const answer = await running.ask<unknown>(document, {}, keyHeader(permission));
  const values = valuesUnder('it', answer.data).filter((value) => value !== null);
  const codes = [...answer.errors.map(({ extensions }) => extensions.code), ...valuesUnder('code', answer.data)];
  const isRefused = codes.includes('FORBIDDEN') || codes.includes('NOT_FOUND');
  const found = shows === undefined ? values.length > 0 : values.includes(shows(place));
  return { text: answer.text, codes, isRefused, shown: document.includes('it: ') ? found : !isRefused };
};

/** What was sent to be done: everything but tokens, questions of hunting and reads in a batch. */
const sent = (): readonly (string | null)[] =>
  running.simulator.calls
    .list()
    .filter(({ method, operation }) => method !== 'GET' && !/token|hunt|query|batch/i.test(operation ?? ''))
    .map(({ operation }) => operation);

const rows = limitedPermissions.flatMap((permission) =>
  questions[permission].map((question) => [permission, question.name, question] as const),
);

describe('X4: with every other permission everywhere', () => {
  test.each(rows)('%s in a group: %s shows and does nothing outside', async (permission, _name, question) => {
    const { text, codes, shown } = await askAbout(permission, question, outside);
    const { refusal, actions } = question;
    expect(shown, text).toBe(false);
    expect(codes, text).toEqual(refusal === undefined ? [] : expect.arrayContaining([refusal]));
    if (actions) expect(sent()).toEqual([]);
  });

  test.each(rows)('%s in a group: %s is as ever inside', async (permission, _name, question) => {
    const { text, isRefused, shown } = await askAbout(permission, question, inside);
    expect({ shown, isRefused }, text).toEqual({ shown: true, isRefused: false });
  });
});
