/** The things of an estate that alerts and actions point at. */
export interface WorldMachine {
  /** 40 lower-case hex digits. */
  readonly id: string;
  readonly computerDnsName: string;
  readonly aadDeviceId: string | null;
  readonly firstSeen: string;
  lastSeen: string;
  /** e.g. `Windows11`, `WindowsServer2022`, `Linux`, `macOS`. */
  readonly osPlatform: string;
  osVersion: string;
  readonly osBuild: number | null;
  readonly osProcessor: string;
  readonly onboardingStatus: 'Onboarded' | 'CanBeOnboarded' | 'Unsupported' | 'InsufficientInfo';
  healthStatus:
    | 'Active'
    | 'Inactive'
    | 'ImpairedCommunication'
    | 'NoSensorData'
    | 'NoSensorDataImpairedCommunication'
    | 'SensorUpdating'
    | 'Unknown';
  deviceValue: 'Normal' | 'Low' | 'High';
  riskScore: 'None' | 'Informational' | 'Low' | 'Medium' | 'High';
  exposureLevel: 'None' | 'Low' | 'Medium' | 'High';
  readonly rbacGroupId: number;
  readonly rbacGroupName: string;
  readonly lastIpAddress: string;
  readonly lastExternalIpAddress: string;
  readonly macAddress: string;
  machineTags: string[];
  /** Id of the machine that this one was merged into, as a duplicate. */
  mergedInto?: string | null;
  /** Why it is left out of vulnerability management; without, it is not. */
  exclusionReason?: 'DuplicateDevice' | 'InactiveDevice' | 'OutOfScope';
  /** Accounts that log on to it, by index into `users`. */
  readonly logonUsers: readonly WorldUser[];
}

export interface WorldUser {
  readonly accountName: string;
  readonly domainName: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
  readonly userSid: string;
  /** GUID. */
  readonly aadUserId: string;
}

export interface WorldFile {
  readonly fileName: string;
  readonly filePath: string;
  readonly sha1: string;
  readonly sha256: string;
  readonly fileSize: number;
  readonly publisher: string | null;
}

export interface WorldProcess {
  readonly image: WorldFile;
  readonly processId: number;
  readonly commandLine: string;
  readonly createdAt: string;
  readonly parentProcessId: number;
  readonly parentCreatedAt: string;
  readonly parentImage: WorldFile;
  readonly user: WorldUser;
}
