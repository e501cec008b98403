import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/loaders/global-id.ts';
import type { WorldLibraryFile } from '../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../support/gateway.ts';
import { keyHeader, keyRow } from '../support/keys.ts';
import { changedSettings } from '../support/settings.ts';
import { simTenant } from '../support/tenants.ts';

const tenant = 'alpha';
const poor = 'poor';
const limitedKey = 'the server team';
let running: Running;

beforeAll(async () => {
  running = await startRunning({
    simulator: {
      // It counts calls.
      oddities: { truncatedJson: false },
      tenants: [
        simTenant(tenant, { scale: 0.1 }),
        simTenant(poor, { scale: 0.1, permissions: { mde: ['Machine.Read.All'], m365d: [], graph: [] } }),
      ],
      enforceQuotas: false,
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['limits'], { requestsPerMinute: 0, upstreamCalls: 1000, cost: 100_000 }],
        [
          ['access', 'roles'],
          { servers: { permissions: ['library:read', 'machine:read'], machineGroups: ['Servers'] } },
        ],
        [['access', 'apiKeys'], [keyRow(limitedKey, { roles: ['servers'] })]],
      ]),
  });
  await running.ask('{ tenants { capabilities { available } } }'); // Takes the tokens.
});
afterAll(() => running.stop());
beforeEach(() => running.simulator.calls.reset());

const library = (): readonly WorldLibraryFile[] => [...running.simulator.world(tenant).libraryFiles.values()];
const calls = () => running.simulator.calls.list({ operation: 'listLibraryFiles', tenant });

interface Node {
  readonly [field: string]: unknown;
}
interface Page {
  readonly nodes: readonly Node[];
  readonly failures: readonly { readonly code: string; readonly missingPermissions: readonly string[] }[];
}
const list = async (rest: string): Promise<readonly unknown[]> => {
  const { data, errors } = await running.ask<{ libraryFiles: Page }>(
    `{ libraryFiles(tenants: ["${tenant}"], first: 100 ${rest}) { nodes { fileName } } }`,
  );
  expect(errors).toEqual([]);
  return data.libraryFiles.nodes.map(({ fileName }) => fileName);
};

test('every file is there once, as Microsoft lists it, for one call', async () => {
  const { data, errors } = await running.ask<{ libraryFiles: Page }>(
    `{ libraryFiles(first: 100) {
      nodes { fileName sha256 description createdBy hasParameters parametersDescription tenant { name } }
      failures { code missingPermissions }
    } }`,
  );
  expect(errors).toEqual([]);
  expect(data.libraryFiles.nodes).toEqual(
    library().map(({ fileName, content, description, createdBy, parametersDescription }) => ({
      fileName,
      sha256: createHash('sha256').update(content).digest('hex'),
      description,
      createdBy,
      hasParameters: parametersDescription !== null,
      parametersDescription,
      tenant: { name: tenant },
    })),
  );
  expect(data.libraryFiles.failures).toEqual([{ code: 'MISSING_PERMISSION', missingPermissions: ['Library.Manage'] }]);
  expect(calls()).toHaveLength(1);
});

test.each<readonly [filter: string, keeps: (file: WorldLibraryFile) => boolean]>([
  ['textContains: "COLLECT-"', ({ fileName }) => fileName.startsWith('collect-')],
  ['textContains: "prüft"', ({ description }) => description.startsWith('Prüft')],
  ['hasParameters: true', ({ parametersDescription }) => parametersDescription !== null],
  ['hasParameters: false, textContains: ".sh"', ({ fileName }) => fileName.endsWith('.sh')],
])('a filter with %s', async (filter, keeps) => {
  const kept = library().filter(keeps);
  expect(kept.length).toBeGreaterThan(0);
  expect(await list(`filter: { ${filter} }`)).toEqual(kept.map(({ fileName }) => fileName));
});

test('an empty library is an empty list, and no failure', async () => {
  const files = running.simulator.world(tenant).libraryFiles;
  const kept = [...files];
  files.clear();
  expect(await list('')).toEqual([]);
  for (const [name, file] of kept) files.set(name, file);
});

describe('by name', () => {
  const look = (name: string, of = tenant) =>
    running.ask<{ found: Node | null }>(
      `{ found: libraryFile(tenant: "${of}", fileName: ${JSON.stringify(name)}) { fileName } }`,
    );

  test('each is found, several by their global ids with one call', async () => {
    expect((await look('überprüfung.ps1')).data.found).toEqual({ fileName: 'überprüfung.ps1' });
    const names = library().map(({ fileName }) => fileName);
    running.simulator.calls.reset();
    const { data } = await running.ask<{ nodes: readonly unknown[] }>(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on LibraryFile { fileName } } }',
      { ids: [...names, 'none.ps1'].map((id) => encodeGlobalId({ type: 'LibraryFile', tenant, id })) },
    );
    expect(data.nodes).toEqual([...names.map((fileName) => ({ __typename: 'LibraryFile', fileName })), null]);
    expect(calls()).toHaveLength(1);
  });

  test.each([
    ['none.ps1', tenant, 'NOT_FOUND'],
    ['Kill-Process.ps1', tenant, 'NOT_FOUND'],
    ['kill-process.ps1', 'nobody', 'NOT_FOUND'],
    ['kill-process.ps1', poor, 'MISSING_PERMISSION'],
    ['../kill-process.ps1', tenant, 'BAD_USER_INPUT'],
    ['C:\\kill-process.ps1', tenant, 'BAD_USER_INPUT'],
    ['..', tenant, 'BAD_USER_INPUT'],
    ['a\nb', tenant, 'BAD_USER_INPUT'],
  ])('%j of %s is %s', async (name, of, code) => {
    const { data, errors } = await look(name, of);
    expect([data, errors.map(({ extensions }) => extensions.code)]).toEqual([{ found: null }, [code]]);
    if (code === 'BAD_USER_INPUT') expect(calls()).toEqual([]);
  });
});

test('a list that Microsoft does not answer is a failure, not an empty library', async () => {
  running.simulator.faults.add({ operation: 'listLibraryFiles', tenant, effect: { kind: 'status', status: 500 } });
  const { data } = await running.ask<{ libraryFiles: Page }>(
    `{ libraryFiles(tenants: ["${tenant}"]) { nodes { fileName } failures { code missingPermissions } } }`,
  );
  running.simulator.faults.clear();
  expect(data.libraryFiles).toEqual({
    nodes: [],
    failures: [{ code: 'UPSTREAM_UNAVAILABLE', missingPermissions: [] }],
  });
});

test('a role that is limited to machines does not give it', async () => {
  const { errors } = await running.ask(
    `{ libraryFiles(tenants: ["${tenant}"]) { nodes { fileName } } }`,
    {},
    keyHeader(limitedKey),
  );
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
});
