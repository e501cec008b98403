import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { configurations, lacking } from '../../src/simulator/mde/vulnerability/configurations.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { simTenant } from '../support/tenants.ts';

const tenant = 'alpha';
const poor = 'poor';
/** It is hunted through Defender for Endpoint, which sends lists and bags as text. */
const older = 'older';
let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      profile: 'mild',
      tenants: [
        simTenant(tenant),
        simTenant(older, { permissions: { m365d: [], graph: [] } }),
        simTenant(poor, { scale: 0.1, permissions: { mde: ['Machine.Read.All'], m365d: [], graph: [] } }),
      ],
      enforceQuotas: false,
    },
  });
  running.simulator.oddities.set({ dynamicText: true });
  await running.ask('{ tenants { capabilities { available } } }'); // Takes the tokens.
});
afterAll(() => running.stop());
afterEach(() => running.simulator.faults.clear());

interface Machines {
  readonly machines: {
    readonly nodes: readonly {
      readonly machineId: string;
      readonly assessed: { readonly nodes: readonly Readonly<Record<string, unknown>>[] } | null;
    }[];
  };
}

const ask = (edge: string, name = tenant) =>
  running.ask<Machines>(`{ machines(tenants: ["${name}"], first: 50) { nodes { machineId assessed: ${edge} } } }`);

test('a setting is told by its name and as it was assessed last, for fifty machines by one query', async () => {
  running.simulator.calls.reset();
  const { data, errors } = await ask(
    'secureConfigurations { nodes { configurationId configurationName isCompliant isApplicable remediationOptions assessedAt } }',
  );
  expect(errors).toEqual([]);
  const world = running.simulator.world(tenant);
  for (const { machineId, assessed } of data.machines.nodes) {
    const wanted = configurations.flatMap((setting) => {
      const { all, lack } = lacking(world, setting);
      const machine = all.find(({ id }) => id === machineId);
      return machine === undefined
        ? []
        : [
            {
              configurationId: setting.scid,
              configurationName: setting.title,
              isCompliant: !lack.includes(machine),
              isApplicable: true,
              remediationOptions: expect.stringContaining('group policy'),
              assessedAt: expect.stringMatching(/Z$/),
            },
          ];
    });
    expect(assessed?.nodes).toHaveLength(wanted.length);
    expect(assessed?.nodes).toEqual(expect.arrayContaining(wanted));
  }
  const compliant = data.machines.nodes.flatMap(({ assessed }) => assessed?.nodes ?? []);
  expect(new Set(compliant.map(({ isCompliant }) => isCompliant))).toEqual(new Set([true, false]));
  expect(running.simulator.calls.list({ operation: 'graph.hunting.run', tenant })).toHaveLength(1);
});

test.each([tenant, older])('each kind has what its table has, cells of text and of JSON alike: %s', async (name) => {
  const first = async (edge: string, isWanted: (row: Readonly<Record<string, unknown>>) => boolean) => {
    const { data, errors } = await ask(edge, name);
    expect(errors).toEqual([]);
    return data.machines.nodes.flatMap(({ assessed }) => assessed?.nodes ?? []).find(isWanted);
  };
  expect(
    await first(
      'certificates { nodes { issuedTo issuedBy keySize expirationDate subjectType } }',
      (row) => row.subjectType === 'CA',
    ),
  ).toEqual({
    issuedTo: { CommonName: 'Root of all', Organization: 'Trust Services' },
    issuedBy: { CommonName: 'Root of all', Organization: 'Trust Services' },
    keySize: 4096,
    expirationDate: null,
    subjectType: 'CA',
  });
  expect(
    await first('browserExtensions { nodes { extensionName isActivated } }', (row) => row.isActivated === false),
  ).toEqual({
    extensionName: expect.any(String),
    isActivated: false,
  });
  expect(
    await first('hardwareFirmware { nodes { componentType additionalFields } }', (row) => row.componentType === 'Bios'),
  ).toEqual({
    componentType: 'Bios',
    additionalFields: { SecureBoot: expect.any(Boolean), ReleaseDate: '2025-11-03' },
  });
  expect(
    await first(
      'baselineCompliance { nodes { configurationName recommendedValue currentValue isCompliant sources } }',
      (row) => row.isCompliant === false,
    ),
  ).toEqual({
    configurationName: expect.stringContaining('(L1)'),
    recommendedValue: [expect.any(String)],
    currentValue: ['0'],
    isCompliant: false,
    sources: [expect.any(String)],
  });
});

test('a tenant that may not be hunted says so, and its machines stand', async () => {
  const { data, errors } = await ask('certificates { nodes { thumbprint } }', poor);
  expect(data.machines.nodes.length).toBeGreaterThan(0);
  expect(data.machines.nodes.every(({ assessed }) => assessed === null)).toBe(true);
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['MISSING_PERMISSION']));
});

test('a query that Microsoft refuses is not the fault of who asked', async () => {
  running.simulator.faults.add({ tenant, operation: 'graph.hunting.run', effect: { kind: 'status', status: 400 } });
  const { errors } = await ask('certificates { nodes { thumbprint } }');
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['UPSTREAM_REJECTED']));
  expect(errors[0]?.message).toContain('DeviceTvmCertificateInfo');
});
