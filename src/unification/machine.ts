import type { Machine, MachineIpAddress } from '../domain/machine.ts';
import type { MdeIpAddress, MdeMachine } from '../upstream/mde/wire.ts';
import { boolean, number, objects, text, texts, time } from './values.ts';
import {
  readDeviceValue,
  readExposureLevel,
  readHealthStatus,
  readOnboardingStatus,
  readRiskScore,
} from './words/machines.ts';

const ipAddress = (wire: MdeIpAddress): MachineIpAddress => ({
  ipAddress: text(wire.ipAddress),
  macAddress: text(wire.macAddress),
  operationalStatus: text(wire.operationalStatus),
});

/** A machine of Defender for Endpoint. */
export const machineFromMde = (tenant: string, wire: MdeMachine): Machine => ({
  tenant,
  source: 'MDE',
  machineId: text(wire.id) ?? '',
  computerDnsName: text(wire.computerDnsName),
  firstSeen: time(wire.firstSeen),
  lastSeen: time(wire.lastSeen),
  osPlatform: text(wire.osPlatform),
  version: text(wire.version),
  osBuild: number(wire.osBuild),
  osProcessor: text(wire.osProcessor),
  osArchitecture: text(wire.osArchitecture),
  onboardingStatus: readOnboardingStatus(wire.onboardingStatus ?? wire.onboardingstatus),
  healthStatus: readHealthStatus(wire.healthStatus),
  deviceValue: readDeviceValue(wire.deviceValue),
  riskScore: readRiskScore(wire.riskScore),
  exposureLevel: readExposureLevel(wire.exposureLevel),
  rbacGroupId: text(wire.rbacGroupId),
  rbacGroupName: text(wire.rbacGroupName),
  lastIpAddress: text(wire.lastIpAddress),
  lastExternalIpAddress: text(wire.lastExternalIpAddress),
  isAadJoined: boolean(wire.isAadJoined),
  aadDeviceId: text(wire.aadDeviceId),
  machineTags: texts(wire.machineTags),
  ipAddresses: objects(wire.ipAddresses).map(ipAddress),
});
