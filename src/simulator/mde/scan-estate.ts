import { stableGuid } from '../tenants.ts';
import { createRandom } from '../world/random.ts';
import { hourMs, isoTime } from '../world/times.ts';
import type { TenantWorld, WorldMachine } from '../world/types.ts';

/** Microsoft's id of a tenant's organisation. */
export const orgIdOf = ({ tenantId }: TenantWorld): string => stableGuid(`organisation of ${tenantId}`);

/** Two servers scan, and a workstation. */
const scannersOf = ({ machines }: TenantWorld): readonly WorldMachine[] => {
  const managed = machines.filter(({ onboardingStatus }) => onboardingStatus === 'Onboarded');
  const servers = managed.filter(({ rbacGroupName }) => rbacGroupName === 'Servers').slice(0, 2);
  return [...servers, ...managed.filter(({ rbacGroupName }) => rbacGroupName !== 'Servers').slice(0, 1)];
};

/** A scanner as its definitions have it, but for its name. */
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

/** A definition as get-all-scan-definitions.md prints it, with the secrets that it prints. */
export interface WireScanDefinition {
  readonly id: string;
  readonly scanType: 'Network' | 'Windows';
  readonly scanName: string;
  readonly isActive: boolean;
  readonly target: string;
  readonly orgId: string;
  readonly intervalInHours: number;
  readonly createdBy: string;
  readonly targetType: 'Ip' | 'Hostname';
  readonly scanAuthenticationParams: Readonly<Record<string, unknown>> | null;
  readonly scannerAgent: ReturnType<typeof agentOf> & { readonly machineName: string };
  readonly latestScan: {
    readonly status: string | null;
    readonly failureReason: string | null;
    readonly executionDateTime: string | null;
  };
}

/** A scanner inside of a definition, by its machine; undefined: there is none on it. */
export const scannerOf = (world: TenantWorld, machineId: string): WireScanDefinition['scannerAgent'] | undefined => {
  const machine = scannersOf(world).find(({ id }) => id === machineId);
  return machine && { ...agentOf(world, machine), machineName: machine.computerDnsName };
};

/** Those that are there before anybody changes anything. */
const firstDefinitions = (world: TenantWorld): WireScanDefinition[] =>
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

const kept = new WeakMap<TenantWorld, WireScanDefinition[]>();

/** The definitions of a tenant, as they are now; those who write change the list itself. */
export const scanDefinitionsOf = (world: TenantWorld): WireScanDefinition[] => {
  const definitions = kept.get(world) ?? firstDefinitions(world);
  kept.set(world, definitions);
  return definitions;
};
