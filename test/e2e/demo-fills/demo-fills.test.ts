import { type GraphQLArgument, type GraphQLField, getNamedType, isNonNullType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSchema } from '../../../src/server/schema.ts';
import { mdeAlerts } from '../../../src/simulator/mde/own-alerts.ts';
import { scanAgentsOf, scanDefinitionsOf, scanSessionsOf } from '../../../src/simulator/mde/scans.ts';
import { filesIn } from '../../../src/simulator/mde/sightings.ts';
import type { WorldAlert, WorldFile } from '../../../src/simulator/world/types.ts';
import { type Running, startRunning } from '../../support/gateway.ts';
import { changedSettings } from '../../support/settings.ts';
import { eventOf } from '../role-matrix/rules.ts';
import { cannotBeFilled } from './exceptions.ts';
import { type Answered, filledIn, namedTypes, objectsIn, selectionOf } from './selection.ts';

const schema = createSchema();
const queries: readonly GraphQLField<unknown, unknown>[] = Object.values(schema.getQueryType()?.getFields() ?? {});

const isAsked = (argument: GraphQLArgument): boolean =>
  isNonNullType(argument.type) && argument.defaultValue === undefined;

const lists = queries.filter(({ args }) => args.some(({ name }) => name === 'first') && !args.some(isAsked));

/** A page and its rows are asked of the list alone: elsewhere it is enough that they are there. */
const pageTypes = (field: GraphQLField<unknown, unknown>): readonly string[] => {
  const page = getNamedType(field.type);
  const nodes = isObjectType(page) ? page.getFields().nodes : undefined;
  return nodes === undefined ? [] : [page.name, getNamedType(nodes.type).name];
};
const asked = new Set([...lists.flatMap(pageTypes), ...namedTypes, 'Tenant']);

const filled = new Set<string>();
/** Something of each type, to be looked up by its id. */
const samples = new Map<string, Answered>();
let running: Running;

const isInContoso = ({ tenant }: Answered): boolean => [...objectsIn(tenant)].some(({ name }) => name === 'contoso');

/** What is asked elsewhere than below a field of a root. */
const knownBelow = (field: GraphQLField<unknown, unknown>): ReadonlySet<string> => {
  const own = new Set([...pageTypes(field), getNamedType(field.type).name]);
  return new Set([...asked].filter((name) => !own.has(name)));
};

/** Asks one field of a root for everything, and keeps what is filled. */
const askAll = async (
  root: 'query' | 'mutation',
  field: GraphQLField<unknown, unknown>,
  given: string,
): Promise<void> => {
  const answer = await running.ask<Record<string, unknown> | null>(
    `${root} { ${field.name}${given} ${selectionOf(schema, field, knownBelow(field))} }`,
  );
  const refused = answer.errors.filter(({ path }) => path === undefined || path.length < 2);
  if (refused.length > 0) throw new Error(`${field.name}: ${refused[0]?.message}`);
  if (answer.data?.[field.name] != null) filled.add(`${root === 'query' ? 'Query' : 'Mutation'}.${field.name}`);
  for (const object of objectsIn(answer.data)) {
    for (const coordinate of filledIn(object)) filled.add(coordinate);
    if (!samples.has(object.__typename) && isInContoso(object)) samples.set(object.__typename, object);
  }
};

/** Arguments of the questions that need some, besides look-ups of one entity. */
const argumentsOf: Readonly<Record<string, () => string>> = {
  tenant: () => '(name: "contoso")',
  machinesByIp: () =>
    `(tenant: "contoso", ip: ${JSON.stringify(running.simulator.world('contoso').machines[0]?.lastIpAddress)}, at: "${new Date().toISOString()}")`,
  scanSessions: () =>
    `(tenant: "contoso", sessionIds: ${JSON.stringify(scanSessionsOf(running.simulator.world('contoso')).map(({ SessionIds }) => SessionIds))})`,
  tenantSignIn: () => '(tenant: "contoso")',
  node: () => `(id: ${JSON.stringify(samples.get('Machine')?.id)})`,
  nodes: () => `(ids: [${JSON.stringify(samples.get('Machine')?.id)}])`,
  planIndicators: () =>
    `(input: { tenants: ["contoso"], set: "sector-feed", indicators: [${indicator('fourth-coffee-files.example')}], prune: true })`,
  hunt: () =>
    '(input: { query: "AlertEvidence | where isnotempty(DeviceId) and isnotempty(AccountName) | take 3", maxRows: 2 })',
  runHuntingQuery: () => '(input: { name: "alerts", maxRows: 2 })',
  changes: () => '(since: "2020-01-01T00:00:00Z", first: 100)',
};

/** Of what is looked up by a name, more than the first that comes: a signed file and malware, what is blocked, the URL of an address. */
const furtherLookUps: readonly (readonly [field: string, given: () => string])[] = [
  ['file', () => fileWith(({ publisher }) => publisher !== null)],
  ['file', () => fileWith(({ publisher }, { threatName }) => publisher === null && threatName !== null)],
  ['file', () => fileWith(({ fileName }) => fileName === 'blackpine.exe')],
  ['ipAddress', () => '(tenant: "contoso", address: "198.51.100.9")'],
  ['url', () => '(tenant: "contoso", url: "https://cdn.fourth-coffee-files.example/s/4471.bin")'],
  ['url', () => '(tenant: "contoso", url: "http://198.51.100.9/kw")'],
];

const fileWith = (has: (file: WorldFile, alert: WorldAlert) => boolean): string => {
  const alerts = mdeAlerts(running.simulator.world('contoso'));
  const found = alerts.flatMap((alert) => alert.evidence.flatMap(filesIn).filter((file) => has(file, alert)));
  return `(tenant: "contoso", hash: "${found[0]?.sha1}")`;
};

/** A list's first page, or what the samples say of one entity: `(tenant:, machineId:)`. */
const givenTo = ({ name, args, type }: GraphQLField<unknown, unknown>): string => {
  const own = argumentsOf[name]?.();
  if (own !== undefined) return own;
  if (args.some((argument) => argument.name === 'by')) return '(by: TENANT, perTenant: true)';
  if (!args.some(isAsked)) {
    return args.some((argument) => argument.name === 'first') ? '(first: 100)' : '';
  }
  const sample = samples.get(String(type));
  return `(${args.map((each) => `${each.name}: ${JSON.stringify(each.name === 'tenant' ? 'contoso' : sample?.[each.name])}`)})`;
};

const machineOf = (place: number): string => {
  const { machines } = running.simulator.world('contoso');
  const active = machines.filter(
    ({ onboardingStatus, healthStatus, osPlatform }) =>
      onboardingStatus === 'Onboarded' && healthStatus === 'Active' && osPlatform.startsWith('Windows'),
  );
  return active[place]?.id ?? '';
};

const incidentOf = (place: number): string => {
  const { incidents } = running.simulator.world('contoso');
  return JSON.stringify(String(incidents.filter(({ status }) => status === 'active')[place + 5]?.id));
};

const action = (more: string): string => `(input: { tenant: "contoso", clientMutationId: "demo", ${more} })`;
const inContoso = (type: string, field: string): string => JSON.stringify(samples.get(type)?.[field]);

const indicator = (value: string): string =>
  `{ indicatorType: DOMAIN_NAME, indicatorValue: "${value}", action: BLOCK, title: "Demo", description: "Demo" }`;

/** One action of each kind, in this order; the others are tried where they have a reader. */
const actions: Readonly<Record<string, () => string>> = {
  isolateMachines: () =>
    action(`machineIds: ["${machineOf(0)}", "nobody.contoso.com"], comment: "Demo", waitSeconds: 600`),
  scanMachines: () => action(`machineIds: ["${machineOf(1)}"], comment: "Demo"`),
  startInvestigation: () => action(`machineIds: ["${machineOf(3)}", "nobody.contoso.com"], comment: "Demo"`),
  tagMachines: () => action(`machineIds: ["${machineOf(3)}", "nobody.contoso.com"], tag: "Demo", operation: ADD`),
  setDeviceValue: () => action(`machineIds: ["${machineOf(3)}"], deviceValue: HIGH, dryRun: true`),
  runLiveResponse: () =>
    action(`machineIds: ["${machineOf(2)}"], comment: "Demo", waitSeconds: 60, commands: [
      { type: RUN_SCRIPT, scriptName: "echo-args.ps1", args: "hello" }
      { type: GET_FILE, path: "C:\\\\Windows\\\\Temp\\\\report.txt" }
    ]`),
  cancelMachineActions: () => action(`actionIds: ["00000000-0000-4000-8000-000000000000"], comment: "Demo"`),
  updateIncidents: () => action(`incidentIds: [${inContoso('Incident', 'incidentId')}, "1"], comment: "Demo"`),
  updateAlerts: () => action(`alertIds: [${inContoso('Alert', 'alertId')}, "nobody"], comment: "Demo"`),
  addComment: () => action(`incidentIds: [${inContoso('Incident', 'incidentId')}, "1"], comment: "Demo"`),
  mergeIncidents: () => action(`incidentIds: [${incidentOf(0)}, ${incidentOf(1)}], comment: "Demo"`),
  createAlert: () => action(eventOf(running.simulator.world('contoso'))),
  uploadLibraryFile: () => action('fileName: "demo.ps1", contentBase64: "QQ=="'),
  deleteLibraryFile: () => action('fileName: "nobody.ps1"'),
  createIndicators: () => action(`indicators: [${indicator('demo.example')}, ${indicator('10.0.0.0/8')}]`),
  updateIndicators: () => action(`indicatorIds: ["990"], title: "Demo"`),
  deleteIndicators: () => action(`indicatorIds: ["991"]`),
  createScanDefinition: () =>
    action(`scanName: "Demo", scanType: NETWORK, targetType: IP, targets: ["10.9.0.1"], intervalInHours: 24,
      machineId: "${scanAgentsOf(running.simulator.world('contoso'))[0]?.machineId}",
      authentication: { type: NO_AUTH_NO_PRIV, username: "snmp" }`),
  updateScanDefinitions: () =>
    action(
      `scanDefinitionIds: ["${scanDefinitionsOf(running.simulator.world('contoso'))[0]?.id}", "nobody"], isActive: false`,
    ),
  deleteScanDefinitions: () => action(`scanDefinitionIds: ["nobody"]`),
  applyIndicators: () =>
    `(input: { tenants: ["contoso"], clientMutationId: "demo", set: "demo", indicators: [${[
      indicator('fourth-coffee-files.example'),
      indicator('10.0.0.0.example'),
    ].join(', ')}] })`,
  moveAlerts: () => action(`alertIds: [${inContoso('Alert', 'alertId')}, "nobody"], comment: "Demo"`),
};

beforeAll(async () => {
  running = await startRunning({
    simulator: { enforceQuotas: false },
    settings: (offered) =>
      changedSettings(offered, [
        [['limits', 'depth'], 30],
        [['limits', 'cost'], 1_000_000],
        [['limits', 'aliases'], 100_000],
        [['limits', 'tokens'], 1_000_000],
        [['limits', 'upstreamCalls'], 10_000],
      ]),
  });
  for (const field of lists) await askAll('query', field, '(first: 100)');
  for (const [name, given] of Object.entries(actions)) {
    const field = schema.getMutationType()?.getFields()[name];
    if (field !== undefined) await askAll('mutation', field, given());
  }
  for (const [name, given] of furtherLookUps) {
    const field = queries.find((each) => each.name === name);
    if (field !== undefined) await askAll('query', field, given());
  }
}, 120_000);
afterAll(() => running.stop());

describe('every field is filled at least once by the demo', () => {
  test.each(
    queries.filter(({ name }) => !(`Query.${name}` in cannotBeFilled)).map((field) => [field.name, field] as const),
  )(
    'Query.%s answers',
    async (_, field) => {
      await askAll('query', field, givenTo(field));
    },
    60_000,
  );

  const coordinates = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith('__') && type !== schema.getMutationType()
      ? Object.keys(type.getFields()).map((name) => `${type.name}.${name}`)
      : [],
  );

  test('those that are not are listed', () => {
    const isListed = (coordinate: string): boolean =>
      coordinate in cannotBeFilled || `${coordinate.split('.')[0]}.*` in cannotBeFilled;
    expect(coordinates.filter((each) => !filled.has(each) && !isListed(each))).toEqual([]);
  });

  test('what is listed is a field, and not filled', () => {
    const fieldsOf = (row: string) =>
      coordinates.filter((each) => each === row || (row.endsWith('.*') && each.startsWith(row.slice(0, -1))));
    expect(Object.keys(cannotBeFilled).filter((row) => fieldsOf(row).every((each) => filled.has(each)))).toEqual([]);
  });
});
