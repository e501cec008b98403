import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/config/config.ts';
import { type Gateway, startGateway } from '../../../src/gateway.ts';
import { createLog } from '../../../src/log.ts';
import { type FaultEffect, type Simulator, startSimulator } from '../../../src/simulator/index.ts';
import { gatewaySettings } from '../../../src/simulator/settings.ts';
import { askGateway } from '../../support/gateway.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';

const names = ['pages', 'hangs', 'fails', 'refuses', 'throttles', 'unsigned'];
let simulator: Simulator;
let gateway: Gateway;
const lines: string[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ tenants: names.map((name) => simTenant(name)), profile: 'mild' });
  const settings = changedSettings(gatewaySettings(simulator), [
    [['server', 'port'], 0],
    [['limits'], { upstreamTimeoutMs: 300 }],
    [['tenants', names.indexOf('unsigned'), 'auth', 'clientSecret'], 'not-the-right-secret'],
  ]);
  const config = await parseConfig(settings, { env: {}, baseDir: process.cwd(), source: 'the test' });
  const log = createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } });
  gateway = await startGateway({ config, log, caPem: simulator.caPem, watchIntervalMs: 1000 });
});
afterAll(async () => {
  await gateway.stop(1000);
  await simulator.stop();
});

const ask = (tenant: string) =>
  askGateway(gateway.url, `{ machines(tenants: ["${tenant}"], first: 1) { nodes { machineId } failures { code } } }`);
const told = (tenant: string): readonly unknown[] =>
  lines
    .map((line): Record<string, unknown> => JSON.parse(line))
    .filter((line) => line.tenant === tenant && typeof line.standing === 'string')
    .map(({ standing }) => standing);

const faults: readonly (readonly [string, FaultEffect | null, readonly string[]])[] = [
  ['pages', { kind: 'wrong-content-type' }, ['not_microsoft']],
  ['hangs', { kind: 'slow', delayMs: 2000 }, ['timed_out']],
  ['fails', { kind: 'status', status: 500 }, ['unavailable', 'breaker_open']],
  ['refuses', { kind: 'status', status: 403 }, ['forbidden']],
  ['throttles', { kind: 'status', status: 429, retryAfter: 600 }, ['throttled']],
  ['unsigned', null, ['no_token']],
];

describe('R1: the log', () => {
  test.each(faults)(
    'of a tenant that %s: one line for each change of its state, however often it is asked',
    async (tenant, effect, changes) => {
      if (effect !== null) simulator.faults.add({ tenant, operation: 'listMachines', effect });
      await ask(tenant);
      await ask(tenant);
      expect(told(tenant)).toEqual(changes);
    },
  );

  test('names no secret, no token and no query', () => {
    const text = lines.join('');
    expect(text).not.toMatch(/eyJ[\w-]{10}|Bearer|not-the-right-secret|demo-secret|client_assertion/);
    expect(text).toContain('upstream call');
  });
});
