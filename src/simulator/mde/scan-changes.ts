import { randomUUID } from 'node:crypto';
import { mde } from '../../microsoft/mde/index.ts';
import { type Body, checkKeys, objectBody, oneOf, requiredText, requiredTexts } from '../defender/body.ts';
import { DefenderFault, notFound, refusals } from '../defender/fault.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest } from '../http/types.ts';
import type { TenantWorld } from '../world/types.ts';
import { callerName, entity, param } from './route.ts';
import { orgIdOf, scanDefinitionsOf, scannerOf, type WireScanDefinition } from './scan-estate.ts';

/** add-a-new-scan-definition.md: the keys of a body, in their case. */
const keys = [
  'scanType',
  'scanName',
  'isActive',
  'target',
  'intervalInHours',
  'targetType',
  'scannerAgent',
  'scanAuthenticationParams',
] as const;

/** get-authenticated-scan-properties.md: the ways to sign in of each kind of scan, and its name in OData. */
const signIns = {
  Network: {
    odata: '#microsoft.windowsDefenderATP.api.SnmpAuthParams',
    types: ['CommunityString', 'NoAuthNoPriv', 'AuthNoPriv', 'AuthPriv'],
    keys: ['username', 'authProtocol', 'authPassword', 'privProtocol', 'privPassword', 'communityString'],
  },
  Windows: {
    odata: '#microsoft.windowsDefenderATP.api.WindowsAuthParams',
    types: ['Kerberos', 'Negotiate'],
    keys: ['username', 'domain', 'isGmsaUser'],
  },
} as const satisfies Record<WireScanDefinition['scanType'], unknown>;

const readSignIn = (scanType: WireScanDefinition['scanType'], value: unknown): Body => {
  const given = objectBody(value);
  const { odata, types, keys: own } = signIns[scanType];
  checkKeys(given, ['@odata.type', 'type', 'keyVaultUrl', 'keyVaultSecretName', ...own]);
  if (given['@odata.type'] !== odata) throw new DefenderFault('InvalidInput', `A ${scanType} scan takes ${odata}.`);
  const type = oneOf(requiredText(given, 'type'), 'type', types);
  if (scanType === 'Windows' && given.isGmsaUser !== true) {
    throw new DefenderFault('InvalidInput', 'isGmsaUser must be true.');
  }
  if ((given.keyVaultUrl === undefined) !== (given.keyVaultSecretName === undefined)) {
    throw refusals.missing(given.keyVaultUrl === undefined ? 'keyVaultUrl' : 'keyVaultSecretName');
  }
  const secrets = { CommunityString: 'communityString', AuthNoPriv: 'authPassword', AuthPriv: 'privPassword' };
  const secret = Object.entries(secrets).find(([name]) => name === type)?.[1];
  if (given.keyVaultUrl === undefined) requiredText(given, secret ?? 'username');
  return given;
};

const readFlag = (body: Body, key: string): boolean => {
  const value = body[key];
  if (typeof value === 'boolean') return value;
  throw value === undefined ? refusals.missing(key) : new DefenderFault('InvalidRequestBody', `${key} is no boolean.`);
};

const readHours = (body: Body, key: string): number => {
  const value = body[key];
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw value === undefined
    ? refusals.missing(key)
    : new DefenderFault('InvalidInput', `${key} is no number of hours.`);
};

const readScanner = (world: TenantWorld, body: Body): WireScanDefinition['scannerAgent'] => {
  if (body.scannerAgent === undefined) throw refusals.missing('scannerAgent');
  const given = objectBody(body.scannerAgent);
  checkKeys(given, ['machineId']);
  const machineId = requiredText(given, 'machineId');
  const scanner = scannerOf(world, machineId);
  if (scanner === undefined) throw notFound('scan agent', machineId);
  return scanner;
};

/** A whole body: what a definition becomes by it. */
const readWhole = (world: TenantWorld, body: Body) => {
  checkKeys(body, keys);
  const scanType = oneOf(requiredText(body, 'scanType'), 'scanType', ['Windows', 'Network']);
  if (body.scanAuthenticationParams === undefined) throw refusals.missing('scanAuthenticationParams');
  return {
    scanType,
    scanName: requiredText(body, 'scanName'),
    isActive: readFlag(body, 'isActive'),
    target: requiredText(body, 'target'),
    intervalInHours: readHours(body, 'intervalInHours'),
    targetType: oneOf(requiredText(body, 'targetType'), 'targetType', ['Ip', 'Hostname']),
    scannerAgent: readScanner(world, body),
    scanAuthenticationParams:
      body.scanAuthenticationParams === null ? null : readSignIn(scanType, body.scanAuthenticationParams),
  };
};

/** As the answer to a change prints it: without how it signs in. */
const shown = (request: SimRequest, definition: WireScanDefinition) =>
  entity(request, 'DeviceAuthenticatedScanDefinitions', { ...definition, scanAuthenticationParams: null });

/** Definitions of scans are made, changed and deleted. */
export const scanWriteRoutes = (): readonly Route[] => [
  serve(mde.createScanDefinition, (request) => {
    const { tenant } = request;
    const body = objectBody(request.body);
    const read = readWhole(tenant, body);
    if (read.scanAuthenticationParams === null) throw refusals.missing('scanAuthenticationParams');
    const definition: WireScanDefinition = {
      id: randomUUID(),
      ...read,
      orgId: orgIdOf(tenant),
      createdBy: callerName(request),
      latestScan: { status: null, failureReason: null, executionDateTime: null },
    };
    scanDefinitionsOf(tenant).push(definition);
    return shown(request, definition);
  }),
  serve(mde.updateScanDefinition, (request) => {
    const { tenant } = request;
    const id = param(request, 'id');
    const definitions = scanDefinitionsOf(tenant);
    const at = definitions.findIndex((one) => one.id === id);
    const before = definitions[at];
    if (before === undefined) throw notFound('scan definition', id);
    const body = objectBody(request.body);
    const { scannerAgent } = before;
    const whole = { ...before, scannerAgent: { machineId: scannerAgent.machineId }, ...body };
    const read = readWhole(tenant, Object.fromEntries(keys.map((key) => [key, whole[key]])));
    checkKeys(body, keys);
    const definition = { ...before, ...read };
    definitions[at] = definition;
    return shown(request, definition);
  }),
  // The answer is not printed. What is not there refuses the whole, as with indicators: the harshest that a service may do.
  serve(mde.batchDeleteScanDefinitions, (request) => {
    const body = objectBody(request.body);
    checkKeys(body, ['ScanDefinitionIds']);
    const ids = requiredTexts(body, 'ScanDefinitionIds');
    const definitions = scanDefinitionsOf(request.tenant);
    const missing = ids.find((id) => !definitions.some((one) => one.id === id));
    if (missing !== undefined) throw notFound('scan definition', missing);
    for (const id of ids) {
      const at = definitions.findIndex((one) => one.id === id);
      if (at >= 0) definitions.splice(at, 1);
    }
    return { status: 200 };
  }),
];
