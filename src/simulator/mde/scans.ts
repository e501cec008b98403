import { mde } from '../../microsoft/mde/index.ts';
import { objectBody, requiredTexts } from '../defender/body.ts';
import { notFound } from '../defender/fault.ts';
import { serve } from '../http/serve.ts';
import type { Route } from '../http/types.ts';
import { stableGuid } from '../tenants.ts';
import { createRandom } from '../world/random.ts';
import { dayMs, hourMs, isoTime } from '../world/times.ts';
import type { TenantWorld, WorldMachine } from '../world/types.ts';
import { answerList, listRules } from './list.ts';
import { collection, entity, param } from './route.ts';

const orgIdOf = ({ tenantId }: TenantWorld): string => stableGuid(`organisation of ${tenantId}`);

/** Two servers scan, and a workstation. */
const scannersOf = ({ machines }: TenantWorld): readonly WorldMachine[] => {
  const managed = machines.filter(({ onboardingStatus }) => onboardingStatus === 'Onboarded');
  const servers = managed.filter(({ rbacGroupName }) => rbacGroupName === 'Servers').slice(0, 2);
  return [...servers, ...managed.filter(({ rbacGroupName }) => rbacGroupName !== 'Servers').slice(0, 1)];
};

const agentOf = (world: TenantWorld, machine: WorldMachine) => {
  const random = createRandom(`${machine.id}/scanner`);
  return {
    id: `${orgIdOf(world)}_${machine.id}`,
    machineId: machine.id,
    lastSeen: machine.lastSeen,
    assignedApplicationId: stableGuid(`scanner of ${machine.id}`),
    scannerSoftwareVersion: `7.${random.int(1, 9)}.0.0`,
    lastCommandExecutionTimestamp: isoTime(Date.parse(machine.lastSeen) - 2 * hourMs),
    mdeClientVersion: '10.8295.22621.1195',
  };
};

/** The agents as get-all-scan-agents.md prints them: some names begin with a capital there. */
export const scanAgentsOf = (world: TenantWorld) =>
  scannersOf(world).map((machine) => {
    const { assignedApplicationId, scannerSoftwareVersion, lastCommandExecutionTimestamp, ...agent } = agentOf(
      world,
      machine,
    );
    return {
      ...agent,
      computerDnsName: machine.computerDnsName,
      AssignedApplicationId: assignedApplicationId,
      ScannerSoftwareVersion: scannerSoftwareVersion,
      LastCommandExecutionTimestamp: lastCommandExecutionTimestamp,
    };
  });

/** The definitions as get-all-scan-definitions.md prints them, with the secrets that it prints. */
export const scanDefinitionsOf = (world: TenantWorld) =>
  scannersOf(world).flatMap((machine, scanner) =>
    (['Network', 'Windows'] as const).map((scanType, kind) => {
      const failed = (scanner + kind) % 2 === 1;
      const isNetwork = scanType === 'Network';
      return {
        id: stableGuid(`scan ${scanType} of ${machine.id}`),
        scanType,
        scanName: `${scanType} of floor ${scanner + 1}`,
        isActive: scanner !== 2,
        target: isNetwork ? `10.${scanner + 1}.0.1,10.${scanner + 1}.0.2` : `kiosk-${scanner + 1}`,
        orgId: orgIdOf(world),
        intervalInHours: isNetwork ? 4 : 24,
        createdBy: `it@${world.name}.com`,
        targetType: isNetwork ? 'Ip' : 'Hostname',
        scanAuthenticationParams: isNetwork
          ? {
              '@odata.type': '#microsoft.windowsDefenderATP.api.SnmpAuthParams',
              type: 'AuthPriv',
              username: 'snmp',
              authProtocol: 'SHA1',
              authPassword: 'not-for-your-eyes-1',
              privProtocol: 'AES',
              privPassword: 'not-for-your-eyes-2',
              communityString: 'not-for-your-eyes-3',
            }
          : null,
        scannerAgent: { ...agentOf(world, machine), machineName: machine.computerDnsName },
        latestScan: {
          status: failed ? 'Fail' : 'Success',
          failureReason: failed ? 'The scanner could not sign in' : null,
          executionDateTime: isoTime(Date.parse(machine.lastSeen) - hourMs),
        },
      };
    }),
  );

/** Runs of a definition, a day apart (Get-scan-history-by-definition.md). */
export const scanRunsOf = (world: TenantWorld, ids: readonly string[]) =>
  scanDefinitionsOf(world)
    .filter(({ id }) => ids.includes(id))
    .flatMap(({ id, scannerAgent, latestScan }) =>
      [2, 0, 1].map((days) => ({
        ScanDefinitionIds: id,
        LastScanned: isoTime(Date.parse(latestScan.executionDateTime) - days * dayMs),
        ScanStatus: days === 0 ? latestScan.status : 'Partial Success',
        ScannerId: scannerAgent.machineId,
      })),
    );

/** The last session of each definition, with its targets (Get-scan-history-by-session.md); one alone is printed without brackets. */
export const scanSessionsOf = (world: TenantWorld) =>
  scanDefinitionsOf(world).map(
    ({ id, orgId, target, targetType, latestScan: { status, failureReason, executionDateTime } }) => {
      const targets = target.split(',').map((name, place) => ({
        Ip: targetType === 'Ip' ? name : null,
        Hostname: targetType === 'Ip' ? null : name,
        ScannedDeviceDescription: place === 0 ? 'Cisco IOS 15.2' : null,
        ErrorMessage: failureReason,
        ScanStatus: status,
        ScanDuration: '00:01:12',
      }));
      return {
        orgId,
        ScanDefinitionIds: id,
        SessionIds: stableGuid(`session of ${id}`),
        NumberOfSuccessfullyScannedTargets: failureReason === null ? targets.length : 0,
        NumberOfTargets: targets.length,
        ScanStatus: status,
        LastScanned: executionDateTime,
        ListScannedTargets: targets.length === 1 ? targets[0] : targets,
      };
    },
  );

const runRules = listRules<ReturnType<typeof scanRunsOf>[number]>([], 4096, {
  options: ['$top', '$skip'],
  maxTop: 4096,
});

/** Authenticated scans: definitions, agents and what they did. */
export const scanRoutes = (): readonly Route[] => [
  serve(mde.listScanDefinitions, (request) =>
    collection(request, 'DeviceAuthenticatedScanDefinitions', scanDefinitionsOf(request.tenant)),
  ),
  serve(mde.listScanAgents, (request) =>
    collection(request, 'DeviceAuthenticatedScanAgents', scanAgentsOf(request.tenant)),
  ),
  serve(mde.getScanAgent, (request) => {
    const id = param(request, 'id');
    const agent = scanAgentsOf(request.tenant).find((one) => one.id === id || one.machineId === id);
    if (agent === undefined) throw notFound('scan agent', id);
    return entity(request, 'DeviceAuthenticatedScanAgents', { value: [agent] });
  }),
  serve(mde.getScanHistoryBySession, (request) => {
    const ids = requiredTexts(objectBody(request.body), 'SessionIds');
    const found = scanSessionsOf(request.tenant).filter(({ SessionIds }) => ids.includes(SessionIds));
    return collection(request, 'ScanHistory', found);
  }),
  serve(mde.getScanHistoryByDefinition, (request) => {
    const ids = requiredTexts(objectBody(request.body), 'ScanDefinitionIds');
    return answerList(request, 'ScanHistory', scanRunsOf(request.tenant, ids), runRules, (run) => run);
  }),
];
