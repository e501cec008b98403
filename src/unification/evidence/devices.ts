import type { DeviceEvidence, EvidenceFacts, LoggedOnUser } from '../../domain/evidence.ts';
import type { GraphDeviceEvidence, GraphLoggedOnUser } from '../../upstream/graph/wire-evidence.ts';
import type { M365dDevice } from '../../upstream/m365d/wire.ts';
import type { MdeAlert } from '../../upstream/mde/wire.ts';
import { number, objects, text, texts, time } from '../values.ts';
import { readHealthStatus, readOnboardingStatus, readRiskScore } from '../words/machines.ts';
import { orNull } from '../words/words.ts';
import { factsFromFlat } from './facts.ts';

const health = orNull(readHealthStatus);
const risk = orNull(readRiskScore);
const onboarding = orNull(readOnboardingStatus);

const loggedOn = (user: GraphLoggedOnUser): LoggedOnUser => ({
  accountName: text(user.accountName),
  domainName: text(user.domainName),
});

/** resources/security-deviceevidence.md */
export const deviceFromGraph = (facts: EvidenceFacts, wire: GraphDeviceEvidence): DeviceEvidence => ({
  ...facts,
  kind: 'DeviceEvidence',
  machineId: text(wire.mdeDeviceId),
  aadDeviceId: text(wire.azureAdDeviceId),
  deviceDnsName: text(wire.deviceDnsName) ?? text(wire.hostName),
  osPlatform: text(wire.osPlatform),
  osBuild: number(wire.osBuild),
  version: text(wire.version),
  healthStatus: health(wire.healthStatus),
  riskScore: risk(wire.riskScore),
  rbacGroupId: text(wire.rbacGroupId),
  rbacGroupName: text(wire.rbacGroupName),
  onboardingStatus: onboarding(wire.onboardingStatus),
  defenderAvStatus: text(wire.defenderAvStatus),
  firstSeen: time(wire.firstSeenDateTime),
  lastIpAddress: text(wire.lastIpAddress),
  lastExternalIpAddress: text(wire.lastExternalIpAddress),
  ipInterfaces: texts(wire.ipInterfaces),
  loggedOnUsers: objects(wire.loggedOnUsers).map(loggedOn),
});

/** M365D names devices beside the entities of an alert. api-list-incidents.md */
export const deviceFromM365d = (tenant: string, wire: M365dDevice): DeviceEvidence => ({
  ...factsFromFlat(tenant, {}),
  raw: wire,
  kind: 'DeviceEvidence',
  machineId: text(wire.mdatpDeviceId) ?? text(wire.DeviceId) ?? text(wire.deviceId),
  aadDeviceId: text(wire.aadDeviceId),
  deviceDnsName: text(wire.deviceDnsName),
  osPlatform: text(wire.osPlatform),
  osBuild: number(wire.osBuild),
  version: text(wire.version),
  healthStatus: health(wire.healthStatus),
  riskScore: risk(wire.riskScore),
  rbacGroupId: text(wire.rbacGroupId),
  rbacGroupName: text(wire.rbacGroupName),
  onboardingStatus: null,
  defenderAvStatus: null,
  firstSeen: time(wire.firstSeen),
  lastIpAddress: null,
  lastExternalIpAddress: null,
  ipInterfaces: [],
  loggedOnUsers: [],
});

/** MDE names the machine on the alert itself; null when the alert has none. alerts.md */
export const deviceFromMde = (tenant: string, alert: MdeAlert): DeviceEvidence | null => {
  const machineId = text(alert.machineId);
  const deviceDnsName = text(alert.computerDnsName);
  return machineId === null && deviceDnsName === null
    ? null
    : {
        ...factsFromFlat(tenant, {}),
        raw: null,
        kind: 'DeviceEvidence',
        machineId,
        aadDeviceId: null,
        deviceDnsName,
        osPlatform: null,
        osBuild: null,
        version: null,
        healthStatus: null,
        riskScore: null,
        rbacGroupId: null,
        rbacGroupName: text(alert.rbacGroupName),
        onboardingStatus: null,
        defenderAvStatus: null,
        firstSeen: null,
        lastIpAddress: null,
        lastExternalIpAddress: null,
        ipInterfaces: [],
        loggedOnUsers: [],
      };
};
