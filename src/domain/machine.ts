import type {
  DeviceValue,
  ExposureLevel,
  MachineHealthStatus,
  MachineRiskScore,
  OnboardingStatus,
  SourceApi,
} from './enums.ts';

/** A network interface of a machine. */
export interface MachineIpAddress {
  readonly ipAddress: string | null;
  readonly macAddress: string | null;
  readonly operationalStatus: string | null;
}

/** A device that Defender for Endpoint knows. */
export interface Machine {
  /** The tenant's configured name. */
  readonly tenant: string;
  readonly source: SourceApi;
  /** 40 hex digits. */
  readonly machineId: string;
  readonly computerDnsName: string | null;
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly osPlatform: string | null;
  readonly version: string | null;
  readonly osBuild: number | null;
  readonly osProcessor: string | null;
  readonly osArchitecture: string | null;
  readonly onboardingStatus: OnboardingStatus;
  readonly healthStatus: MachineHealthStatus;
  readonly deviceValue: DeviceValue;
  readonly riskScore: MachineRiskScore;
  readonly exposureLevel: ExposureLevel;
  readonly rbacGroupId: string | null;
  readonly rbacGroupName: string | null;
  readonly lastIpAddress: string | null;
  readonly lastExternalIpAddress: string | null;
  readonly isAadJoined: boolean | null;
  readonly aadDeviceId: string | null;
  readonly machineTags: readonly string[];
  readonly ipAddresses: readonly MachineIpAddress[];
}
