import type { SourceApi } from '../domain/enums.ts';
import type { MdeMachine } from '../upstream/mde/wire.ts';
import {
  asBoolean,
  asMachineId,
  asNumber,
  asObject,
  asObjects,
  asSent,
  asText,
  asTexts,
  asTime,
  asWord,
  type EntityOf,
  or,
  readInto,
} from './fields.ts';
import {
  readDeviceValue,
  readExposureLevel,
  readHealthStatus,
  readOnboardingStatus,
  readRiskScore,
} from './words/machines.ts';

/** exposed-apis-odata-samples.md; `type` is seen in answers, on no page. */
const ipAddressFields = {
  ipAddress: asText('ipAddress'),
  /** Twelve hex digits without separators. */
  macAddress: asText('macAddress'),
  type: asText('type'),
  operationalStatus: asText('operationalStatus'),
} as const;

/** Seen in answers; the type is of resources/security-vmmetadata.md. */
const vmMetadataFields = {
  vmId: asText('vmId'),
  cloudProvider: asText('cloudProvider'),
  resourceId: asText('resourceId'),
  subscriptionId: asText('subscriptionId'),
} as const;

/** machine.md. The last group is seen in answers of the API, on no page. */
const machineFields = {
  /** 40 hex digits. */
  machineId: or(asMachineId('id'), ''),
  computerDnsName: asText('computerDnsName'),
  firstSeen: asTime('firstSeen'),
  lastSeen: asTime('lastSeen'),
  osPlatform: asText('osPlatform'),
  version: asText('version'),
  osBuild: asNumber('osBuild'),
  /** Deprecated in favour of `osArchitecture`. */
  osProcessor: asText('osProcessor'),
  osArchitecture: asText('osArchitecture'),
  /** The table of the page spells it in lower case. */
  onboardingStatus: asWord(readOnboardingStatus, 'onboardingStatus', 'onboardingstatus'),
  healthStatus: asWord(readHealthStatus, 'healthStatus'),
  deviceValue: asWord(readDeviceValue, 'deviceValue'),
  riskScore: asWord(readRiskScore, 'riskScore'),
  exposureLevel: asWord(readExposureLevel, 'exposureLevel'),
  /** Text in the table, a number in every sample. */
  rbacGroupId: asText('rbacGroupId'),
  rbacGroupName: asText('rbacGroupName'),
  lastIpAddress: asText('lastIpAddress'),
  lastExternalIpAddress: asText('lastExternalIpAddress'),
  isAadJoined: asBoolean('isAadJoined'),
  aadDeviceId: asText('aadDeviceId'),
  machineTags: asTexts('machineTags'),
  ipAddresses: asObjects(ipAddressFields, 'ipAddresses'),
  osVersion: asText('osVersion'),
  agentVersion: asText('agentVersion'),
  defenderAvStatus: asText('defenderAvStatus'),
  isExcluded: asBoolean('isExcluded'),
  exclusionReason: asText('exclusionReason'),
  mergedIntoMachineId: asText('mergedIntoMachineId'),
  isPotentialDuplication: asBoolean('isPotentialDuplication'),
  managedBy: asText('managedBy'),
  managedByStatus: asText('managedByStatus'),
  vmMetadata: asObject(vmMetadataFields, 'vmMetadata'),
  raw: asSent(),
} as const;

/** A network interface of a machine. */
export type MachineIpAddress = EntityOf<typeof ipAddressFields>;

/** A device that Defender for Endpoint knows. */
export interface Machine extends EntityOf<typeof machineFields> {
  /** The tenant's configured name. */
  readonly tenant: string;
  readonly source: SourceApi;
}

const given: Pick<Machine, 'tenant' | 'source'> = { tenant: '', source: 'MDE' };
const read = readInto(machineFields, given);

/** A machine of Defender for Endpoint. */
export const machineFromMde = (tenant: string, wire: MdeMachine): Machine => {
  const machine = read(wire);
  machine.tenant = tenant;
  return machine;
};
