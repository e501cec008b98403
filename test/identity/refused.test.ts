import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';

/** A gateway with a secret that Entra refuses, in a file that can be replaced. */
let folder: string;
let running: Running;
const file = (): string => join(folder, 'secret');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'refused-'));
});
beforeEach(async () => {
  await writeFile(file(), 'a-secret-that-is-wrong');
  running = await startRunning({
    settings: (offered) => changedSettings(offered, [[['tenants', 0, 'auth', 'clientSecret'], { file: file() }]]),
  });
  return () => running.stop();
});
afterAll(() => rm(folder, { recursive: true }));

interface Failure {
  readonly code: string;
  readonly retryAfterSeconds: number | null;
}
const question = `{
  machines(first: 1, tenants: ["contoso"]) { failures { code retryAfterSeconds } }
  incidents(first: 1, tenants: ["contoso"]) { failures { code retryAfterSeconds } }
}`;
const ask = async (): Promise<readonly Failure[]> => {
  const { data } = await running.ask<Record<string, { readonly failures: readonly Failure[] }>>(question);
  return Object.values(data).flatMap(({ failures }) => failures);
};
/** Requests for a token, by what it was for. */
const asked = (): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { body } of running.simulator.calls.list({ operation: 'entra.token', tenant: 'contoso' })) {
    const scope = typeof body === 'object' && body !== null && 'scope' in body ? String(body.scope) : '';
    counts[scope] = (counts[scope] ?? 0) + 1;
  }
  return counts;
};
const once = {
  'https://api.securitycenter.microsoft.com/.default': 1,
  'https://graph.microsoft.com/.default': 1,
  'https://api.security.microsoft.com/.default': 1,
};

describe('a secret that Entra refuses', () => {
  test('costs one token request an API, however often the gateway is asked', async () => {
    for (let round = 0; round < 10; round += 1) {
      const answers = await Promise.all(Array.from({ length: 50 }, ask));
      for (const failure of answers.flat()) {
        expect(failure.code).toBe('TENANT_SIGN_IN_REQUIRED');
        expect(failure.retryAfterSeconds).toBeGreaterThan(0);
      }
    }
    expect(asked()).toEqual(once);
  });

  test('is tried at once when it was replaced', async () => {
    await ask();
    await writeFile(file(), 'demo-secret-contoso');
    await utimes(file(), new Date(), new Date(Date.now() + 5000));
    expect(await ask()).toEqual([]);
  });

  test('is asked about anew by tenant.connectivity', async () => {
    await ask();
    await running.ask('{ tenant(name: "contoso") { connectivity { apis { token } } } }');
    expect(Object.values(asked())).toEqual([2, 2, 2]);
  });
});
