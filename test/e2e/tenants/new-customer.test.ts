import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { startSimulator } from '../../../src/simulator/index.ts';
import { gatewaySettings } from '../../../src/simulator/settings.ts';
import { createHttpClient } from '../../../src/upstream/http/agent.ts';
import { createPlace } from '../../cli/support.ts';
import { askGateway } from '../../support/gateway.ts';
import { runProgram } from '../../support/process.ts';

const main = new URL('../../../src/main.ts', import.meta.url).pathname;
const redirectUri = 'https://partner.example/consented';

test('P2: a new customer of a partner: link, consent, file, check, first answer, without a restart', async () => {
  const simulator = await startSimulator();
  await using place = await createPlace();
  const http = createHttpClient({ ca: [simulator.caPem] });
  const { tenants, ...offered } = parse(gatewaySettings(simulator));
  const [contoso, , adatum] = tenants;
  await mkdir(join(place.path, 'tenants.d'));
  await place.write('ca.pem', simulator.caPem);
  await place.write('tenants.d/contoso.yaml', stringify(contoso));
  const settings = { ...offered, server: { port: 0, drainSeconds: 0 }, upstream: { caFile: 'ca.pem' } };
  await place.write('defender-gateway.yaml', stringify({ ...settings, tenantsFolder: 'tenants.d' }));
  const gateway = runProgram([main], { cwd: place.path });
  try {
    const [, url = ''] = await gateway.printed(/"url":"(http:[^"]+)"/);
    const names = '{ tenants { name } }';
    expect((await askGateway(url, names)).data).toEqual({ tenants: [{ name: 'contoso' }] });

    // The partner sends the link; the customer's administrator opens it.
    const link = await place.run(['consent', '--new', '--redirect-uri', redirectUri, '--state', 'adatum']);
    simulator.users.signIn('adatum', 'analyst@adatum.com');
    const { headers } = await http.request(link.out.trim(), {
      method: 'GET',
      headers: {},
      signal: AbortSignal.timeout(10_000),
    });
    const led = new URL(String(headers.location));
    expect(`${led.origin}${led.pathname}`).toBe(redirectUri);
    expect(Object.fromEntries(led.searchParams)).toEqual({
      admin_consent: 'True',
      state: 'adatum',
      tenant: adatum.tenantId,
    });

    // The address has what the file needs; the app is the partner's own.
    const customer = { ...adatum, auth: contoso.auth, tenantId: led.searchParams.get('tenant') };
    await place.write('next', stringify(customer));
    await rename(join(place.path, 'next'), join(place.path, 'tenants.d', 'adatum.yaml'));
    gateway.process.kill('SIGHUP');

    const validated = await place.run(['config', 'validate']);
    expect([validated.code, validated.out]).toEqual([0, expect.stringContaining('(adatum, contoso)')]);
    const checked = await place.run(['check', 'adatum', '--need', 'machines.read']);
    expect([checked.code, checked.out]).toEqual([0, expect.stringContaining('Nothing is missing.')]);
    const consents = await place.run(['consent']);
    expect(consents.out).toMatch(/adatum +consented/);

    await vi.waitFor(async () => expect((await askGateway(url, names)).text).toContain('adatum'), 20_000);
    const { data } = await askGateway<{ machines: { nodes: readonly object[] } }>(
      url,
      '{ machines(tenants: ["adatum"], first: 1) { nodes { computerDnsName } failures { message } } }',
    );
    expect(data).toEqual({ machines: { nodes: [{ computerDnsName: expect.any(String) }], failures: [] } });
    expect(gateway.output().match(/"url":"http/g)).toHaveLength(1);
    expect(await gateway.stop()).toBe(0);
  } finally {
    await gateway.stop('SIGKILL');
    await http.close();
    await simulator.stop();
  }
}, 60_000);
