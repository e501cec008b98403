import { mdeAlerts } from '../../../src/simulator/mde/own-alerts.ts';
import { scanAgentsOf, scanSessionsOf } from '../../../src/simulator/mde/scans.ts';
import { productId, softwareEstate } from '../../../src/simulator/mde/vulnerability/estate.ts';
import { tasksOf } from '../../../src/simulator/mde/vulnerability/remediation.ts';
import type { TenantWorld } from '../../../src/simulator/world/types.ts';
import { addressIn, domainIn, fileIn, userIn } from '../../e2e/observables/estate.ts';
import { type Ask, type Estate, hunt, list, look, type OperationName, type Row } from './reach.ts';

const first = (found: string | number | undefined): string => {
  if (found === undefined) throw new Error('The estate has no such thing');
  return String(found);
};

/** Edges of one thing, which are in pages. */
const page = '(first: 2) { nodes { __typename } }';

const machine = ({ machines }: TenantWorld) => ['machineId', first(machines[0]?.id)] as const;
const alert = (world: TenantWorld) => ['alertId', first(mdeAlerts(world)[0]?.id)] as const;
const alertOfUser = (world: TenantWorld) => {
  const found = mdeAlerts(world).find(({ evidence }) => evidence.some(({ type }) => type === 'user'));
  return ['alertId', first(found?.id)] as const;
};
const incident = ({ incidents }: TenantWorld) => ['incidentId', first(incidents[0]?.id)] as const;
const exposure = (world: TenantWorld) => {
  const [found] = softwareEstate(world).exposures;
  if (found === undefined) throw new Error('The estate has no weakness');
  return found;
};
const product = (world: TenantWorld) => ['softwareId', productId(exposure(world).software)] as const;
const advice = (world: TenantWorld) => ['recommendationId', `va-_-${productId(exposure(world).software)}`] as const;
const weakness = (world: TenantWorld) => ['cveId', exposure(world).weakness.cveId] as const;
const task = (world: TenantWorld) => ['taskId', first(tasksOf(world)[0]?.record.id)] as const;
const file = (world: TenantWorld) => ['hash', fileIn(world).text] as const;
const domain = (world: TenantWorld) => ['name', domainIn(world).text] as const;
const address = (world: TenantWorld) => ['address', addressIn(world).text] as const;
const user = (world: TenantWorld) => ['name', userIn(world).text] as const;
const weakMachine = (world: TenantWorld) => ['machineId', exposure(world).machine.id] as const;
const byIp = ({ tenant, world }: Estate): Ask => ({
  document: `{ machinesByIp(tenant: "${tenant}", ip: "${first(world.machines[0]?.lastIpAddress)}", at: "${new Date().toISOString()}") { nodes { machineId } } }`,
});
const tenantOnly = (rest: string): Row => ({
  ask: ({ tenant }) => ({ document: `{ tenant(name: "${tenant}") { ${rest} } }` }),
});

/** How what Microsoft has to tell is asked for. */
export const reads = {
  listAlerts: { ...list('alerts'), of: 'endpointAlone' },
  getAlert: { ...look('alert', alert), of: 'endpointAlone' },
  listAlertDomains: look('alert', alert, 'relatedDomains { __typename }'),
  listAlertFiles: look('alert', alert, 'relatedFiles { __typename }'),
  listAlertIps: look('alert', alert, 'relatedIpAddresses { __typename }'),
  getAlertMachine: {
    ask: ({ tenant, world }) => {
      const [alert] = mdeAlerts(world).filter(({ machine }) => machine !== null);
      if (alert === undefined) throw new Error('The estate has no alert of a machine');
      // Where no evidence names the machine.
      const unnamed = { evidence: alert.evidence.filter((each) => !('machine' in each)) };
      Object.assign(world.alerts.find(({ id }) => id === alert.id) ?? {}, unnamed);
      return { document: `{ alert(tenant: "${tenant}", alertId: "${alert.id}") { machine { machineId } } }` };
    },
  },
  getAlertUser: look('alert', alertOfUser, 'relatedUser { accountName }'),

  listMachines: list('machines'),
  getMachine: look('machine', machine),
  listMachineLogonUsers: look('machine', machine, `logonUsers${page}`),
  listMachineAlerts: look('machine', machine, `alerts${page}`),
  countMachineAlerts: look('machine', machine, 'alertCount'),
  listMachineSoftware: look('machine', machine, `software${page}`),
  listMachineVulnerabilities: look('machine', weakMachine, `vulnerabilities${page}`),
  listMachineRecommendations: look('machine', machine, `recommendations${page}`),
  listMachineMissingKbs: look('machine', machine, `missingKbs${page}`),
  findMachinesByIp: { ask: byIp },
  findMachineInfoByIp: { insteadOf: { operation: 'findMachinesByIp', status: 404 }, ask: byIp },
  findMachinesByTag: list(
    'machines',
    '__typename',
    ({ machines }) => `filter: { machineTags: ["${first(machines.flatMap(({ machineTags }) => machineTags)[0])}"] }`,
  ),
  listMachineActions: list('machineActions'),
  getMachineAction: look('machineAction', ({ actions }) => ['actionId', first(actions[0]?.id)]),
  listInvestigations: list('investigations'),
  getInvestigation: look('investigation', ({ investigations }) => ['investigationId', first(investigations[0]?.id)]),
  listLibraryFiles: list('libraryFiles'),
  listIndicators: list('indicators'),
  listDeviceAvInfo: list('antivirusHealth'),

  listDomainAlerts: look('domain', domain, `alerts${page}`),
  listDomainMachines: look('domain', domain, `machines${page}`),
  getDomainStatistics: look('domain', domain, 'prevalence(lookBackHours: 48) { __typename }'),
  getFile: look('file', file),
  listFileAlerts: look('file', file, `alerts${page}`),
  listFileMachines: look('file', file, `machines${page}`),
  getFileStatistics: look('file', file, 'prevalence(lookBackHours: 48) { __typename }'),
  listIpAlerts: look('ipAddress', address, `alerts${page}`),
  getIpStatistics: look('ipAddress', address, 'prevalence(lookBackHours: 48) { __typename }'),
  listUserAlerts: look('user', user, `alerts${page}`),
  listUserMachines: look('user', user, `machines${page}`),

  listSoftware: list('software'),
  getSoftware: look('softwareProduct', product),
  listSoftwareVersionDistribution: look('softwareProduct', product, 'versions { __typename }'),
  listSoftwareMachines: look('softwareProduct', product, `machines${page}`),
  listSoftwareVulnerabilities: look('softwareProduct', product, `vulnerabilities${page}`),
  listSoftwareMissingKbs: look('softwareProduct', product, `missingKbs${page}`),
  listVulnerabilities: list('vulnerabilities'),
  getVulnerability: look('vulnerability', weakness),
  listVulnerabilityMachines: look('vulnerability', weakness, `machines${page}`),
  // Those of several machines together; one alone may have a call of its own.
  listVulnerabilitiesByMachineAndSoftware: list('machines', `vulnerabilities${page}`),
  listRecommendations: list('recommendations'),
  getRecommendation: look('recommendation', advice),
  getRecommendationSoftware: look('recommendation', advice, 'software { __typename }'),
  listRecommendationMachines: look('recommendation', advice, `machines${page}`),
  listRecommendationVulnerabilities: look('recommendation', advice, `vulnerabilities${page}`),
  listRemediationTasks: list('remediationTasks'),
  getRemediationTask: look('remediationTask', task),
  listRemediationTaskMachines: look('remediationTask', task, `machines${page}`),
  getExposureScore: tenantOnly('exposureScore { score }'),
  listExposureScoreByMachineGroups: {
    ask: ({ tenant }) => ({ document: `{ exposureScore(tenant: "${tenant}") { machineGroups { __typename } } }` }),
  },
  getDeviceSecureScore: {
    ask: ({ tenant }) => ({ document: `{ exposureScore(tenant: "${tenant}") { deviceSecureScore } }` }),
  },
  listBaselineProfiles: list('baselineProfiles'),
  listBaselineConfigurations: list('baselineConfigurations'),
  listBrowserExtensionPermissions: list('browserExtensionPermissions'),

  listScanDefinitions: list('scanDefinitions'),
  listScanAgents: list('scanAgents'),
  getScanAgent: look('scanAgent', (world) => ['scanAgentId', first(scanAgentsOf(world)[0]?.id)]),
  getScanHistoryByDefinition: list('scanDefinitions', `runs${page}`),
  getScanHistoryBySession: {
    ask: ({ tenant, world }) => ({
      document: `{ scanSessions(tenant: "${tenant}", sessionIds: ["${first(scanSessionsOf(world)[0]?.SessionIds)}"]) { sessionId } }`,
    }),
  },

  listIncidents: { ...list('incidents'), of: 'withoutGraph' },
  getIncident: { ...look('incident', incident), of: 'withoutGraph' },
  runAdvancedQuery: { ...hunt, of: 'endpointAlone' },
  runAdvancedHunting: { ...hunt, of: 'withoutGraph' },
} as const satisfies Partial<Record<OperationName, Row>>;
