import {
  as,
  asBoolean,
  asMachineId,
  asNumber,
  asObject,
  asObjects,
  asText,
  asTexts,
  asTime,
  asWord,
} from '../fields.ts';
import { readDetectionStatus } from '../words/detection.ts';
import { readHealthStatus, readOnboardingStatus, readRiskScore } from '../words/machines.ts';
import { orNull } from '../words/words.ts';
import { type Kind, many, one } from './kind.ts';
import { asWhole, fileDetails, loggedOnUser, resourceAccessEvent, userAccount, vmMetadata } from './parts.ts';

/** What is on machines, and the machines themselves. */
export const endpoint = {
  DeviceEvidence: {
    fields: {
      machineId: asMachineId('mdeDeviceId', 'mdatpDeviceId', 'DeviceId', 'deviceId'),
      aadDeviceId: asText('azureAdDeviceId', 'aadDeviceId'),
      deviceDnsName: asText('deviceDnsName', 'hostName'),
      hostName: asText('hostName'),
      dnsDomain: asText('dnsDomain'),
      ntDomain: asText('ntDomain'),
      osPlatform: asText('osPlatform'),
      osBuild: asNumber('osBuild'),
      version: asText('version'),
      healthStatus: asWord(orNull(readHealthStatus), 'healthStatus'),
      riskScore: asWord(orNull(readRiskScore), 'riskScore'),
      rbacGroupId: asText('rbacGroupId'),
      rbacGroupName: asText('rbacGroupName'),
      onboardingStatus: asWord(orNull(readOnboardingStatus), 'onboardingStatus'),
      defenderAvStatus: asText('defenderAvStatus'),
      firstSeen: asTime('firstSeenDateTime', 'firstSeen'),
      lastIpAddress: asText('lastIpAddress'),
      lastExternalIpAddress: asText('lastExternalIpAddress'),
      ipInterfaces: asTexts('ipInterfaces'),
      loggedOnUsers: asObjects(loggedOnUser, 'loggedOnUsers'),
      resourceAccessEvents: asObjects(resourceAccessEvent, 'resourceAccessEvents'),
      vmMetadata: asObject(vmMetadata, 'vmMetadata'),
    },
  },
  ProcessEvidence: {
    fields: {
      processId: asNumber('processId'),
      processCommandLine: asText('processCommandLine'),
      processCreatedAt: asTime('processCreationDateTime', 'processCreationTime'),
      imageFile: asWhole(fileDetails, 'imageFile'),
      parentProcessId: asNumber('parentProcessId'),
      parentProcessCreatedAt: asTime('parentProcessCreationDateTime', 'parentProcessCreationTime'),
      parentImageFile: asObject(fileDetails, 'parentProcessImageFile'),
      userAccount: asObject(userAccount, 'userAccount'),
      detectionStatus: as(readDetectionStatus, 'detectionStatus'),
      machineId: asMachineId('mdeDeviceId', 'deviceId'),
    },
  },
  FileEvidence: {
    fields: {
      fileDetails: asWhole(fileDetails, 'fileDetails'),
      detectionStatus: as(readDetectionStatus, 'detectionStatus'),
      machineId: asMachineId('mdeDeviceId', 'deviceId'),
    },
  },
  FileHashEvidence: {
    fields: {
      algorithm: asText('algorithm'),
      value: asText('value'),
    },
  },
  RegistryKeyEvidence: {
    fields: {
      registryHive: asText('registryHive'),
      registryKey: asText('registryKey'),
    },
  },
  RegistryValueEvidence: {
    fields: {
      registryHive: asText('registryHive'),
      registryKey: asText('registryKey'),
      registryValue: asText('registryValue'),
      registryValueName: asText('registryValueName'),
      registryValueType: asText('registryValueType'),
      machineId: asMachineId('mdeDeviceId', 'deviceId'),
    },
  },
  MalwareEvidence: {
    fields: {
      name: asText('name'),
      category: asText('category'),
    },
    inside: {
      files: many('files', 'FileEvidence'),
      processes: many('processes', 'ProcessEvidence'),
    },
  },
  HostLogonSessionEvidence: {
    fields: {
      sessionId: asText('sessionId'),
      startedAt: asTime('startUtcDateTime'),
      endedAt: asTime('endUtcDateTime'),
    },
    inside: {
      account: one('account', 'UserEvidence'),
      host: one('host', 'DeviceEvidence'),
    },
  },
  IoTDeviceEvidence: {
    fields: {
      deviceId: asText('deviceId'),
      deviceName: asText('deviceName'),
      deviceType: asText('deviceType'),
      deviceSubType: asText('deviceSubType'),
      devicePageLink: asText('devicePageLink'),
      importance: asText('importance'),
      iotSecurityAgentId: asText('ioTSecurityAgentId'),
      macAddress: asText('macAddress'),
      manufacturer: asText('manufacturer'),
      model: asText('model'),
      serialNumber: asText('serialNumber'),
      operatingSystem: asText('operatingSystem'),
      owners: asTexts('owners'),
      protocols: asTexts('protocols'),
      isAuthorized: asBoolean('isAuthorized'),
      isProgramming: asBoolean('isProgramming'),
      isScanner: asBoolean('isScanner'),
      purdueLayer: asText('purdueLayer'),
      sensor: asText('sensor'),
      site: asText('site'),
      zone: asText('zone'),
      source: asText('source'),
    },
    inside: {
      iotHub: one('ioTHub', 'AzureResourceEvidence'),
      ipEvidence: one('ipAddress', 'IpEvidence'),
      nics: many('nics', 'NicEvidence'),
      sourceRef: one('sourceRef', 'UrlEvidence'),
    },
  },
  NicEvidence: {
    fields: {
      macAddress: asText('macAddress'),
      vlans: asTexts('vlans'),
    },
    inside: {
      ipEvidence: one('ipAddress', 'IpEvidence'),
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;
