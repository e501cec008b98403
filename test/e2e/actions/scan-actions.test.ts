import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { settledMs } from '../../../src/actions/once/journal.ts';
import { scanAgentsOf, scanDefinitionsOf } from '../../../src/simulator/mde/scans.ts';
import { type ActionsLab, startActionsLab } from './lab.ts';

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab([
    [['guardrails'], [{ name: 'two', requireApproval: 'createScanDefinition', tenants: ['tailspin'] }]],
  ]);
});
afterEach(() => lab.simulator.faults.clear());
afterAll(() => lab.stop());

const scans = () => scanDefinitionsOf(lab.simulator.world('contoso'));
const scanner = (nth = 0, tenant = 'contoso'): string | undefined =>
  scanAgentsOf(lab.simulator.world(tenant))[nth]?.machineId;
const vault = { keyVaultUrl: 'https://scans.vault.azure.net/', keyVaultSecretName: 'snmp-v3' };
const network = (scanName: string, more: Readonly<Record<string, unknown>> = {}) => ({
  ...{ scanName, scanType: 'NETWORK', targetType: 'IP', targets: ['10.9.0.1', '10.9.1.0/24'], intervalInHours: 24 },
  ...{
    machineId: scanner(),
    authentication: { type: 'AUTH_PRIV', ...vault, authProtocol: 'SHA1', privProtocol: 'AES' },
  },
  ...more,
});
const made = async (scanName: string): Promise<string> => {
  const { told } = await lab.perform('createScanDefinition', network(scanName));
  expect(told).toMatchObject([{ outcome: 'DONE', error: null }]);
  return scans().find((scan) => scan.scanName === scanName)?.id ?? '';
};
const bodyOf = (operation: string): unknown => lab.simulator.calls.list({ operation }).at(-1)?.body;

test('a network scan is made as it is asked for, with what the Key Vault is to give', async () => {
  const { told } = await lab.perform('createScanDefinition', network('Floor 9'));
  const scan = scans().find(({ scanName }) => scanName === 'Floor 9');
  expect(told).toMatchObject([
    {
      ...{ outcome: 'DONE', error: null, scanDefinitionId: scan?.id, changes: null },
      scanDefinition: {
        scanDefinitionId: scan?.id,
        scanName: 'Floor 9',
        isActive: true,
        target: '10.9.0.1,10.9.1.0/24',
      },
    },
  ]);
  expect(scan).toMatchObject({
    ...{ scanType: 'Network', targetType: 'Ip', intervalInHours: 24, scannerAgent: { machineId: scanner() } },
    scanAuthenticationParams: {
      '@odata.type': '#microsoft.windowsDefenderATP.api.SnmpAuthParams',
      ...{ type: 'AuthPriv', authProtocol: 'SHA1', privProtocol: 'AES' },
      ...{ keyVaultUrl: 'https://scans.vault.azure.net', keyVaultSecretName: 'snmp-v3' },
    },
  });
  expect(await lab.audit('Floor 9')).toEqual(['DONE', 'INTENDED']);
});

test.each([
  ['NO_AUTH_NO_PRIV', { username: 'snmp' }, 'NETWORK', { type: 'NoAuthNoPriv', username: 'snmp' }],
  ['COMMUNITY_STRING', vault, 'NETWORK', { type: 'CommunityString', keyVaultSecretName: 'snmp-v3' }],
  ['AUTH_NO_PRIV', { ...vault, authProtocol: 'MD5' }, 'NETWORK', { type: 'AuthNoPriv', authProtocol: 'MD5' }],
  ['AUTH_PRIV', { ...vault, privProtocol: 'TRIPLE_DES' }, 'NETWORK', { type: 'AuthPriv', privProtocol: '3DES' }],
  [
    'KERBEROS',
    { username: 'scan$', domain: 'corp' },
    'WINDOWS',
    { type: 'Kerberos', domain: 'corp', isGmsaUser: true },
  ],
  ['NEGOTIATE', vault, 'WINDOWS', { type: 'Negotiate', keyVaultSecretName: 'snmp-v3', isGmsaUser: true }],
])('a scan signs in by %s', async (type, given, scanType, sent) => {
  const scanName = `By ${type}`;
  const input = network(scanName, { scanType, authentication: { type, ...given } });
  expect((await lab.perform('createScanDefinition', input)).told).toMatchObject([{ outcome: 'DONE', error: null }]);
  expect(scans().find((scan) => scan.scanName === scanName)?.scanAuthenticationParams).toMatchObject(sent);
});

test('a change tells from what to what, sends that alone, and a dry run of it sends nothing', async () => {
  const id = await made('To change');
  const change = {
    ...{ scanDefinitionIds: [id.toUpperCase()], scanName: 'Changed', targets: ['10.9.0.2'], isActive: false },
    ...{ machineId: scanner(1), authentication: { type: 'COMMUNITY_STRING', ...vault } },
  };
  const changes = [
    { field: 'scanName', from: 'To change', to: 'Changed' },
    { field: 'isActive', from: true, to: false },
    { field: 'targets', from: ['10.9.0.1', '10.9.1.0/24'], to: ['10.9.0.2'] },
    { field: 'machineId', from: scanner(), to: scanner(1) },
    { field: 'authentication', from: null, to: 'COMMUNITY_STRING' },
  ];
  const dry = await lab.perform('updateScanDefinitions', { ...change, dryRun: true });
  expect(dry.told).toMatchObject([{ outcome: null, error: null, changes, scanDefinition: { scanName: 'To change' } }]);
  expect(lab.calls('updateScanDefinition')).toBe(0);
  const { told } = await lab.perform('updateScanDefinitions', change);
  expect(told).toMatchObject([{ outcome: 'DONE', error: null, changes, scanDefinition: { scanName: 'Changed' } }]);
  expect(Object.keys(Object(bodyOf('updateScanDefinition'))).toSorted()).toEqual([
    ...['isActive', 'scanAuthenticationParams', 'scanName', 'scannerAgent', 'target'],
  ]);
  expect(scans().find((scan) => scan.id === id)).toMatchObject({ scanName: 'Changed', intervalInHours: 24 });
});

test('several are changed, each with its own result', async () => {
  const ids = [await made('Of two A'), await made('Of two B')];
  const { told } = await lab.perform('updateScanDefinitions', {
    ...{ scanDefinitionIds: [ids[0], crypto.randomUUID(), ids[1]], isActive: false },
  });
  expect(told.map(({ outcome, error }) => error?.code ?? outcome)).toEqual(['DONE', 'NOT_FOUND', 'DONE']);
  expect(scans().filter(({ id, isActive }) => ids.includes(id) && !isActive)).toHaveLength(2);
});

test('several are deleted in one call; what is not there is left out before', async () => {
  const ids = [await made('Gone A'), await made('Gone B')];
  const before = lab.calls('batchDeleteScanDefinitions');
  const { told } = await lab.perform('deleteScanDefinitions', { scanDefinitionIds: [ids[0], 'nobody', ids[1]] });
  expect(told).toMatchObject([
    { outcome: 'DONE', scanDefinitionId: ids[0], scanDefinition: null },
    { outcome: 'FAILED', error: { code: 'NOT_FOUND' } },
    { outcome: 'DONE', scanDefinitionId: ids[1] },
  ]);
  expect(lab.calls('batchDeleteScanDefinitions') - before).toBe(1);
  expect(scans().filter(({ id }) => ids.includes(id))).toEqual([]);
});

test('a deletion that is refused as a whole is asked for one by one', async () => {
  const ids = [await made('Refused A'), await made('Refused B')];
  const effect = { kind: 'status', status: 400, code: 'InvalidInput' } as const;
  lab.simulator.faults.add({ operation: 'batchDeleteScanDefinitions', times: 1, effect });
  const { told } = await lab.perform('deleteScanDefinitions', { scanDefinitionIds: ids });
  expect(told.map(({ outcome }) => outcome)).toEqual(['DONE', 'DONE']);
});

test('X1: of two who make scans of one name at the same moment one is told that it is there', async () => {
  lab.simulator.faults.add({ operation: 'createScanDefinition', times: 1, effect: { kind: 'slow', delayMs: 100 } });
  const both = await Promise.all([
    lab.perform('createScanDefinition', network('At once')),
    lab.perform('createScanDefinition', network(' AT ONCE', { intervalInHours: 12 })),
  ]);
  const told = both.flatMap(({ told }) => told.map(({ outcome, error }) => error?.code ?? outcome));
  expect(told.toSorted()).toEqual(['CONFLICT', 'DONE']);
  expect(scans().filter(({ scanName }) => scanName.toLowerCase().includes('at once'))).toHaveLength(1);
});

test.each([
  ['done', true, 0],
  ['not done', false, 1],
])('X1: a scan whose making was %s when its answer was lost is found by its name', async (_what, handled, again) => {
  const scanName = `Lost ${handled}`;
  const input = network(scanName, { idempotencyKey: scanName });
  lab.simulator.faults.add({ operation: 'createScanDefinition', times: 1, effect: { kind: 'reset', handled } });
  expect((await lab.perform('createScanDefinition', input)).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
  const before = lab.calls('createScanDefinition');
  lab.clock.advance(settledMs);
  for (const _ of [1, 2]) {
    const id = () => scans().find((scan) => scan.scanName === scanName)?.id;
    const { told } = await lab.perform('createScanDefinition', input);
    expect(told).toMatchObject([{ outcome: 'DONE', error: null, scanDefinitionId: id() }]);
  }
  expect(lab.calls('createScanDefinition') - before).toBe(again);
  expect(scans().filter((scan) => scan.scanName === scanName)).toHaveLength(1);
});

test.each([
  ['what shows', { intervalInHours: 12 }, 0],
  ['how it signs in, which does not show', { authentication: { type: 'COMMUNITY_STRING', ...vault } }, 1],
])('X1: a change of %s whose answer was lost', async (what, change, again) => {
  const id = await made(what);
  const input = { scanDefinitionIds: [id], ...change, idempotencyKey: what };
  lab.simulator.faults.add({ operation: 'updateScanDefinition', times: 1, effect: { kind: 'reset', handled: true } });
  expect((await lab.perform('updateScanDefinitions', input)).told).toMatchObject([{ outcome: 'UNKNOWN' }]);
  const before = lab.calls('updateScanDefinition');
  lab.clock.advance(settledMs);
  expect((await lab.perform('updateScanDefinitions', input)).told).toMatchObject([{ outcome: 'DONE', error: null }]);
  expect(lab.calls('updateScanDefinition') - before).toBe(again);
});

test('X1: a deletion whose answer was lost was done when they are gone', async () => {
  const ids = [await made('Lost A'), await made('Lost B')];
  const effect = { kind: 'reset', handled: true } as const;
  lab.simulator.faults.add({ operation: 'batchDeleteScanDefinitions', times: 1, effect });
  const { told } = await lab.perform('deleteScanDefinitions', { scanDefinitionIds: ids, idempotencyKey: 'lost' });
  expect(told).toMatchObject([{ outcome: 'DONE' }, { outcome: 'DONE' }]);
  const again = await lab.perform('deleteScanDefinitions', { scanDefinitionIds: ids, idempotencyKey: 'lost' });
  expect(again.told).toMatchObject([{ outcome: 'DONE' }, { outcome: 'DONE' }]);
});

test('an approval names what the second person agrees to, and performs it', async () => {
  const input = { tenant: 'tailspin', ...network('Approved'), machineId: scanner(0, 'tailspin') };
  const { data } = await lab.ask<{ requestApproval: { approval: { state: string } } }>(
    'mutation ($input: RequestApprovalInput!) { requestApproval(input: $input) { approval { state } } }',
    { input: { action: { createScanDefinition: input } } },
  );
  expect(data.requestApproval.approval.state).toBe('PENDING');
  const kept = await lab.ask('{ approvals(first: 5) { nodes { input } } auditLog(first: 5) { nodes { input } } }');
  expect(kept.text).toContain('snmp-v3');
});

test('a secret in the wrong place comes back nowhere, and is kept nowhere', async () => {
  const word = 'hunter2-Xq9';
  const wrong = [
    { communityString: word },
    { authPassword: word },
    { password: word },
    { keyVaultSecretName: `${word}!` },
    { keyVaultUrl: `https://u:${word}@scans.vault.azure.net` },
    { username: { word } },
    { username: `${word}\nx` },
  ];
  for (const more of wrong) {
    const input = network('Secret', { authentication: { type: 'AUTH_PRIV', ...vault, ...more } });
    const query =
      'mutation ($input: CreateScanDefinitionInput!) { createScanDefinition(input: $input) { results { outcome } } }';
    const { errors, text } = await lab.ask(query, { input: { tenant: 'contoso', ...input } });
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    expect(text).not.toContain(word);
  }
  const { text } = await lab.ask('{ auditLog(first: 50) { nodes { target input } } }');
  expect(text).not.toContain(word);
});

test('what Microsoft answers of how it signs in is told nowhere', async () => {
  const scanName = 'Answered';
  await lab.perform('createScanDefinition', network(scanName));
  const { text } = await lab.ask('{ scanDefinitions(tenants: ["contoso"], first: 100) { nodes { scanName raw } } }');
  expect(text).toContain(scanName);
  expect(text).not.toMatch(/snmp-v3|scanAuthenticationParams/);
});
