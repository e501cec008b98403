import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startRunning } from '../support/gateway.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: { tenants: ['alpha', 'beta', 'gamma'].map((name) => simTenant(name, { scale: 0.1 })) },
    settings: (offered) =>
      changedSettings(offered, [
        [['tenants', 0, 'tags'], ['emea']],
        [
          ['tenants', 1, 'tags'],
          ['emea', 'lab'],
        ],
      ]),
  });
});

afterAll(() => running.stop());

describe('a choice of tenants', () => {
  test.each([
    ['names', 'tenants: ["gamma", "alpha"]', ['alpha', 'gamma']],
    ['a tag', 'tenantTags: ["emea"]', ['alpha', 'beta']],
    ['names and tags together', 'tenants: ["gamma"], tenantTags: ["lab"]', ['beta', 'gamma']],
    ['nothing', '', ['alpha', 'beta', 'gamma']],
  ])('by %s is what is asked, and no other', async (_, choice, chosen) => {
    running.simulator.calls.reset();
    const { data } = await running.ask<{ incidents: { nodes: { tenant: { name: string } }[] } }>(
      `{ incidents(first: 200 ${choice}) { nodes { tenant { name } } } }`,
    );
    expect([...new Set(data.incidents.nodes.map(({ tenant }) => tenant.name))].sort()).toEqual(chosen);
    const called = running.simulator.calls.list().map(({ tenant }) => tenant ?? '');
    expect([...new Set(called)].sort()).toEqual(chosen);
  });

  test('with an unknown name or tag is NOT_FOUND, not an empty answer', async () => {
    for (const choice of ['tenants: ["delta"]', 'tenantTags: ["apac"]']) {
      const { errors } = await running.ask(`{ incidents(${choice}) { nodes { id } } }`);
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
    }
  });
});
