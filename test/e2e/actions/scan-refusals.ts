import { scanAgentsOf, scanDefinitionsOf } from '../../../src/simulator/mde/scans.ts';
import type { ActionsLab } from './lab.ts';
import type { RefusalRow } from './refusal-rows.ts';

type Given = Readonly<Record<string, unknown>>;

const mutation = 'mutation';
const vault = { keyVaultUrl: 'https://scans.vault.azure.net', keyVaultSecretName: 'snmp' };
const scannerOf = (lab: ActionsLab, tenant = 'contoso'): string | undefined =>
  scanAgentsOf(lab.simulator.world(tenant))[0]?.machineId;
const scan = (lab: ActionsLab, tenant?: string): Given => ({
  ...{ scanName: 'Refused', scanType: 'NETWORK', targetType: 'IP', targets: ['10.9.0.1'], intervalInHours: 24 },
  ...{ machineId: scannerOf(lab, tenant), authentication: { type: 'NO_AUTH_NO_PRIV', username: 'snmp' } },
});
const networkScan = (lab: ActionsLab, tenant = 'contoso') => {
  const found = scanDefinitionsOf(lab.simulator.world(tenant)).find(({ scanType }) => scanType === 'Network');
  if (found === undefined) throw new Error('The estate has no scan');
  return found;
};

const secretMissing = (type: string): Given => ({ authentication: { type, username: 'x' } });
const withVault = (wrong: Given): Given => ({ authentication: { type: 'AUTH_PRIV', ...vault, ...wrong } });

/** What is wrong with the terms of a scan, whichever action gives them. */
const termFaults: Readonly<Record<string, Given>> = {
  'a blank name': { scanName: ' ' },
  'a name that is too long': { scanName: 'x'.repeat(257) },
  'a name with a line break': { scanName: 'a\nb' },
  'a kind that there is not': { scanType: 'UNKNOWN' },
  'a kind of target that there is not': { targetType: 'UNKNOWN' },
  'no target': { targets: [] },
  'too many targets': { targets: Array.from({ length: 1001 }, (_, at) => `10.9.${Math.floor(at / 250)}.${at % 250}`) },
  'a blank target': { targets: [' '] },
  'two targets in one': { targets: ['10.9.0.1,10.9.0.2'] },
  'a target with a path': { targets: ['host/path'] },
  'a host name for an address': { targetType: 'IP', targets: ['kiosk-1'] },
  'an address for a host name': { targetType: 'HOSTNAME', targets: ['10.9.0.1'] },
  'a network with too many bits': { targetType: 'IP', targets: ['10.9.0.0/33'] },
  'a range of two kinds of address': { targetType: 'IP', targets: ['10.9.0.1-2001:db8::1'] },
  'no hour': { intervalInHours: 0 },
  'more than a year': { intervalInHours: 8761 },
  'no id of a machine': { machineId: 'a/b' },
  'a community string that no vault has': secretMissing('COMMUNITY_STRING'),
  'a password that no vault has': secretMissing('AUTH_NO_PRIV'),
  'two passwords that no vault has': secretMissing('AUTH_PRIV'),
  'a vault without a secret': withVault({ keyVaultSecretName: null }),
  'a secret without a vault': withVault({ keyVaultUrl: null }),
  'a vault that is none': withVault({ keyVaultUrl: 'https://vault.example' }),
  'a vault whose name only begins so': withVault({ keyVaultUrl: 'https://scans.vault.azure.net.evil.example' }),
  'a vault without encryption': withVault({ keyVaultUrl: 'http://scans.vault.azure.net' }),
  'a vault with a password': withVault({ keyVaultUrl: 'https://user:word@scans.vault.azure.net' }),
  'a vault at another port': withVault({ keyVaultUrl: 'https://scans.vault.azure.net:8443' }),
  'a vault with a query': withVault({ keyVaultUrl: 'https://scans.vault.azure.net/?sig=x' }),
  'a secret by its address': withVault({ keyVaultUrl: 'https://scans.vault.azure.net/secrets/snmp' }),
  'a secret in place of its name': withVault({ keyVaultSecretName: 'S3cret!word' }),
  'a blank user': { authentication: { type: 'NO_AUTH_NO_PRIV', username: ' ' } },
  'no user': { authentication: { type: 'NO_AUTH_NO_PRIV' } },
  'a domain for SNMP': { authentication: { type: 'NO_AUTH_NO_PRIV', username: 'x', domain: 'contoso.com' } },
  'a protocol for a community string': withVault({ type: 'COMMUNITY_STRING', authProtocol: 'SHA1' }),
  'a cipher without a second password': withVault({ type: 'AUTH_NO_PRIV', privProtocol: 'AES' }),
  'a secret itself, which no field takes': withVault({ communityString: 'word' }),
};

/** Rows of `createScanDefinition`, `updateScanDefinitions` and `deleteScanDefinitions`. */
export const scanRefusals: readonly RefusalRow[] = [
  ...Object.entries(termFaults).map(
    ([what, wrong]): RefusalRow => ({
      ...{ what, mutation: 'createScanDefinition', code: 'BAD_USER_INPUT', of: mutation },
      input: (lab) => ({ ...scan(lab), ...wrong }),
    }),
  ),
  ...Object.entries({
    ...termFaults,
    'nothing to change': {},
    'a kind and a sign-in of another': {
      scanType: 'WINDOWS',
      authentication: { type: 'NO_AUTH_NO_PRIV', username: 'x' },
    },
  }).map(
    ([what, wrong]): RefusalRow => ({
      ...{ what, mutation: 'updateScanDefinitions', code: 'BAD_USER_INPUT', of: mutation },
      input: (lab) => ({ scanDefinitionIds: [networkScan(lab).id], ...wrong }),
    }),
  ),
  ...Object.entries({
    'a sign-in of the other kind': { authentication: { type: 'KERBEROS', username: 'x$', domain: 'contoso.com' } },
    'another kind without a sign-in': { scanType: 'WINDOWS' },
    'host names, where it has addresses': { targets: ['kiosk-1'] },
    'another kind of target without targets': { targetType: 'HOSTNAME' },
  }).map(
    ([what, wrong]): RefusalRow => ({
      ...{ what: `as the scan is: ${what}`, mutation: 'updateScanDefinitions', code: 'BAD_USER_INPUT' },
      input: (lab) => ({ scanDefinitionIds: [networkScan(lab).id], ...wrong }),
    }),
  ),
  {
    ...{ what: 'one name for two', mutation: 'updateScanDefinitions', code: 'BAD_USER_INPUT', of: mutation },
    input: (lab) => ({ scanDefinitionIds: [networkScan(lab).id, 'another'], scanName: 'Both' }),
  },
  {
    ...{ what: 'it is so already', mutation: 'updateScanDefinitions', code: 'ALREADY_IN_STATE' },
    input: (lab) => {
      const { id, scanName, target, intervalInHours } = networkScan(lab);
      return { scanDefinitionIds: [id], scanName, targets: target.split(',').toReversed(), intervalInHours };
    },
  },
  {
    ...{ what: 'a name that another has', mutation: 'updateScanDefinitions', code: 'CONFLICT' },
    input: (lab) => {
      const { id } = networkScan(lab);
      const other = scanDefinitionsOf(lab.simulator.world('contoso')).find((one) => one.id !== id);
      return { scanDefinitionIds: [id], scanName: other?.scanName.toUpperCase() };
    },
  },
  {
    ...{ what: 'a name that another has', mutation: 'createScanDefinition', code: 'CONFLICT' },
    input: (lab) => ({ ...scan(lab), scanName: networkScan(lab).scanName }),
  },
  {
    ...{ what: 'such a scan is there', mutation: 'createScanDefinition', code: 'ALREADY_IN_STATE' },
    input: (lab) => {
      const { scanName, isActive, target, intervalInHours, scannerAgent } = networkScan(lab);
      const as = { scanName, isActive, targets: target.split(','), intervalInHours };
      return { ...scan(lab), ...as, machineId: scannerAgent.machineId };
    },
  },
  {
    ...{ what: 'a machine without a scanner', mutation: 'createScanDefinition', code: 'NOT_FOUND' },
    input: (lab) => ({ ...scan(lab), machineId: '0'.repeat(40) }),
  },
  {
    ...{ what: 'a machine without a scanner', mutation: 'updateScanDefinitions', code: 'NOT_FOUND' },
    input: (lab) => ({ scanDefinitionIds: [networkScan(lab).id], machineId: '0'.repeat(40) }),
  },
  ...(['updateScanDefinitions', 'deleteScanDefinitions'] as const).flatMap((name): readonly RefusalRow[] => {
    const change = name === 'updateScanDefinitions' ? { isActive: false } : {};
    return [
      ...Object.entries({ 'an id that there is not': crypto.randomUUID(), 'an id of another form': 'a/../b' }).map(
        ([what, id]): RefusalRow => ({
          ...{ what, mutation: name, code: 'NOT_FOUND' },
          input: () => ({ scanDefinitionIds: [id], ...change }),
        }),
      ),
      ...Object.entries({ 'no id': [], 'a blank id': [' '], 'too many ids': Array.from({ length: 201 }, String) }).map(
        ([what, scanDefinitionIds]): RefusalRow => ({
          ...{ what, mutation: name, code: 'BAD_USER_INPUT', of: mutation },
          input: () => ({ scanDefinitionIds, ...change }),
        }),
      ),
      {
        ...{ what: 'a guardrail', mutation: name, code: 'GUARDRAIL' },
        input: (lab) => ({ tenant: 'quiet', scanDefinitionIds: [networkScan(lab, 'quiet').id], ...change }),
      },
      {
        ...{ what: 'a tenant that there is not', mutation: name, code: 'NOT_FOUND', of: mutation },
        input: () => ({ tenant: 'nowhere', scanDefinitionIds: ['x'], ...change }),
      },
      {
        ...{ what: 'a tenant without the permission', mutation: name, code: 'MISSING_PERMISSION', of: mutation },
        input: () => ({ tenant: 'reader', scanDefinitionIds: ['x'], ...change }),
      },
    ];
  }),
  {
    ...{ what: 'a guardrail', mutation: 'createScanDefinition', code: 'GUARDRAIL' },
    input: (lab) => ({ tenant: 'quiet', ...scan(lab, 'quiet') }),
  },
  {
    ...{
      what: 'a tenant without the permission to change',
      mutation: 'createScanDefinition',
      code: 'MISSING_PERMISSION',
    },
    input: (lab) => ({ tenant: 'fabrikam', ...scan(lab, 'fabrikam') }),
  },
];
