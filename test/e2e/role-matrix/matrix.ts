import { afterAll, beforeAll } from 'vitest';
import type { Permission } from '../../../src/config/permissions.ts';
import type { Gateway } from '../../../src/gateway.ts';
import type { SimTenant, Simulator } from '../../../src/simulator/index.ts';
import { everything } from '../../../src/simulator/tenants.ts';
import type { TenantWorld } from '../../../src/simulator/world/types.ts';
import { type Answer, askGateway, type Running, startGatewayOn, startRunning } from '../../support/gateway.ts';
import { changedSettings, type SettingsChange } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';
import {
  accessSettings,
  type CallerRow,
  headersOf,
  names,
  requesterKey,
  tags,
  userNames,
  wholeKey,
} from './callers.ts';

const analystOf = (tenant: string): string => `analyst@${tenant}.example`;

/** A tenant with an app that has no secret: its user signs in. */
const userTenant = (name: string): SimTenant => {
  const { apps, ...tenant } = simTenant(name, { scale: 0.1 });
  return {
    ...tenant,
    apps: apps.map((app) => ({ ...app, secrets: [], allowPublicClient: true })),
    users: [{ userPrincipalName: analystOf(name), permissions: everything }],
  };
};

/** Their rows in the settings: own and another's app tenant, then own and another's user tenant. */
const tenants = (): readonly SimTenant[] => [
  simTenant(names.own, { scale: 0.4 }),
  simTenant(names.other, { scale: 0.2 }),
  userTenant(userNames.own),
  userTenant(userNames.other),
];

const tenantSettings = (simulator: Simulator): readonly SettingsChange[] =>
  simulator.tenants.flatMap(({ name, apps }, index): readonly SettingsChange[] => {
    const tag = name === names.own || name === userNames.own ? tags.own : tags.other;
    const auth = { clientId: apps[0]?.clientId, userName: analystOf(name) };
    const ofUser = apps[0]?.secrets.length === 0;
    return [[['tenants', index, 'tags'], [tag]], ...(ofUser ? [[['tenants', index, 'auth'], auth] as const] : [])];
  });

/** What the tests of this folder ask: one gateway that knows its callers, one that lets anybody in, one simulator. */
export interface Matrix {
  readonly running: () => Running;
  readonly world: (tenant: string) => TenantWorld;
  ask(caller: CallerRow, document: string, headers?: Readonly<Record<string, string>>): Promise<Answer<unknown>>;
  askWithKey<Data>(key: string, document: string): Promise<Answer<Data>>;
  /** The id of a new approval of a scan of two machines in the tenant, asked for by one who may do everything. */
  approvalIn(tenant: string): Promise<string>;
}

/** Starts it for a test file. `sets`: permissions of which somebody has these and no other. */
export const startMatrix = (sets: readonly (readonly Permission[])[] = []): Matrix => {
  let running: Running;
  let open: Gateway;
  beforeAll(async () => {
    let offeredSettings = '';
    running = await startRunning({
      // Events are named by their numbers in the estate.
      simulator: { enforceQuotas: false, tenants: tenants(), oddities: { bigInts: false } },
      settings: (offered, simulator) => {
        offeredSettings = changedSettings(offered, [
          ...tenantSettings(simulator),
          [['limits'], { requestsPerMinute: 0, failedSignInsPerMinute: 0 }],
          [['guardrails'], [{ requireApproval: 'scan', maxTargets: 1 }]],
          [['approvals'], { openPerCaller: 1000, openPerTenant: 1000 }],
        ]);
        return changedSettings(offeredSettings, [[['access'], accessSettings(simulator, sets)]]);
      },
    });
    open = await startGatewayOn(
      running.simulator,
      changedSettings(offeredSettings, [[['access'], { anonymous: 'reader' }]]),
    );
  });
  afterAll(async () => {
    await open.stop(2000);
    await running.stop();
  });

  const askWithKey = <Data>(key: string, document: string): Promise<Answer<Data>> =>
    askGateway(running.gateway.url, document, {}, { 'x-api-key': key });
  return {
    running: () => running,
    world: (tenant) => running.simulator.world(tenant),
    ask: async (caller, document, headers) =>
      askGateway(
        caller.openGateway === true ? open.url : running.gateway.url,
        document,
        {},
        { ...headers, ...(await headersOf(caller, running.simulator)) },
      ),
    askWithKey,
    approvalIn: async (tenant) => {
      const [one, two] = running.simulator.world(tenant).machines;
      const { data, text } = await askWithKey<{ requestApproval: { approval: { approvalId: string } } | null }>(
        requesterKey,
        `mutation { requestApproval(input: { action: { scanMachines: {
           tenant: "${tenant}", machineIds: ["${one?.id}", "${two?.id}"], comment: "matrix"
         } } }) { approval { approvalId } } }`,
      );
      if (!data.requestApproval) throw new Error(`no approval: ${text}`);
      return data.requestApproval.approval.approvalId;
    },
  };
};

/** Puts the tokens of all tenants, and the keys that sign callers' tokens, into the gateway's memory: they are not what is counted. */
export const warmUp = async (matrix: Matrix, callers: readonly CallerRow[]): Promise<void> => {
  await matrix.askWithKey(wholeKey, '{ tenants { capabilities { available } } }');
  for (const caller of callers) await matrix.ask(caller, '{ tenants { capabilities { available } } }');
};
