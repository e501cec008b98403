import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { type Simulator, startSimulator } from '../../src/simulator/index.ts';
import { createPlace, type Place } from '../cli/support.ts';
import { askGateway } from '../support/gateway.ts';
import { runProgram } from '../support/process.ts';
import { changedSettings } from '../support/settings.ts';
import { pages, root } from './pages.ts';

let place: Place;
let simulator: Simulator;
beforeAll(async () => {
  place = await createPlace();
  simulator = await startSimulator({ actionTimes: { pendingMs: 100, runningMs: 150 } });
});
afterAll(async () => {
  await simulator.stop();
  await place[Symbol.asyncDispose]();
});

const blocks = pages.find(({ file }) => file === 'docs/start.md')?.blocks ?? [];
const bodyOf = (part: string): string => {
  const block = blocks.find(({ text }) => text.includes(part))?.text ?? '';
  const body = /-d '([^']+)'/.exec(block)?.[1] ?? '';
  return z.object({ query: z.string() }).parse(JSON.parse(body)).query;
};

const isolated = z.object({
  isolateMachines: z.object({
    results: z.tuple([
      z.object({ action: z.object({ actionId: z.string(), status: z.string() }), outcome: z.string() }),
    ]),
  }),
});

test('P1: the steps of docs/start.md lead from a key to a first isolation in a tenant that is not the demo', async () => {
  const { out: made } = await place.run(['key', 'new', 'me', '--role', 'responder']);
  const [, key = ''] = /^# (\S+)$/m.exec(made) ?? [];
  const [, sha256 = ''] = /sha256: (\S+)/.exec(made) ?? [];

  const [contoso] = simulator.tenants;
  const [app] = contoso?.apps ?? [];
  const printed = blocks.find(({ language }) => language === 'yaml')?.text ?? '';
  const { authority, mde, m365d, graph } = simulator.endpoints('contoso');
  await place.write('ca.pem', simulator.caPem);
  await place.write(
    'defender-gateway.yaml',
    changedSettings(printed, [
      [['access', 'apiKeys', 0, 'sha256'], sha256],
      [['tenants', 0, 'tenantId'], contoso?.tenantId],
      [['tenants', 0, 'auth', 'clientId'], app?.clientId],
      [['tenants', 0, 'endpoints'], { authority, mde, m365d, graph }],
      [['upstream'], { caFile: 'ca.pem' }],
      [['server'], { port: 0, drainSeconds: 0 }],
    ]),
  );
  const env = { CONTOSO_CLIENT_SECRET: app?.secrets[0] ?? '', DEFENDER_GATEWAY_CONFIG: '' };

  const check = await place.run(['check'], env);
  expect(check).toMatchObject({ code: 0, out: expect.stringContaining('Nothing is missing.') });

  const gateway = runProgram([`${root}bin/defender-gateway.js`, 'start'], { cwd: place.path, env });
  const [url] = await gateway.printed(/http:\/\/127\.0\.0\.1:\d+/);
  const ask = (part: string) => askGateway<unknown>(url, bodyOf(part), {}, { 'x-api-key': key });

  const { data: first, errors } = await ask('capabilities');
  expect(errors).toEqual([]);
  expect(JSON.stringify(first)).toMatch(/"name":"machines\.isolate","available":true/);

  const tried = await ask('dryRun: true');
  expect(JSON.stringify(tried.data)).toContain('"error":null');
  const one = isolated.parse((await ask('waitSeconds: 60')).data).isolateMachines.results[0];
  expect(one).toMatchObject({ outcome: 'DONE', action: { status: 'SUCCEEDED' } });
  // The very same request again.
  const again = isolated.parse((await ask('waitSeconds: 60')).data).isolateMachines.results[0];
  expect(again.action.actionId).toBe(one.action.actionId);
  expect(simulator.calls.count({ operation: 'isolateMachine' })).toBe(1);
  expect(await gateway.stop()).toBe(0);
}, 120_000);
