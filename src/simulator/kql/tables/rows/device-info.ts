import { deviceInfoColumns, deviceNetworkInfoColumns } from '../../../../microsoft/hunting/device-info.ts';
import { factsOf, isPhone } from '../../../world/machine-facts.ts';
import { createRandom } from '../../../world/random.ts';
import { isoTime } from '../../../world/times.ts';
import type { WorldMachine } from '../../../world/types.ts';
import { eachSlot } from '../background/slots.ts';
import { type Cells, defineTable, type Estate, type TableSource } from '../table.ts';
import { machineCells, reportIdOf } from './cells.ts';

/** A report a day of each onboarded machine, and the newest state of every machine when it was last seen. */
export const deviceInfo: TableSource = defineTable(deviceInfoColumns, 'Timestamp', (estate) =>
  reports(estate, 'DeviceInfo').map(({ machine, at }) => ({ ...describe(machine), ...stamp(machine, at) })),
);

/** The network adapter of each machine, in the same rhythm. */
export const deviceNetworkInfo: TableSource = defineTable(deviceNetworkInfoColumns, 'Timestamp', (estate) =>
  reports(estate, 'DeviceNetworkInfo').map(({ machine, at }) => ({
    ...stamp(machine, at),
    NetworkAdapterName: `{${createRandom(machine.macAddress).guid().toUpperCase()}}`,
    MacAddress: machine.macAddress.match(/../g)?.join('-') ?? machine.macAddress,
    NetworkAdapterType: 'Ethernet',
    NetworkAdapterStatus: 'Up',
    TunnelType: 'None',
    ConnectedNetworks: JSON.stringify([{ Name: estate.world.name, IsConnectedToInternet: true, Category: 'Domain' }]),
    DnsAddresses: JSON.stringify(['10.20.0.10']),
    IPv4Dhcp: '10.20.0.1',
    DefaultGateways: JSON.stringify(['10.20.0.1']),
    IPAddresses: JSON.stringify([{ IPAddress: machine.lastIpAddress, SubnetPrefix: 24, AddressType: 'Private' }]),
    NetworkAdapterVendor: 'Northwind Networks',
    OnboardingStatus: onboarding[machine.onboardingStatus],
  })),
);

interface Report {
  readonly machine: WorldMachine;
  readonly at: string;
}

function reports(estate: Estate, label: string): readonly Report[] {
  const daily = eachSlot(estate, label, 24, ({ machine, atMs, random }) => ({ machine, at: isoTime(atMs, random) }));
  return [...daily, ...estate.world.machines.map((machine) => ({ machine, at: machine.lastSeen }))];
}

function stamp(machine: WorldMachine, at: string) {
  return { Timestamp: at, ...machineCells(machine), ReportId: reportIdOf(machine.id, at) };
}

const onboarding = {
  Onboarded: 'Onboarded',
  CanBeOnboarded: 'Can be onboarded',
  Unsupported: 'Unsupported',
  InsufficientInfo: 'Insufficient info',
} as const satisfies Record<WorldMachine['onboardingStatus'], string>;

const sensor = {
  Active: 'Active',
  Inactive: 'Inactive',
  ImpairedCommunication: 'Impaired communications',
  NoSensorData: 'No sensor data',
  NoSensorDataImpairedCommunication: 'No sensor data',
  Unknown: 'Unknown',
  SensorUpdating: 'Active',
} as const satisfies Record<WorldMachine['healthStatus'], string>;

/** What was found without a sensor goes by its name, as discovery goes by what answers. */
const found = [
  { named: /^switch-/, DeviceCategory: 'NetworkDevice', DeviceType: 'NetworkDevice' },
  { named: /^printer-/, DeviceCategory: 'IoT', DeviceType: 'Printer' },
  { named: /^camera-/, DeviceCategory: 'IoT', DeviceType: 'Camera' },
] as const;

function kindOf(machine: WorldMachine) {
  const { DeviceCategory, DeviceType } = found.find(({ named }) => named.test(machine.computerDnsName)) ?? {
    DeviceCategory: 'Endpoint',
    DeviceType: typeOf(machine),
  };
  return { DeviceCategory, DeviceType };
}

function typeOf(machine: WorldMachine): string {
  const { osPlatform } = machine;
  if (isPhone(machine)) return 'Mobile';
  return osPlatform.includes('Server') || osPlatform === 'Linux' ? 'Server' : 'Workstation';
}

function describe(machine: WorldMachine): Cells<typeof deviceInfoColumns> {
  const { isExcluded, exclusionReason } = factsOf(machine);
  return {
    ClientVersion: machine.onboardingStatus === 'Onboarded' ? '10.8790.26100.1' : '',
    PublicIP: machine.lastExternalIpAddress,
    OSArchitecture: machine.osProcessor === 'arm64' ? 'ARM64' : '64-bit',
    OSPlatform: machine.osPlatform,
    OSBuild: machine.osBuild,
    OSVersion: machine.osBuild === null ? machine.osVersion : '10.0',
    OSVersionInfo: machine.osVersion,
    IsAzureADJoined: machine.aadDeviceId !== null,
    JoinType: machine.aadDeviceId === null ? '' : 'Hybrid Azure AD Join',
    AadDeviceId: machine.aadDeviceId,
    LoggedOnUsers: JSON.stringify(
      machine.logonUsers.map((user) => ({
        UserName: user.accountName,
        DomainName: user.domainName,
        Sid: user.userSid,
      })),
    ),
    MachineGroup: machine.rbacGroupName,
    OnboardingStatus: onboarding[machine.onboardingStatus],
    ...kindOf(machine),
    IsInternetFacing: false,
    SensorHealthState: sensor[machine.healthStatus],
    IsExcluded: isExcluded,
    ExclusionReason: exclusionReason ?? '',
    ExposureLevel: machine.exposureLevel,
    AssetValue: machine.deviceValue,
    DeviceManualTags: JSON.stringify(machine.machineTags),
    DeviceDynamicTags: '[]',
    IsTransient: false,
    CloudPlatforms: '[]',
    AdditionalFields: '{}',
  };
}
