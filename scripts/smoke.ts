/**
 * The demo as somebody meets it: starts it on a free port, asks one question, isolates a machine and waits for the end of
 * it, looks at every address, and stops it. Exits with 1 and a reason when anything is not as it should be.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';

const patienceMs = 60_000;

const question = z.object({
  data: z.object({
    incidents: z.object({
      nodes: z.array(z.object({ title: z.string(), tenant: z.object({ name: z.string() }) })).min(1),
      failures: z.array(z.object({ tenant: z.object({ name: z.string() }), code: z.string() })),
    }),
    machines: z.object({ nodes: z.array(z.object({ machineId: z.string() })).min(1) }),
  }),
});

const isolation = z.object({
  data: z.object({
    isolateMachines: z.object({
      results: z.tuple([z.object({ action: z.object({ status: z.literal('SUCCEEDED') }), error: z.null() })]),
    }),
  }),
});

/** Starts the demo; resolves with its address as soon as it prints it. */
const startDemo = async () => {
  const demo = spawn(process.execPath, ['src/demo.ts', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(demo, 'exit');
  demo.stdout.setEncoding('utf8');
  let printed = '';
  for await (const chunk of demo.stdout.iterator({ destroyOnReturn: false })) {
    printed += String(chunk);
    const url = /http:\/\/localhost:\d+/.exec(printed)?.[0];
    if (url !== undefined) return { demo, exited, url };
  }
  throw new Error(`The demo ended before it gave an address:\n${printed}`);
};

const ask = async (url: string, query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(patienceMs),
  });
  return response.json();
};

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const { demo, exited, url } = await startDemo();
try {
  say(`the demo answers at ${url}`);
  const { incidents, machines } = question.parse(
    await ask(
      url,
      `{
        incidents(first: 20) { nodes { title tenant { name } } failures { tenant { name } code } }
        machines(first: 1, tenants: ["contoso"], filter: { healthStatus: [ACTIVE], osPlatform: ["Windows11"] }) { nodes { machineId } }
      }`,
    ),
  ).data;
  assert.deepEqual(new Set(incidents.nodes.map(({ tenant }) => tenant.name)), new Set(['contoso', 'fabrikam']));
  assert.deepEqual(incidents.failures, [{ tenant: { name: 'adatum' }, code: 'MISSING_PERMISSION' }]);
  say(`${incidents.nodes.length} incidents of two tenants, and why the third has none`);

  isolation.parse(
    await ask(
      url,
      `mutation ($machineIds: [ID!]!) {
        isolateMachines(input: { tenant: "contoso", machineIds: $machineIds, comment: "Smoke test", waitSeconds: 30 }) {
          results { action { status } error { code message } }
        }
      }`,
      { machineIds: machines.nodes.map(({ machineId }) => machineId) },
    ),
  );
  say('a machine was isolated, from submission to success');

  for (const path of ['/', '/healthz', '/readyz', '/metrics']) {
    const { status } = await fetch(`${url}${path}`, { headers: { accept: 'text/html, */*' } });
    assert.equal(status, 200, `${path} answers ${status}`);
  }
  say('/, /healthz, /readyz and /metrics answer');
} finally {
  demo.stdout.resume();
  demo.kill('SIGTERM');
}
const [code] = await exited;
assert.equal(code, 0, `The demo ended with ${code}`);
say('the demo stopped with exit code 0');
