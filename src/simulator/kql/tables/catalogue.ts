import { cloudTables } from '../../../microsoft/hunting/cloud.ts';
import { deviceTables } from '../../../microsoft/hunting/devices.ts';
import { peopleTables } from '../../../microsoft/hunting/people.ts';
import { documentedTable } from './documented.ts';
import { alertEvidence, alertInfo } from './rows/alerts.ts';
import { assessmentRows } from './rows/assessments.ts';
import { cloudAppEvents } from './rows/cloud-app.ts';
import { deviceFileEvents, deviceRegistryEvents } from './rows/device-files.ts';
import { deviceInfo, deviceNetworkInfo } from './rows/device-info.ts';
import { deviceNetworkEvents } from './rows/device-network.ts';
import { deviceEvents, deviceLogonEvents } from './rows/device-other.ts';
import { deviceImageLoadEvents, deviceProcessEvents } from './rows/device-processes.ts';
import { emailAttachmentInfo, emailEvents, emailUrlInfo, urlClickEvents } from './rows/email.ts';
import { identityInfo, identityLogonEvents } from './rows/identity.ts';
import { aadSignInEventsBeta, entraIdSignInEvents } from './rows/sign-ins.ts';
import { deviceTvmSoftwareInventory, deviceTvmSoftwareVulnerabilities } from './rows/vulnerabilities.ts';
import type { TableSource } from './table.ts';

/** Every documented hunting table by its case-sensitive name; those the estate cannot fill are there without rows. */
export const catalogue: ReadonlyMap<string, TableSource> = new Map<string, TableSource>([
  ['AlertInfo', alertInfo],
  ['AlertEvidence', alertEvidence],
  ['DeviceInfo', deviceInfo],
  ['DeviceNetworkInfo', deviceNetworkInfo],
  ['DeviceProcessEvents', deviceProcessEvents],
  ['DeviceNetworkEvents', deviceNetworkEvents],
  ['DeviceFileEvents', deviceFileEvents],
  ['DeviceRegistryEvents', deviceRegistryEvents],
  ['DeviceLogonEvents', deviceLogonEvents],
  ['DeviceEvents', deviceEvents],
  ['DeviceImageLoadEvents', deviceImageLoadEvents],
  ['EmailEvents', emailEvents],
  ['EmailAttachmentInfo', emailAttachmentInfo],
  ['EmailUrlInfo', emailUrlInfo],
  ['UrlClickEvents', urlClickEvents],
  ['IdentityInfo', identityInfo],
  ['IdentityLogonEvents', identityLogonEvents],
  ['CloudAppEvents', cloudAppEvents],
  ['AADSignInEventsBeta', aadSignInEventsBeta],
  ['EntraIdSignInEvents', entraIdSignInEvents],
  ['DeviceTvmSoftwareInventory', deviceTvmSoftwareInventory],
  ['DeviceTvmSoftwareVulnerabilities', deviceTvmSoftwareVulnerabilities],
  ...[...deviceTables, ...cloudTables, ...peopleTables].map(
    (documented) => [documented.table, documentedTable(documented, assessmentRows.get(documented.table))] as const,
  ),
]);
