import type { Permission } from '../../../src/config/permissions.ts';
import { countedNames } from '../../../src/entities/counted.ts';
import { type OwnLookUp, type OwnName, own, ownNames } from '../../../src/entities/own.ts';
import { entities, entityNames, listedNames, lookUpOf, wordOf } from '../../../src/entities/table.ts';
import { encodeGlobalId, type NodeType, nodeTypes } from '../../../src/loaders/global-id.ts';
import { runKql } from '../../../src/simulator/kql/run.ts';
import { scanAgentsOf, scanDefinitionsOf, scanSessionsOf } from '../../../src/simulator/mde/scans.ts';
import { configurationsOf, profilesOf } from '../../../src/simulator/mde/vulnerability/baselines.ts';
import { productId, softwareEstate } from '../../../src/simulator/mde/vulnerability/estate.ts';
import { tasksOf } from '../../../src/simulator/mde/vulnerability/remediation.ts';
import type { TenantWorld } from '../../../src/simulator/world/types.ts';
import { addressIn, domainIn, fileIn, urlIn, userIn } from '../observables/estate.ts';

/** Whom a question is about, and where its ids come from. */
export interface Subject {
  readonly tenant: string;
  readonly tag: string;
  /** The estate behind the tenant; for a tenant that does not exist, another customer's. */
  readonly world: TenantWorld;
  /** An approval that somebody else asked for there; one that does not exist where the tenant does not. */
  readonly approvalId: string;
}

/** What a root field asks of its caller. */
export interface Rule {
  /** Where a field is asked in several ways: which one this is. */
  readonly way?: string;
  /** `null`: for everybody whom the gateway knows. */
  readonly permission: Permission | null;
  /**
   * What a tenant is for it that the caller may not see: an error, nothing at all (`null`), or it names no tenant and answers
   * for those that they may see.
   */
  readonly hidden: 'NOT_FOUND' | 'null' | 'unnamed';
  /** How it is refused in a tenant that they see; `FORBIDDEN` unless said. */
  readonly refusal?: 'NOT_FOUND';
  /** The tenants are here those whose user signs in. */
  readonly ofUser?: true;
  /** It takes an approval, which is used up by it. */
  readonly ofApproval?: true;
  /** The field with its arguments and selection. Whatever names a tenant stands under `tenant`. */
  readonly ask: (subject: Subject) => string;
}

const text = (value: string | undefined): string => JSON.stringify(value ?? '');

/** A machine that every action is possible on. */
const machineOf = ({ machines }: TenantWorld): string | undefined =>
  machines.find(({ onboardingStatus, osPlatform }) => onboardingStatus === 'Onboarded' && osPlatform === 'Windows11')
    ?.id;

/** A file that Defender for Endpoint knows of on some machine. */
const fileOf = ({ alerts }: TenantWorld): string | undefined =>
  alerts
    .filter(({ machine }) => machine !== null)
    .flatMap(({ evidence }) => evidence)
    .flatMap((each) => (each.type === 'file' ? [each.file.sha1] : []))
    .at(0);

const isolationOf = ({ actions }: TenantWorld): string | undefined =>
  actions.find(({ type }) => type === 'Isolate')?.id;

/** A list: of the tenants named, of those with a tag, and of all that the caller may see. */
const list = (field: string, permission: Permission | null, rows: string): readonly Rule[] => {
  const rule = { permission, hidden: 'NOT_FOUND' } as const;
  return [
    { ...rule, ask: ({ tenant }) => `${field}(tenants: [${text(tenant)}], first: 2) { ${rows} }` },
    { ...rule, way: 'by tag', ask: ({ tag }) => `${field}(tenantTags: [${text(tag)}], first: 2) { ${rows} }` },
    { ...rule, way: 'all', hidden: 'unnamed', ask: () => `${field}(first: 2) { ${rows} }` },
  ];
};

const owned = 'nodes { tenant { name } }';

/** Of lists over tenants: one that fails, as a tenant does to which nobody is signed in, is no error then. */
const ownedWithFailures = `${owned} failures { code }`;

/** One thing by tenant and id. */
const one = (field: string, permission: Permission | null, id: (world: TenantWorld) => string): Rule => ({
  permission,
  hidden: 'NOT_FOUND',
  ask: ({ tenant, world }) => `${field}(tenant: ${text(tenant)} ${id(world)}) { tenant { name } }`,
});

/** An action: with the rest of its input, and with what its payload has. */
const action = (field: string, permission: Permission, input: (world: TenantWorld) => string, way?: string): Rule => ({
  ...(way === undefined ? {} : { way }),
  permission,
  hidden: 'NOT_FOUND',
  ask: ({ tenant, world }) =>
    `${field}(input: { tenant: ${text(tenant)}, ${input(world)} }) { results { error { code message } } }`,
});

/** What is asked of several tenants in one input: named, tagged, and all of them where that may be left out. */
const ofTenants = (field: string, permission: Permission, input: string, selection: string): readonly Rule[] => {
  const rule = { permission, hidden: 'NOT_FOUND' } as const;
  return [
    { ...rule, ask: ({ tenant }) => `${field}(input: { tenants: [${text(tenant)}], ${input} }) { ${selection} }` },
    {
      ...rule,
      way: 'by tag',
      ask: ({ tag }) => `${field}(input: { tenantTags: [${text(tag)}], ${input} }) { ${selection} }`,
    },
  ];
};

/** One that every tenant takes. */
export const indicator =
  '{ indicatorType: DOMAIN_NAME, indicatorValue: "matrix.example", action: BLOCK, title: "m", description: "m" }';
const idIn = (rows: readonly { readonly id: number }[]): string => text(rows[0] && String(rows[0].id));

/** One approval: without the permission to decide it, it is not there. */
const ofApproval = (field: string, argument: (id: string) => string, selection: string): Rule => ({
  permission: 'action:approve',
  hidden: 'NOT_FOUND',
  refusal: 'NOT_FOUND',
  ofApproval: true,
  ask: ({ approvalId }) => `${field}(${argument(text(approvalId))}) { ${selection} }`,
});

/** A weakness that some machine has, and a product that is installed. */
const weaknessOf = (world: TenantWorld) => softwareEstate(world).exposures[0]?.weakness;
const softwareIdOf = (world: TenantWorld): string | undefined => {
  const [first] = softwareEstate(world).exposures;
  return first === undefined ? undefined : productId(first.software);
};

const investigationIdOf = ({ investigations }: TenantWorld): string => String(investigations[0]?.id ?? '');

/** What reading each kind of node needs, and an id of it: its list and its look-up need the same. */
export const nodeRules = {
  Tenant: { permission: null, id: ({ name }) => name },
  Incident: { permission: 'incident:read', id: ({ incidents }) => incidents[0]?.id },
  Alert: { permission: 'alert:read', id: ({ alerts }) => alerts[0]?.id },
  Machine: { permission: 'machine:read', id: machineOf },
  MachineAction: { permission: 'action:read', id: ({ actions }) => actions[0]?.id },
  Investigation: { permission: 'action:read', id: (world) => investigationIdOf(world) },
  AntivirusHealth: { permission: 'machine:read', id: machineOf },
  ScanDefinition: { permission: 'machine:read', id: (world) => scanDefinitionsOf(world)[0]?.id },
  ScanAgent: { permission: 'machine:read', id: (world) => scanAgentsOf(world)[0]?.id },
  LibraryFile: { permission: 'library:read', id: ({ libraryFiles }) => [...libraryFiles.keys()][0] },
  Indicator: { permission: 'indicator:read', id: ({ indicators }) => String(indicators[0]?.id) },
  Vulnerability: { permission: 'vulnerability:read', id: (world) => weaknessOf(world)?.cveId },
  Software: { permission: 'vulnerability:read', id: softwareIdOf },
  Recommendation: { permission: 'vulnerability:read', id: (world) => `va-_-${softwareIdOf(world)}` },
  BaselineProfile: { permission: 'vulnerability:read', id: (world) => profilesOf(world)[0]?.id },
  BaselineConfiguration: { permission: 'vulnerability:read', id: () => configurationsOf()[0]?.uniqueId },
  BrowserExtensionPermission: { permission: 'vulnerability:read', id: () => 'browsingData' },
  RemediationTask: { permission: 'vulnerability:read', id: (world) => tasksOf(world)[0]?.record.id },
  File: { permission: 'alert:read', id: (world) => fileIn(world).text },
  Domain: { permission: null, id: (world) => domainIn(world).text },
  IpAddress: { permission: null, id: (world) => addressIn(world).text },
  Url: { permission: null, id: (world) => urlIn(world).text },
  User: { permission: null, id: (world) => userIn(world).text },
} as const satisfies Record<
  NodeType,
  { permission: Permission | null; id: (world: TenantWorld) => string | undefined }
>;

/** The list of each kind that has one, and the look-up of all. */
const entityRules: Readonly<Record<string, readonly Rule[]>> = Object.fromEntries([
  ...listedNames.map((name): [string, readonly Rule[]] => [
    `Query.${name}`,
    list(name, nodeRules[entities[name].type].permission, ownedWithFailures),
  ]),
  ...entityNames.map((name): [string, readonly Rule[]] => {
    const { type, id } = entities[name];
    const { permission, id: idIn } = nodeRules[type];
    const lookUp = lookUpOf(name);
    return [`Query.${lookUp}`, [one(lookUp, permission, (world) => `${id.field}: ${text(idIn(world))}`)]];
  }),
]);

/** The counts of each type that is counted: as its list. */
const countRules: Readonly<Record<string, readonly Rule[]>> = Object.fromEntries(
  countedNames.map((name): [string, readonly Rule[]] => {
    const field = `${wordOf(name)}Counts`;
    const rule = { permission: nodeRules[entities[name].type].permission, hidden: 'NOT_FOUND' } as const;
    const ask = (which: string): string =>
      `${field}(by: TENANT, perTenant: true${which}) { rows { tenant { name } } failures { code } }`;
    return [
      `Query.${field}`,
      [
        { ...rule, ask: ({ tenant }) => ask(`, tenants: [${text(tenant)}]`) },
        { ...rule, way: 'by tag', ask: ({ tag }) => ask(`, tenantTags: [${text(tag)}]`) },
        { ...rule, way: 'all', hidden: 'unnamed', ask: () => ask('') },
      ],
    ];
  }),
);

/** What reading the gateway's own needs: the list, and for those who look one up. */
const ownKinds: Readonly<Record<OwnName, { readonly permission: Permission | null; readonly rows: string }>> = {
  auditLog: { permission: 'audit:read', rows: 'nodes { tenant }' },
  approvals: { permission: null, rows: owned },
};
const ownLookUps: Readonly<Record<OwnLookUp<OwnName>, Rule>> = {
  approval: ofApproval('approval', (id) => `approvalId: ${id}`, 'tenant { name }'),
};

/** The same two of each of them. */
const ownRules: Readonly<Record<string, readonly Rule[]>> = Object.fromEntries(
  ownNames.flatMap((name): [string, readonly Rule[]][] => {
    const { lookUp } = own[name];
    const { permission, rows } = ownKinds[name];
    return [
      [`Query.${name}`, list(name, permission, rows)],
      ...(lookUp === null ? [] : [[`Query.${lookUp.field}`, [ownLookUps[lookUp.field]]] as [string, readonly Rule[]]]),
    ];
  }),
);

const nodeWays = (field: string, argument: (id: string) => string): readonly Rule[] =>
  nodeTypes.map((type) => {
    const { permission, id } = nodeRules[type];
    const selection = type === 'Tenant' ? '... on Tenant { tenant: name }' : `... on ${type} { tenant { name } }`;
    const ask: Rule['ask'] = ({ tenant, world }) =>
      `${field}(${argument(encodeGlobalId({ type, tenant, id: type === 'Tenant' ? tenant : (id(world) ?? '') }))}) { ${selection} }`;
    return { way: type, permission, hidden: 'null', ask };
  });

const machines = (world: TenantWorld): string => `machineIds: [${text(machineOf(world))}], comment: "matrix"`;
/** Two machines, which is what a second person has to agree to here. */
const twoMachines = ({ machines: [one, two] }: TenantWorld): string =>
  `machineIds: [${text(one?.id)}, ${text(two?.id)}], comment: "matrix"`;
const script = 'commands: [{ type: RUN_SCRIPT, scriptName: "echo-args.ps1" }], waitSeconds: 0';

/** An event that hunting finds, as an alert is made of it. */
export const eventOf = (world: TenantWorld): string => {
  const [row] = runKql(world, 'DeviceProcessEvents | take 1 | project DeviceId, ReportId, Timestamp', new Date()).rows;
  return `machineId: "${row?.DeviceId}", reportId: "${row?.ReportId}", eventTime: "${row?.Timestamp}", severity: LOW,
    category: GENERAL, title: "matrix", description: "matrix", recommendedAction: "matrix"`;
};

/** Every root field of the schema: a test fails when one is missing here, or is gone from there. */
export const rules: Readonly<Record<string, readonly Rule[]>> = {
  'Query.viewer': [{ permission: null, hidden: 'unnamed', ask: () => 'viewer { tenants { tenant: name } }' }],
  // How the gateway itself stands; what it tells of tenants is asked for below it.
  'Query.gatewayStatus': [{ permission: null, hidden: 'unnamed', ask: () => 'gatewayStatus { __typename }' }],
  'Query.node': nodeWays('node', (id) => `id: ${text(id)}`),
  'Query.nodes': nodeWays('nodes', (id) => `ids: [${text(id)}]`),
  'Query.tenants': [
    {
      permission: 'tenant:read',
      hidden: 'NOT_FOUND',
      ask: ({ tenant }) => `tenants(names: [${text(tenant)}]) { tenant: name }`,
    },
    {
      way: 'by tag',
      permission: 'tenant:read',
      hidden: 'NOT_FOUND',
      ask: ({ tag }) => `tenants(tags: [${text(tag)}]) { tenant: name }`,
    },
    { way: 'all', permission: 'tenant:read', hidden: 'unnamed', ask: () => 'tenants { tenant: name }' },
  ],
  'Query.tenant': [
    { permission: null, hidden: 'NOT_FOUND', ask: ({ tenant }) => `tenant(name: ${text(tenant)}) { tenant: name }` },
  ],
  'Query.tenantSignIn': [
    {
      permission: 'tenant:sign-in',
      hidden: 'NOT_FOUND',
      ofUser: true,
      ask: ({ tenant }) => `tenantSignIn(tenant: ${text(tenant)}) { tenant { name } }`,
    },
  ],
  ...entityRules,
  ...countRules,
  ...ownRules,
  'Query.changes': (['INCIDENT', 'ALERT'] as const).flatMap((type): readonly Rule[] => {
    const rule = { permission: type === 'INCIDENT' ? 'incident:read' : 'alert:read', hidden: 'NOT_FOUND' } as const;
    const ask = (which: string): string =>
      `changes(types: [${type}], since: "2020-01-01T00:00:00Z", first: 2${which}) { nodes { tenant { name } } failures { code } }`;
    return [
      { ...rule, way: type, ask: ({ tenant }) => ask(`, tenants: [${text(tenant)}]`) },
      { ...rule, way: `${type} by tag`, ask: ({ tag }) => ask(`, tenantTags: [${text(tag)}]`) },
      { ...rule, way: `${type} all`, hidden: 'unnamed', ask: () => ask('') },
    ];
  }),
  'Query.machinesByIp': [
    {
      permission: 'machine:read',
      hidden: 'NOT_FOUND',
      ask: ({ tenant, world }) =>
        `machinesByIp(tenant: ${text(tenant)}, ip: ${text(world.machines[0]?.lastIpAddress)}, at: "${new Date().toISOString()}") { ${owned} }`,
    },
  ],
  'Query.scanSessions': [
    {
      permission: 'vulnerability:read',
      hidden: 'NOT_FOUND',
      ask: ({ tenant, world }) =>
        `scanSessions(tenant: ${text(tenant)}, sessionIds: [${text(scanSessionsOf(world)[0]?.SessionIds)}]) { sessionId }`,
    },
  ],
  'Query.exposureScore': [one('exposureScore', 'vulnerability:read', () => '')],
  'Query.hunt': [
    {
      permission: 'hunt:raw',
      hidden: 'NOT_FOUND',
      ask: ({ tenant }) =>
        `hunt(input: { query: "DeviceInfo | take 1", tenants: [${text(tenant)}] }) { tenants { tenant { name } } }`,
    },
    {
      way: 'all',
      permission: 'hunt:raw',
      hidden: 'unnamed',
      ask: () => 'hunt(input: { query: "DeviceInfo | take 1" }) { tenants { tenant { name } } }',
    },
  ],

  'Query.huntingQueries': [
    { permission: 'hunt:library', hidden: 'unnamed', ask: () => 'huntingQueries(group: "alerts") { name }' },
  ],
  'Query.runHuntingQuery': [
    {
      permission: 'hunt:library',
      hidden: 'NOT_FOUND',
      ask: ({ tenant }) =>
        `runHuntingQuery(input: { name: "alerts", tenants: [${text(tenant)}] }) { tenants { tenant { name } } }`,
    },
    {
      way: 'all',
      permission: 'hunt:library',
      hidden: 'unnamed',
      ask: () => 'runHuntingQuery(input: { name: "alerts" }) { tenants { tenant { name } } }',
    },
  ],

  'Query.planIndicators': [
    ...ofTenants(
      'planIndicators',
      'indicator:read',
      `set: "matrix", indicators: [${indicator}]`,
      'tenant { name } error { code }',
    ),
    {
      way: 'all',
      permission: 'indicator:read',
      hidden: 'unnamed',
      ask: () =>
        `planIndicators(input: { set: "matrix", indicators: [${indicator}] }) { tenant { name } error { code } }`,
    },
  ],

  'Mutation.startTenantSignIn': [
    {
      permission: 'tenant:sign-in',
      hidden: 'NOT_FOUND',
      ofUser: true,
      ask: ({ tenant }) => `startTenantSignIn(input: { tenant: ${text(tenant)} }) { signIn { tenant { name } } }`,
    },
  ],
  'Mutation.isolateMachines': [action('isolateMachines', 'machine:isolate', machines)],
  'Mutation.releaseMachines': [action('releaseMachines', 'machine:isolate', machines)],
  'Mutation.scanMachines': [action('scanMachines', 'machine:scan', machines)],
  'Mutation.restrictCodeExecution': [action('restrictCodeExecution', 'machine:restrict', machines)],
  'Mutation.unrestrictCodeExecution': [action('unrestrictCodeExecution', 'machine:restrict', machines)],
  'Mutation.collectInvestigationPackage': [action('collectInvestigationPackage', 'machine:collect', machines)],
  'Mutation.offboardMachines': [action('offboardMachines', 'machine:offboard', machines)],
  'Mutation.stopAndQuarantineFile': [
    action('stopAndQuarantineFile', 'file:quarantine', (world) => `${machines(world)}, sha1: "${'a'.repeat(40)}"`),
    action(
      'stopAndQuarantineFile',
      'file:quarantine',
      (world) => `comment: "matrix", sha1: ${text(fileOf(world))}`,
      'wherever it is',
    ),
  ],
  'Mutation.startInvestigation': [action('startInvestigation', 'investigation:start', machines)],
  'Mutation.tagMachines': [
    action('tagMachines', 'machine:write', (world) => `${machines(world)}, tag: "matrix", operation: ADD`),
  ],
  'Mutation.setDeviceValue': [
    action('setDeviceValue', 'machine:write', (world) => `${machines(world)}, deviceValue: HIGH`),
  ],
  'Mutation.runLiveResponse': [
    action('runLiveResponse', 'liveresponse:run', (world) => `${machines(world)}, ${script}`),
    action(
      'runLiveResponse',
      'liveresponse:run',
      () => `actionId: "${crypto.randomUUID()}", waitSeconds: 0`,
      'taken up',
    ),
  ],
  'Mutation.cancelMachineActions': [
    action(
      'cancelMachineActions',
      'action:cancel',
      (world) => `actionIds: [${text(isolationOf(world))}], comment: "matrix"`,
    ),
  ],
  'Mutation.updateIncidents': [
    action(
      'updateIncidents',
      'incident:write',
      ({ incidents }) => `incidentIds: [${text(incidents[0]?.id)}], status: IN_PROGRESS`,
    ),
  ],
  'Mutation.updateAlerts': [
    action('updateAlerts', 'alert:write', ({ alerts }) => `alertIds: [${text(alerts[0]?.id)}], status: IN_PROGRESS`),
  ],
  'Mutation.addComment': [
    action(
      'addComment',
      'incident:write',
      ({ incidents }) => `incidentIds: [${text(incidents[0]?.id)}], comment: "matrix"`,
    ),
    action(
      'addComment',
      'alert:write',
      ({ alerts }) => `alertIds: [${text(alerts[0]?.id)}], comment: "matrix"`,
      'alerts',
    ),
  ],
  'Mutation.createAlert': [action('createAlert', 'alert:write', (world) => eventOf(world))],
  'Mutation.mergeIncidents': [
    action('mergeIncidents', 'incident:write', ({ incidents }) => {
      const [one, other] = incidents.filter(({ redirectIncidentId }) => redirectIncidentId === null);
      return `incidentIds: [${text(one?.id)}, ${text(other?.id)}]`;
    }),
  ],
  'Mutation.moveAlerts': [
    action('moveAlerts', 'alert:write', ({ alerts }) => `alertIds: [${text(alerts[0]?.id)}], comment: "matrix"`),
  ],
  'Mutation.uploadLibraryFile': [
    action('uploadLibraryFile', 'library:write', () => 'fileName: "matrix.ps1", contentBase64: "QQ=="'),
  ],
  'Mutation.deleteLibraryFile': [
    action(
      'deleteLibraryFile',
      'library:write',
      ({ libraryFiles }) => `fileName: ${text([...libraryFiles.keys()].at(-1))}`,
    ),
  ],
  'Mutation.createIndicators': [action('createIndicators', 'indicator:write', () => `indicators: [${indicator}]`)],
  'Mutation.updateIndicators': [
    action(
      'updateIndicators',
      'indicator:write',
      ({ indicators }) => `indicatorIds: [${idIn(indicators)}], title: "matrix"`,
    ),
  ],
  'Mutation.deleteIndicators': [action('deleteIndicators', 'indicator:write', () => 'indicatorIds: ["1"]')],
  'Mutation.createScanDefinition': [
    action(
      'createScanDefinition',
      'scan:write',
      (world) => `scanName: "matrix", scanType: NETWORK, targetType: IP, targets: ["10.9.0.1"], intervalInHours: 24,
        machineId: ${text(scanAgentsOf(world)[0]?.machineId)}, authentication: { type: NO_AUTH_NO_PRIV, username: "snmp" }`,
    ),
  ],
  'Mutation.updateScanDefinitions': [
    action(
      'updateScanDefinitions',
      'scan:write',
      (world) => `scanDefinitionIds: [${text(scanDefinitionsOf(world)[0]?.id)}], intervalInHours: 12`,
    ),
  ],
  'Mutation.deleteScanDefinitions': [
    action(
      'deleteScanDefinitions',
      'scan:write',
      (world) => `scanDefinitionIds: [${text(scanDefinitionsOf(world).at(-1)?.id)}]`,
    ),
  ],
  'Mutation.applyIndicators': ofTenants(
    'applyIndicators',
    'indicator:write',
    `set: "matrix", indicators: [${indicator}]`,
    'results { error { code message } }',
  ),
  'Mutation.requestApproval': [
    {
      permission: 'machine:scan',
      hidden: 'NOT_FOUND',
      ask: ({ tenant, world }) =>
        `requestApproval(input: { action: { scanMachines: { tenant: ${text(tenant)}, ${twoMachines(world)} } } }) { approval { tenant { name } } }`,
    },
  ],
  'Mutation.approveAction': [
    ofApproval('approveAction', (id) => `input: { approvalId: ${id} }`, 'approval { tenant { name } }'),
  ],
  'Mutation.rejectAction': [
    ofApproval('rejectAction', (id) => `input: { approvalId: ${id} }`, 'approval { tenant { name } }'),
  ],
};

/** Permissions that no field asks for yet: a test fails when one of them gets a field. */
export const noFieldYet: readonly Permission[] = [];

/** Permissions of what is no field: a header's, the schema's, and that of a gateway which runs trusted documents alone. */
export const beyondFields: readonly Permission[] = ['explain', 'schema:read', 'document:any'];
