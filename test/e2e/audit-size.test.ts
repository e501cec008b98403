import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

let running: Running;
const folder = mkdtempSync(join(tmpdir(), 'gateway-audit-'));
const bytesPerMinute = 200_000;

beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: [simTenant('contoso')], enforceQuotas: false },
    settings: (offered) =>
      changedSettings(offered, [
        [['audit'], { url: `file:${folder}`, bytesPerMinute }],
        [['guardrails'], [{ name: 'frozen', deny: 'all' }]],
      ]),
  });
});
afterAll(async () => {
  await running.stop();
  rmSync(folder, { recursive: true });
});

const text = (): string =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');

const runScript = (machineIds: readonly string[], args: string) =>
  running.ask<{
    readonly runLiveResponse: {
      readonly results: readonly { readonly error: { readonly code: string } | null }[];
    } | null;
  }>(`mutation ($input: RunLiveResponseInput!) { runLiveResponse(input: $input) { results { error { code } } } }`, {
    input: {
      tenant: 'contoso',
      machineIds,
      comment: 'Triage -Password hunter2',
      waitSeconds: 0,
      commands: Array.from({ length: 30 }, () => ({ type: 'RUN_SCRIPT', scriptName: 'collect.ps1', args })),
    },
  });

interface Inputs {
  readonly auditLog: {
    readonly nodes: readonly { readonly input: unknown; readonly inputSha256: string; readonly outcome: string }[];
  };
}

const machineIds = Array.from({ length: 40 }, (_, index) => index.toString(16).padStart(40, '0'));

test('X5: a mutation of 1 MB with 40 refused targets writes its input once, cut and without secrets; all records show it', async () => {
  const { data } = await runScript(machineIds, `-Password hunter2 /pass:hunter2 ${'x '.repeat(15_000)}`);
  expect(data.runLiveResponse?.results.map(({ error }) => error?.code)).toEqual(machineIds.map(() => 'GUARDRAIL'));
  const written = text();
  expect(written.trimEnd().split('\n')).toHaveLength(40);
  expect(Buffer.byteLength(written)).toBeLessThan(80_000);
  expect(written).not.toContain('hunter2');
  expect(written.match(/Triage/g)).toHaveLength(1);

  const { data: shown, errors } = await running.ask<Inputs>(
    '{ auditLog(first: 40) { nodes { input inputSha256 outcome } } }',
  );
  expect(errors).toEqual([]);
  const [first] = shown.auditLog.nodes;
  expect(first).toMatchObject({ outcome: 'REFUSED', inputSha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(JSON.stringify(first?.input)).toContain('Triage');
  expect(shown.auditLog.nodes).toEqual(machineIds.map(() => first));
});

test('X5: a caller that writes too many bytes in a minute is refused before anything is done', async () => {
  const codes: string[] = [];
  for (let turn = 0; turn < 8 && codes.length === 0; turn += 1) {
    const { errors } = await runScript(machineIds, `-Turn ${turn}`);
    codes.push(...errors.map(({ extensions }) => String(extensions?.code)));
  }
  expect(codes).toEqual(['RATE_LIMITED']);
  const before = text();
  expect(Buffer.byteLength(before)).toBeLessThan(bytesPerMinute * 1.2);
  const { errors } = await runScript(machineIds, '-Turn last');
  expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) } }]);
  expect(text()).toBe(before);
});
