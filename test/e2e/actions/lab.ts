import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseConfig } from '../../../src/config/config.ts';
import { type Gateway, startGateway } from '../../../src/gateway.ts';
import { createLog } from '../../../src/log.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/index.ts';
import { gatewaySettings } from '../../../src/simulator/settings.ts';
import type { WorldMachine } from '../../../src/simulator/world/types.ts';
import { type AdvancingClock, createAdvancingClock } from '../../fault-matrix/clock.ts';
import { type Answer, askGateway } from '../../support/gateway.ts';
import { changedSettings, type SettingsChange } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';
import { freshMachine } from './action-rows.ts';

/** What a mutation tells of one target. */
export interface Told {
  readonly outcome: string | null;
  readonly alreadyUnderWay?: boolean;
  readonly waitedSeconds?: number;
  readonly action?: { readonly actionId: string; readonly status: string } | null;
  readonly incident?: {
    readonly status: string;
    readonly assignedTo: string | null;
    readonly redirectIncidentId?: string | null;
  } | null;
  readonly alert?: { readonly alertId: string; readonly incidentId: string | null } | null;
  readonly targetIncidentId?: string | null;
  readonly changes?: readonly { readonly field: string; readonly from: unknown; readonly to: unknown }[] | null;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly retryAfterSeconds: number | null;
    readonly upstreamCode: string | null;
  } | null;
}

const error = 'outcome error { code message retryAfterSeconds upstreamCode }';
const fields = {
  machine: `alreadyUnderWay waitedSeconds action { actionId status } ${error}`,
  investigation: `investigationId ${error}`,
  alert: `alert { status } ${error}`,
  machineChange: `machine { machineTags deviceValue } ${error}`,
  incident: `incident { status assignedTo tags redirectIncidentId } changes { field from to } ${error}`,
  comment: `incidentId incident { comments { text } } alertId alert { alertId comments { text } } ${error}`,
  merge: `incidentId incident { incidentId status } targetIncidentId ${error}`,
  newAlert: `machineId alertId alert { alertId title severity category incidentId } ${error}`,
  library: `fileName sha256 libraryFile { fileName sha256 description hasParameters parametersDescription } ${error}`,
  indicator: `indicatorId indicatorValue change ${error}`,
  scan: `scanDefinitionId scanDefinition { scanDefinitionId scanName isActive target } changes { field from to } ${error}`,
  move: `alertId alert { alertId incidentId } targetIncidentId ${error}`,
} as const;

const payloads = {
  isolateMachines: 'machine',
  releaseMachines: 'machine',
  scanMachines: 'machine',
  runLiveResponse: 'machine',
  startInvestigation: 'investigation',
  cancelMachineActions: 'machine',
  tagMachines: 'machineChange',
  setDeviceValue: 'machineChange',
  updateIncidents: 'incident',
  updateAlerts: 'alert',
  addComment: 'comment',
  mergeIncidents: 'merge',
  moveAlerts: 'move',
  createAlert: 'newAlert',
  uploadLibraryFile: 'library',
  deleteLibraryFile: 'library',
  createIndicators: 'indicator',
  updateIndicators: 'indicator',
  deleteIndicators: 'indicator',
  createScanDefinition: 'scan',
  updateScanDefinitions: 'scan',
  deleteScanDefinitions: 'scan',
} as const satisfies Record<string, keyof typeof fields>;

export type Mutation = keyof typeof payloads;

interface Payload {
  readonly results: readonly Told[];
  readonly waitCutTo?: number | null;
}

/** A simulator with a gateway before it whose time a test lets pass, and which may be put in the place of another. */
export interface ActionsLab {
  readonly simulator: Simulator;
  readonly clock: AdvancingClock;
  perform(
    mutation: Mutation,
    input: Readonly<Record<string, unknown>>,
  ): Promise<{
    readonly told: readonly Told[];
    readonly waitCutTo: number | null;
    readonly errors: readonly { readonly extensions: object }[];
  }>;
  ask<Data>(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Answer<Data>>;
  /** Rows of a query in `contoso`. */
  hunt(query: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Ends of actions in the audit, newest first. */
  audit(target: string): Promise<readonly string[]>;
  /** Calls of an operation that reached Microsoft's side. */
  calls(operation: string): number;
  /** A machine of Windows 11 that no test has touched. */
  freshMachine(): WorldMachine;
  freshIncident(): string;
  /** Empties a space of the store. */
  forget(space: string): void;
  restart(changes?: readonly SettingsChange[]): Promise<void>;
  stop(): Promise<void>;
}

const keyOf = (fill: number): string => Buffer.alloc(32, fill).toString('base64');

/** Settings with another key of the store than the lab begins with. */
export const otherEncryptionKey: SettingsChange = [['store', 'encryptionKey'], keyOf(2)];

/** May read, and nothing else. */
const readAlone = {
  graph: ['SecurityIncident.Read.All', 'SecurityAlert.Read.All'],
  m365d: [],
  mde: ['Alert.Read.All'],
};

/** Given changes hold from the start. `quiet` is a tenant like `contoso`, for rules of its own; `reader` may only read. */
export const startActionsLab = async (lasting: readonly SettingsChange[] = []): Promise<ActionsLab> => {
  const simulator = await startSimulator({
    tenants: [
      simTenant('contoso'),
      simTenant('fabrikam', { permissions: { mde: ['Machine.Read.All'] } }),
      simTenant('tailspin', { permissions: { graph: [] } }),
      simTenant('reader', { permissions: readAlone }),
      simTenant('quiet'),
    ],
    actionTimes: { pendingMs: 50, runningMs: 50 },
    enforceQuotas: false,
    profile: 'mild',
  });
  const folder = await mkdtemp(join(tmpdir(), 'gateway-actions-'));
  const file = join(folder, 'gateway.sqlite');
  const clock = createAdvancingClock();
  const start = async (changes: readonly SettingsChange[] = []): Promise<Gateway> => {
    const settings = changedSettings(gatewaySettings(simulator), [
      [['server', 'port'], 0],
      [['store'], { url: `sqlite:${file}`, encryptionKey: keyOf(1) }],
      ...lasting,
      ...changes,
    ]);
    const config = await parseConfig(settings, { env: process.env, baseDir: folder, source: 'the test' });
    const log = createLog({ level: 'silent' });
    return startGateway({ config, log, clock, caPem: simulator.caPem, watchIntervalMs: 50 });
  };
  let gateway = await start();
  const used = new Set<string>();
  const world = simulator.world('contoso');
  const { incidents } = world;
  const once = <T>(id: string, value: T): T => {
    used.add(id);
    return value;
  };

  return {
    simulator,
    clock,
    perform: async (mutation, input) => {
      const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
      const wait = payloads[mutation] === 'machine' ? 'waitCutTo' : '';
      const query = `mutation ($input: ${type}!) { payload: ${mutation}(input: $input) { ${wait} results { ${fields[payloads[mutation]]} } } }`;
      const answer = await askGateway<{ payload: Payload | null } | null>(gateway.url, query, {
        input: { tenant: 'contoso', ...input },
      });
      const { results = [], waitCutTo = null } = answer.data?.payload ?? {};
      return { told: results, waitCutTo, errors: answer.errors };
    },
    ask: (query, variables) => askGateway(gateway.url, query, variables),
    hunt: async (kql) => {
      const query = 'query ($input: HuntInput!) { hunt(input: $input) { rows } }';
      const { data } = await askGateway<{ hunt: { rows: readonly Readonly<Record<string, unknown>>[] } }>(
        ...[gateway.url, query, { input: { query: kql, tenants: ['contoso'] } }],
      );
      return data.hunt.rows;
    },
    audit: async (target) => {
      const query = 'query ($target: String!) { auditLog(filter: { target: $target }) { nodes { outcome } } }';
      const { data } = await askGateway<{ auditLog: { nodes: readonly { outcome: string }[] } }>(gateway.url, query, {
        target,
      });
      return data.auditLog.nodes.map(({ outcome }) => outcome);
    },
    calls: (operation) => simulator.calls.count({ operation }),
    freshMachine: () => {
      const fresh = freshMachine(world, used);
      return once(fresh.id, fresh);
    },
    freshIncident: () => {
      const left = incidents.filter(({ id, status }) => status !== 'redirected' && !used.has(String(id)));
      const fresh = left.find(({ status }) => status === 'active') ?? left[0];
      if (fresh === undefined) throw new Error('The estate has no fresh incident left');
      return once(String(fresh.id), String(fresh.id));
    },
    forget: (space) => {
      const database = new DatabaseSync(file);
      database.prepare('DELETE FROM entries WHERE key LIKE ?').run(`defender-gateway:${space}:%`);
      database.close();
    },
    restart: async (changes) => {
      await gateway.stop(0);
      gateway = await start(changes);
    },
    stop: async () => {
      await gateway.stop(0);
      await simulator.stop();
      await rm(folder, { recursive: true });
    },
  };
};
