import type { Permission } from '../../../src/config/permissions.ts';
import { type EntityType, entities, entityNameOf, listedNames, lookUpOf } from '../../../src/entities/table.ts';
import { scanDefinitionsOf } from '../../../src/simulator/mde/scans.ts';
import type { TenantWorld } from '../../../src/simulator/world/types.ts';
import { names, userNames } from './callers.ts';
import { pricedEdges } from './priced-edges.ts';
import { eventOf, indicator, nodeRules } from './rules.ts';

/** A field that leads from one thing to another. */
export interface Edge {
  /** What the way to it needs. */
  readonly from: readonly Permission[];
  /** What it needs besides; `null`: who sees the one may see the other. */
  readonly permission: Permission | null;
  /** How it is refused: by an error beside all else of the answer, or by silence. */
  readonly refusal?: 'null';
  /** An operation that passes it under the name `edge`; what it leads to says its tenant under `tenant`. */
  readonly ask: (world: TenantWorld) => string;
}

const text = (value: string | undefined): string => JSON.stringify(value ?? '');

const inOwn = `tenants: ["${names.own}"]`;
const owner = '{ tenant { name } }';

/** The edge from the rows of a list. */
const fromList = (list: string, from: Permission, permission: Permission | null, edge: string, first = 20): Edge => ({
  from: [from],
  permission,
  ask: () => `{ ${list}(${inOwn}, first: ${first}) { nodes { ${edge} } } }`,
});

/** The edge from evidence of one type. */
const fromEvidence = (type: string): Edge =>
  fromList(
    'alerts',
    'alert:read',
    'machine:read',
    `evidence { __typename ... on ${type} { edge: machine ${owner} } }`,
    // Rare types are among the older alerts.
    100,
  );

const machineOf = ({ machines }: TenantWorld): string =>
  text(
    machines.find(({ onboardingStatus, osPlatform }) => onboardingStatus === 'Onboarded' && osPlatform === 'Windows11')
      ?.id,
  );

const input = (rest: string): string => `input: { tenant: "${names.own}", ${rest} }`;

/** The edge from the results of a mutation. */
const fromResults = (
  mutation: string,
  from: Permission,
  permission: Permission | null,
  rest: (world: TenantWorld) => string,
  edge: string,
): Edge => ({
  from: [from],
  permission,
  ask: (world) =>
    `mutation { ${mutation}(${input(rest(world))}) { results { error { code } edge: ${edge} ${owner} } } }`,
});

const twoOf = ({ incidents }: TenantWorld): string =>
  `incidentIds: [${incidents
    .filter(({ redirectIncidentId }) => redirectIncidentId === null)
    .slice(0, 2)
    .map(({ id }) => text(id))
    .join()}]`;

const scan = (world: TenantWorld): string => `machineIds: [${machineOf(world)}], comment: "matrix"`;

const fromCommands = (edge: string): Edge => ({
  from: ['action:read'],
  permission: 'liveresponse:run',
  ask: () =>
    `{ machineActions(${inOwn}, filter: { type: [LIVE_RESPONSE] }) { nodes { commands { status edge: ${edge} } } } }`,
});

const weaknesses = 'vulnerability:read';

/** The edge from rows of a list of Defender Vulnerability Management. */
const fromWeakness = (list: string, permission: Permission | null, edge: string): Edge =>
  fromList(list, weaknesses, permission, edge);

/** Of Defender Vulnerability Management: who sees the one sees the other, but for machines. */
const weaknessEdges: Readonly<Record<string, Edge>> = {
  'Machine.vulnerabilities': fromList(
    'machines',
    'machine:read',
    weaknesses,
    `edge: vulnerabilities { nodes ${owner} }`,
  ),
  'Machine.software': fromList('machines', 'machine:read', weaknesses, `edge: software { nodes ${owner} }`),
  'Machine.recommendations': fromList(
    'machines',
    'machine:read',
    weaknesses,
    `edge: recommendations { nodes ${owner} }`,
  ),
  'Machine.missingKbs': fromList('machines', 'machine:read', weaknesses, `edge: missingKbs { nodes ${owner} }`),
  'Machine.certificates': fromList('machines', 'machine:read', weaknesses, 'edge: certificates { nodes { path } }'),
  'Machine.browserExtensions': fromList(
    'machines',
    'machine:read',
    weaknesses,
    'edge: browserExtensions { nodes { browserName } }',
  ),
  'Machine.hardwareFirmware': fromList(
    'machines',
    'machine:read',
    weaknesses,
    'edge: hardwareFirmware { nodes { componentName } }',
  ),
  'Machine.secureConfigurations': fromList(
    'machines',
    'machine:read',
    weaknesses,
    'edge: secureConfigurations { nodes { isCompliant } }',
  ),
  'Machine.baselineCompliance': fromList(
    'machines',
    'machine:read',
    weaknesses,
    'edge: baselineCompliance { nodes { isCompliant } }',
  ),
  'MissingKb.tenant': fromWeakness('software', null, 'missingKbs { nodes { edge: tenant { tenant: name } } }'),
  'Vulnerability.machines': fromWeakness('vulnerabilities', 'machine:read', `edge: machines { nodes ${owner} }`),
  'Vulnerability.software': fromWeakness('vulnerabilities', null, `edge: software { nodes ${owner} }`),
  'Software.machines': fromWeakness('software', 'machine:read', `edge: machines { nodes ${owner} }`),
  'Software.vulnerabilities': fromWeakness('software', null, `edge: vulnerabilities { nodes ${owner} }`),
  'Recommendation.machines': fromWeakness('recommendations', 'machine:read', `edge: machines { nodes ${owner} }`),
  'Recommendation.software': fromWeakness('recommendations', null, `edge: software ${owner}`),
  'Recommendation.vulnerabilities': fromWeakness('recommendations', null, `edge: vulnerabilities { nodes ${owner} }`),
  'RemediationTask.machines': fromWeakness('remediationTasks', 'machine:read', `edge: machines { nodes ${owner} }`),
  'ExposureScore.tenant': {
    from: [weaknesses],
    permission: null,
    ask: () => `{ exposureScore(tenant: "${names.own}") { edge: tenant { tenant: name } } }`,
  },
};

/** The edge from one that is looked up. */
const fromOne = (type: EntityType, permission: Permission | null, edge: string): Edge => {
  const name = entityNameOf(type);
  const { permission: own, id } = nodeRules[type];
  return {
    from: own === null ? ['schema:read'] : [own],
    permission,
    ask: (world) =>
      `{ ${lookUpOf(name)}(tenant: "${names.own}", ${entities[name].id.field}: ${text(id(world))}) { ${edge} } }`,
  };
};

/** What is named rather than listed. */
const namedTypes = ['File', 'Domain', 'IpAddress', 'Url', 'User'] as const satisfies readonly EntityType[];

/** Every entity's own tenant, which who sees the entity may see. */
const tenantEdges: Readonly<Record<string, Edge>> = Object.fromEntries([
  ...listedNames.map((name) => {
    const { type } = entities[name];
    return [`${type}.tenant`, fromList(name, nodeRules[type].permission, null, 'edge: tenant { tenant: name }')];
  }),
  ...namedTypes.map((type) => [`${type}.tenant`, fromOne(type, null, 'edge: tenant { tenant: name }')]),
]);

/** What changed, of one type. */
const fromChanges = (type: 'INCIDENT' | 'ALERT', from: Permission, edge: string): Edge => ({
  from: [from],
  permission: null,
  ask: () =>
    `{ changes(${inOwn}, types: [${type}], since: "2020-01-01T00:00:00Z", first: 2) { nodes { ${edge} } failures { code } } }`,
});

/** What the rows of a hunt name. */
const fromHunt = (query: string, permission: Permission | null, edge: string): Edge => ({
  from: ['hunt:raw'],
  permission,
  ask: () => `{ hunt(input: { ${inOwn}, query: "${query}" }) { tenants { ${edge} } } }`,
});

/** What evidence names: its alerts and machines are seen as any others, how often it was seen by a permission of its own. */
const namedEdges: Readonly<Record<string, Edge>> = {
  'File.alerts': fromOne('File', null, `edge: alerts { nodes ${owner} }`),
  'File.machines': fromOne('File', 'machine:read', `edge: machines { nodes ${owner} }`),
  'File.prevalence': fromOne('File', 'prevalence:read', 'edge: prevalence { organizationPrevalence }'),
  ...Object.fromEntries(
    (['File', 'Domain', 'IpAddress', 'Url'] as const).map((type) => [
      `${type}.indicators`,
      fromOne(type, 'indicator:read', `edge: indicators { nodes ${owner} }`),
    ]),
  ),
  'Domain.alerts': fromOne('Domain', 'alert:read', `edge: alerts { nodes ${owner} }`),
  'Domain.machines': fromOne('Domain', 'machine:read', `edge: machines { nodes ${owner} }`),
  'Domain.prevalence': fromOne('Domain', 'prevalence:read', 'edge: prevalence { organizationPrevalence }'),
  'IpAddress.alerts': fromOne('IpAddress', 'alert:read', `edge: alerts { nodes ${owner} }`),
  'IpAddress.prevalence': fromOne('IpAddress', 'prevalence:read', 'edge: prevalence { organizationPrevalence }'),
  'Url.alerts': fromOne('Url', 'alert:read', `edge: alerts { nodes ${owner} }`),
  'Url.domain': fromOne('Url', null, `edge: domain ${owner}`),
  'Url.ipAddress': {
    from: ['schema:read'],
    permission: null,
    ask: () => `{ url(tenant: "${names.own}", url: "http://198.51.100.9/kw") { edge: ipAddress ${owner} } }`,
  },
  'User.alerts': fromOne('User', 'alert:read', `edge: alerts { nodes ${owner} }`),
  'User.machines': fromOne('User', 'machine:read', `edge: machines { nodes ${owner} }`),
  ...Object.fromEntries(
    [
      ['FileEvidence', 'file'],
      ['ProcessEvidence', 'file'],
      ['ProcessEvidence', 'user'],
      ['UserEvidence', 'user'],
      ['IpEvidence', 'ipEntity'],
      ['UrlEvidence', 'urlEntity'],
      ['UrlEvidence', 'domain'],
      ['FileHashEvidence', 'file'],
      ['DnsEvidence', 'domain'],
    ].map(([type, field]) => [
      `${type}.${field}`,
      fromList('alerts', 'alert:read', null, `evidence { __typename ... on ${type} { edge: ${field} ${owner} } }`, 100),
    ]),
  ),
  'MachineAction.file': fromList('machineActions', 'action:read', 'alert:read', `edge: file ${owner}`, 100),
  'Alert.relatedFiles': fromList('alerts', 'alert:read', null, `edge: relatedFiles ${owner}`),
  'Alert.relatedDomains': fromList('alerts', 'alert:read', null, `edge: relatedDomains ${owner}`),
  'Alert.relatedIpAddresses': fromList('alerts', 'alert:read', null, `edge: relatedIpAddresses ${owner}`),
};

/** Every field that leads to an entity, and those others that ask for a permission of their own. */
export const edges: Readonly<Record<string, Edge>> = {
  'Incident.alerts': fromList('incidents', 'incident:read', 'alert:read', `edge: alerts { nodes ${owner} }`),
  'Incident.machines': fromList('incidents', 'incident:read', 'machine:read', `edge: machines { nodes ${owner} }`),
  'Incident.redirectedTo': {
    from: ['incident:read'],
    permission: null,
    ask: ({ incidents }) => {
      const merged = incidents.find(({ redirectIncidentId }) => redirectIncidentId !== null)?.id;
      return `{ incident(tenant: "${names.own}", incidentId: ${text(merged)}) { edge: redirectedTo ${owner} } }`;
    },
  },
  'Alert.incident': fromList('alerts', 'alert:read', 'incident:read', `edge: incident ${owner}`),
  'Alert.machine': fromList('alerts', 'alert:read', 'machine:read', `edge: machine ${owner}`),
  'DeviceEvidence.machine': fromEvidence('DeviceEvidence'),
  'ProcessEvidence.machine': fromEvidence('ProcessEvidence'),
  'FileEvidence.machine': fromEvidence('FileEvidence'),
  'RegistryValueEvidence.machine': fromEvidence('RegistryValueEvidence'),
  'Machine.alerts': fromList('machines', 'machine:read', 'alert:read', `edge: alerts { nodes ${owner} }`),
  'Machine.logonUsers': fromList('machines', 'machine:read', null, 'edge: logonUsers { nodes { accountName } }'),
  'Machine.alertCount': fromList('machines', 'machine:read', 'alert:read', 'edge: alertCount'),
  'Alert.relatedUser': fromList('alerts', 'alert:read', null, 'edge: relatedUser { accountName }'),
  'Machine.antivirusHealth': fromList('machines', 'machine:read', null, `edge: antivirusHealth ${owner}`),
  'Machine.mergedInto': fromList('machines', 'machine:read', null, `edge: mergedInto ${owner}`, 200),
  'ScanDefinition.scannerAgent': fromList('scanDefinitions', 'machine:read', null, `edge: scannerAgent ${owner}`),
  'ScanDefinition.runs': fromList('scanDefinitions', 'machine:read', null, 'edge: runs { nodes { scanStatus } }'),
  'ScanAgent.machine': fromList('scanAgents', 'machine:read', null, `edge: machine ${owner}`),
  'AntivirusHealth.machine': fromList('antivirusHealth', 'machine:read', null, `edge: machine ${owner}`),
  'Machine.actions': fromList('machines', 'machine:read', 'action:read', `edge: actions { nodes ${owner} }`),
  ...tenantEdges,
  ...weaknessEdges,
  ...namedEdges,
  ...pricedEdges,
  'MachineAction.machine': fromList('machineActions', 'action:read', 'machine:read', `edge: machine ${owner}`),
  'Machine.investigations': fromList(
    'machines',
    'machine:read',
    'action:read',
    `edge: investigations { nodes ${owner} }`,
    // Few machines have one.
    200,
  ),
  'Investigation.machine': fromList('investigations', 'action:read', 'machine:read', `edge: machine ${owner}`),
  'Investigation.triggeringAlert': fromList(
    'investigations',
    'action:read',
    'alert:read',
    `edge: triggeringAlert ${owner}`,
  ),
  'MachineAction.gatewayCaller': {
    from: ['machine:scan'],
    permission: 'audit:read',
    ask: (world) =>
      `mutation { scanMachines(${input(scan(world))}) { results { action { edge: gatewayCaller { tenant } } } } }`,
  },
  'LiveResponseCommand.script': fromCommands('script { exitCode }'),
  'LiveResponseCommand.file': fromCommands('file { size }'),
  'MachineActionResult.machine': fromResults('scanMachines', 'machine:scan', 'machine:read', scan, 'machine'),
  'MachineActionResult.action': fromResults('scanMachines', 'machine:scan', null, scan, 'action'),
  'InvestigationResult.machine': fromResults(
    'startInvestigation',
    'investigation:start',
    'machine:read',
    scan,
    'machine',
  ),
  'InvestigationResult.investigation': fromResults(
    'startInvestigation',
    'investigation:start',
    'action:read',
    scan,
    'investigation',
  ),
  'MachineResult.machine': {
    ...fromResults(
      'tagMachines',
      'machine:write',
      'machine:read',
      (world) => `${scan(world)}, tag: "matrix", operation: ADD`,
      'machine',
    ),
    refusal: 'null',
  },
  'IncidentResult.incident': {
    ...fromResults(
      'updateIncidents',
      'incident:write',
      'incident:read',
      ({ incidents }) => `incidentIds: [${text(incidents[0]?.id)}], status: IN_PROGRESS`,
      'incident',
    ),
    refusal: 'null',
  },
  'AlertResult.alert': {
    ...fromResults(
      'updateAlerts',
      'alert:write',
      'alert:read',
      ({ alerts }) => `alertIds: [${text(alerts[0]?.id)}], status: IN_PROGRESS`,
      'alert',
    ),
    refusal: 'null',
  },
  'CommentResult.incident': {
    ...fromResults(
      'addComment',
      'incident:write',
      'incident:read',
      ({ incidents }) => `incidentIds: [${text(incidents[0]?.id)}], comment: "matrix"`,
      'incident',
    ),
    refusal: 'null',
  },
  'CommentResult.alert': {
    ...fromResults(
      'addComment',
      'alert:write',
      'alert:read',
      ({ alerts }) => `alertIds: [${text(alerts[0]?.id)}], comment: "matrix"`,
      'alert',
    ),
    refusal: 'null',
  },
  'MergeResult.incident': {
    ...fromResults('mergeIncidents', 'incident:write', 'incident:read', twoOf, 'incident'),
    refusal: 'null',
  },
  'NewAlertResult.alert': {
    ...fromResults('createAlert', 'alert:write', 'alert:read', eventOf, 'alert'),
    refusal: 'null',
  },
  'LibraryFileResult.libraryFile': {
    ...fromResults(
      'uploadLibraryFile',
      'library:write',
      'library:read',
      () => 'fileName: "matrix.ps1", contentBase64: "QQ==", overwrite: true',
      'libraryFile',
    ),
    refusal: 'null',
  },
  'ScanDefinitionResult.scanDefinition': {
    ...fromResults(
      'updateScanDefinitions',
      'scan:write',
      'machine:read',
      (world) =>
        `scanDefinitionIds: [${text(scanDefinitionsOf(world)[0]?.id)}], authentication: { type: NO_AUTH_NO_PRIV, username: "snmp" }`,
      'scanDefinition',
    ),
    refusal: 'null',
  },
  'IndicatorResult.indicator': {
    ...fromResults(
      'createIndicators',
      'indicator:write',
      'indicator:read',
      () => `indicators: [${indicator}]`,
      'indicator',
    ),
    refusal: 'null',
  },
  'IndicatorSetResult.tenant': {
    from: ['indicator:read'],
    permission: null,
    ask: () =>
      `{ planIndicators(input: { ${inOwn}, set: "matrix", indicators: [${indicator}] }) { edge: tenant { tenant: name } } }`,
  },
  'MoveResult.alert': {
    ...fromResults(
      'moveAlerts',
      'alert:write',
      'alert:read',
      ({ alerts }) => `alertIds: [${text(alerts[0]?.id)}], comment: "matrix"`,
      'alert',
    ),
    refusal: 'null',
  },
  'HuntTenantResult.tenant': {
    from: ['hunt:raw'],
    permission: null,
    ask: () => '{ hunt(input: { query: "DeviceInfo | take 1" }) { tenants { edge: tenant { tenant: name } } } }',
  },
  'TenantFailure.tenant': {
    from: ['machine:read'],
    permission: null,
    // Nobody is signed in to the tenant whose user has to.
    ask: () => '{ machines(first: 200) { failures { edge: tenant { tenant: name } } } }',
  },
  'TenantSignIn.tenant': {
    from: ['tenant:sign-in'],
    permission: null,
    ask: () => `{ tenantSignIn(tenant: "${userNames.own}") { edge: tenant { tenant: name } } }`,
  },
  'Tenant.connectivity': {
    from: [],
    permission: 'tenant:read',
    ask: () => `{ tenant(name: "${names.own}") { tenant: name edge: connectivity { login { reached } } } }`,
  },
  'Tenant.exposureScore': {
    from: [],
    permission: 'vulnerability:read',
    ask: () => `{ tenant(name: "${names.own}") { tenant: name edge: exposureScore ${owner} } }`,
  },
  'CountRow.tenant': {
    from: ['machine:read'],
    permission: null,
    ask: () => `{ machineCounts(by: TENANT, perTenant: true, ${inOwn}) { rows { edge: tenant { tenant: name } } } }`,
  },
  'TenantCount.tenant': {
    from: ['machine:read'],
    permission: null,
    ask: () => `{ machineCounts(by: TENANT, ${inOwn}) { tenants { edge: tenant { tenant: name } } } }`,
  },
  'Approval.tenant': {
    from: ['action:approve'],
    permission: null,
    ask: () => '{ approvals { nodes { edge: tenant { tenant: name } } } }',
  },
  'ApprovalResult.action': {
    from: ['action:approve'],
    permission: null,
    ask: () => `{ approvals { nodes { results { edge: action ${owner} } } } }`,
  },
  'Queued.behind': {
    from: ['liveresponse:run'],
    permission: null,
    // Actions of one operation are done one after the other: the second session finds the first one on the machine.
    ask: (world) => {
      const session = `runLiveResponse(${input(`${scan(world)}, waitSeconds: 0, commands: [{ type: RUN_SCRIPT, scriptName: "echo-args.ps1" }]`)})`;
      return `mutation { first: ${session} { dryRun } second: ${session} { results { queued { edge: behind ${owner} } } } }`;
    },
  },
  'Change.tenant': fromChanges('INCIDENT', 'incident:read', 'edge: tenant { tenant: name }'),
  'Change.incident': fromChanges('INCIDENT', 'incident:read', `edge: incident ${owner}`),
  'Change.alert': fromChanges('ALERT', 'alert:read', `edge: alert ${owner}`),
  'HuntTenantResult.machines': fromHunt('DeviceInfo | take 2', 'machine:read', `edge: machines { nodes ${owner} }`),
  'HuntTenantResult.alerts': fromHunt('AlertInfo | take 2', 'alert:read', `edge: alerts { nodes ${owner} }`),
  'HuntTenantResult.users': fromHunt('DeviceLogonEvents | take 2', null, `edge: users { nodes ${owner} }`),
  'GatewayStatus.quotas': {
    from: [],
    permission: 'tenant:read',
    ask: () => `{ gatewayStatus { edge: quotas(tenants: ["${names.own}"]) { class } } }`,
  },
  'Quota.tenant': {
    from: ['tenant:read'],
    permission: null,
    ask: () => '{ gatewayStatus { quotas { edge: tenant { tenant: name } } } }',
  },
  'Grant.tenants': {
    from: [],
    permission: null,
    ask: () => '{ viewer { grants { edge: tenants { tenant: name } } } }',
  },
  'Viewer.tenants': {
    from: [],
    permission: null,
    ask: () => '{ viewer { edge: tenants { tenant: name } } }',
  },
};

/** The callers that the edges need: with what leads to an edge, and with what the edge itself needs besides. */
export const permissionSets: readonly (readonly Permission[])[] = Object.values(edges).flatMap(
  ({ from, permission }) => [from, ...(permission === null ? [] : [[...from, permission]])],
);
