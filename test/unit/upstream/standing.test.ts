import { expect, test } from 'vitest';
import { GatewayError, UpstreamError } from '../../../src/errors.ts';
import { createMetrics } from '../../../src/metrics.ts';
import { createStandings } from '../../../src/upstream/http/standing.ts';
import { tenantNamed } from '../../support/tenant.ts';
import { createMemoryLog } from '../store/support.ts';

const started = () => {
  const log = createMemoryLog();
  const metrics = createMetrics();
  return { log, metrics, standings: createStandings({ log, metrics }) };
};

test('R1: one line when an API of a tenant changes its state, and one when it works again', () => {
  const { log, standings } = started();
  const failure = new UpstreamError('UPSTREAM_REJECTED', 'no', { upstreamStatus: 403, upstreamCode: 'Forbidden' });
  standings.note(tenantNamed('contoso'), 'mde', 'mde.listMachines', 'works');
  for (let time = 0; time < 3; time += 1) {
    standings.note(tenantNamed('contoso'), 'mde', 'mde.listAlerts', 'forbidden', failure);
    standings.note(tenantNamed('contoso'), 'mde', 'mde.listMachines', 'works');
  }
  expect(log.lines).toEqual([expect.stringMatching(/does not work.*"standing":"forbidden".*"Forbidden".*403/)]);
  standings.note(tenantNamed('contoso'), 'mde', 'mde.listAlerts', 'works');
  expect(log.lines).toHaveLength(2);
  expect(log.lines[1]).toMatch(/works again.*"tenant":"contoso"/);
});

test('P2: the line says in a sentence what to do, without what may be a secret', () => {
  const { log, standings } = started();
  const says = "AADSTS7000215: the client secret is wrong: give the secret's value, not its id, in auth.clientSecret";
  standings.note(
    tenantNamed('contoso'),
    'graph',
    'tokens',
    'no_token',
    new GatewayError('TENANT_SIGN_IN_REQUIRED', says),
  );
  const masked = new UpstreamError(
    'UPSTREAM_REJECTED',
    'Bearer eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2lnbmF0dXJl is refused',
  );
  standings.note(tenantNamed('contoso'), 'mde', 'mde.listAlerts', 'forbidden', masked);
  expect(log.lines[0]).toContain(`"reason":${JSON.stringify(says)}`);
  expect(log.lines[1]).toMatch(/"reason":"[^"]*is refused"/);
  expect(log.lines[1]).not.toContain('eyJhbGci');
});

test('R1: the worst of what its operations meet is told', () => {
  const { log, standings } = started();
  standings.note(tenantNamed('contoso'), 'mde', 'mde.listAlerts', 'throttled');
  standings.note(tenantNamed('contoso'), 'mde', 'tokens', 'no_token');
  standings.note(tenantNamed('contoso'), 'mde', 'mde.listAlerts', 'works');
  standings.note(tenantNamed('contoso'), 'mde', 'tokens', 'works');
  expect(log.lines.map((line) => /"standing":"(\w+)"/.exec(line)?.[1])).toEqual(['throttled', 'no_token', 'works']);
});

test('R1: the gauge counts tenants and names none', async () => {
  const { metrics, standings } = started();
  standings.note(tenantNamed('contoso'), 'mde', 'mde.listAlerts', 'breaker_open');
  standings.note(tenantNamed('fabrikam'), 'mde', 'mde.listAlerts', 'breaker_open');
  standings.note(tenantNamed('adatum'), 'mde', 'mde.listAlerts', 'works');
  standings.note(tenantNamed('contoso'), 'mde', 'mde.listAlerts', 'works');
  const text = await metrics.render();
  expect(text).toContain('gateway_tenant_apis{api="mde",standing="breaker_open"} 1');
  expect(text).toContain('gateway_tenant_apis{api="mde",standing="works"} 2');
  expect(text).not.toMatch(/contoso|fabrikam|adatum/);
});

test('X1: the gauge counts what is in force, whatever is still under way in a tenant whose name was given away', async () => {
  const log = createMemoryLog();
  const metrics = createMetrics();
  const [before, after] = [tenantNamed('contoso'), { ...tenantNamed('contoso'), cloud: 'gcc' } as const];
  let inForce: typeof before | typeof after = before;
  const standings = createStandings({ log, metrics, counts: (tenant) => tenant === inForce });
  standings.note(before, 'mde', 'mde.listAlerts', 'breaker_open');
  inForce = after;
  standings.forget(before);
  standings.note(after, 'mde', 'mde.listAlerts', 'works');
  standings.note(before, 'mde', 'mde.listAlerts', 'timed_out');
  const text = await metrics.render();
  expect(text).toContain('gateway_tenant_apis{api="mde",standing="works"} 1');
  expect(text).toContain('gateway_tenant_apis{api="mde",standing="timed_out"} 0');
  expect(text).toContain('gateway_tenant_apis{api="mde",standing="breaker_open"} 0');
});
