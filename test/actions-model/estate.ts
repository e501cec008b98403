import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Caller, callerWith } from '../../src/access/caller.ts';
import { grantsOf } from '../../src/access/grants.ts';
import { openMemoryLog } from '../../src/audit/memory-log.ts';
import type { AuditLog } from '../../src/audit/record.ts';
import { type Config, parseConfig } from '../../src/config/config.ts';
import { readAccessToken } from '../../src/identity/access-token.ts';
import type { Tokens } from '../../src/identity/tokens.ts';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { createHttpClient } from '../../src/upstream/http/agent.ts';
import { keyRow } from '../support/keys.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';
import { createSteppedClock, type SteppedClock } from './clock.ts';
import { createFaultyMicrosoft, type FaultyMicrosoft } from './microsoft.ts';
import { requesterKey } from './process.ts';

/** Through Graph; through M365D and MDE; with a second person. */
export const tenantNames = ['contoso', 'fabrikam', 'tailspin'] as const;
export type TenantName = (typeof tenantNames)[number];
/** Where a guardrail asks for a second person. */
export const guardedTenant = 'tailspin' satisfies TenantName;

/** Where every sequence takes place. */
export interface Estate {
  readonly simulator: Simulator;
  readonly config: Config;
  readonly clock: SteppedClock;
  readonly microsoft: FaultyMicrosoft;
  readonly tokens: Tokens;
  readonly requester: Caller;
  readonly approver: Caller;
  /** A store and an audit log that nobody has written to. */
  newState(): Promise<{ readonly store: Store; readonly audit: AuditLog }>;
  stop(): Promise<void>;
}

const tenYears = 10 * 365 * 86_400;

const tokensOf = (simulator: Simulator, clock: SteppedClock): Tokens => {
  const client = createHttpClient({ ca: [simulator.caPem] });
  const had = new Map<string, string>();
  return {
    get: async (tenant, api) => {
      const key = `${tenant.name} ${api}`;
      const { clientId } = simulator.tenants.find(({ name }) => name === tenant.name)?.apps[0] ?? {};
      const known = had.get(key);
      if (known !== undefined) return readAccessToken(known, Number.POSITIVE_INFINITY);
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId ?? '',
        client_secret: `secret-${tenant.name}`,
        scope: tenant.apis[api]?.scope ?? '',
      });
      const { body } = await clock.busy(() =>
        client.request(`${simulator.endpoints(tenant.name).authority}/${tenant.tenantId}/oauth2/v2.0/token`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: String(form),
        }),
      );
      const { access_token: value }: { readonly access_token: string } = JSON.parse(body);
      had.set(key, value);
      return readAccessToken(value, Number.POSITIVE_INFINITY);
    },
  };
};

export const startEstate = async (): Promise<Estate> => {
  const clock = createSteppedClock(Date.now());
  const simulator = await startSimulator({
    tenants: tenantNames.map((name) => simTenant(name, { scale: 2 })),
    enforceQuotas: false,
    actionTimes: { pendingMs: 0, runningMs: 1 },
    tokenLifetimeSeconds: tenYears,
    now: () => new Date(clock.now()),
    profile: 'mild',
  });
  const folder = await mkdtemp(join(tmpdir(), 'gateway-actions-model-'));
  const settings = changedSettings(gatewaySettings(simulator), [
    [['tenants', 1, 'prefer'], { incidents: 'm365d', alerts: 'mde' }],
    [['guardrails'], [{ name: 'two', requireApproval: 'all', tenants: guardedTenant }]],
    [
      ['access', 'apiKeys'],
      [requesterKey, 'lead'].map((name) => keyRow(name, { roles: ['admin'], owner: `${name}@contoso.com` })),
    ],
  ]);
  const config = await parseConfig(settings, { env: {}, baseDir: folder, source: 'the model' });
  const callerOf = (name: string): Caller =>
    callerWith(
      { id: `apiKey:${name}`, name, kind: 'apiKey', person: { id: null, userNames: [`${name}@contoso.com`] } },
      grantsOf(['admin'], config.access.roles),
    );
  const microsoft = createFaultyMicrosoft(simulator, clock);
  return {
    simulator,
    config,
    clock,
    microsoft,
    tokens: tokensOf(simulator, clock),
    requester: callerOf(requesterKey),
    approver: callerOf('lead'),
    newState: async () => ({ store: await openStore({ url: 'memory:', clock }), audit: openMemoryLog(clock) }),
    stop: async () => {
      await microsoft.stop();
      await simulator.stop();
      await rm(folder, { recursive: true });
    },
  };
};
