import { alertEvidenceColumns, alertInfoColumns } from './alerts.ts';
import { cloudTables } from './cloud.ts';
import { cloudAppEventsColumns } from './cloud-app.ts';
import { deviceEventsColumns } from './device-events.ts';
import { deviceFileEventsColumns } from './device-file-events.ts';
import { deviceImageLoadEventsColumns } from './device-image-load-events.ts';
import { deviceInfoColumns, deviceNetworkInfoColumns } from './device-info.ts';
import { deviceLogonEventsColumns } from './device-logon-events.ts';
import { deviceNetworkEventsColumns } from './device-network-events.ts';
import { deviceProcessEventsColumns } from './device-process-events.ts';
import { deviceRegistryEventsColumns } from './device-registry-events.ts';
import { deviceTables } from './devices.ts';
import { emailAttachmentInfoColumns, emailEventsColumns, emailUrlInfoColumns, urlClickEventsColumns } from './email.ts';
import { identityInfoColumns, identityLogonEventsColumns } from './identity.ts';
import { peopleTables } from './people.ts';
import { aadSignInEventsBetaColumns, entraIdSignInEventsColumns } from './sign-ins.ts';
import { deviceTvmSoftwareInventoryColumns, deviceTvmSoftwareVulnerabilitiesColumns } from './vulnerabilities.ts';

/** The names of all documented columns of hunting, with case. */
export const huntingColumns: ReadonlySet<string> = new Set([
  ...[
    alertInfoColumns,
    alertEvidenceColumns,
    cloudAppEventsColumns,
    deviceEventsColumns,
    deviceFileEventsColumns,
    deviceImageLoadEventsColumns,
    deviceInfoColumns,
    deviceNetworkInfoColumns,
    deviceLogonEventsColumns,
    deviceNetworkEventsColumns,
    deviceProcessEventsColumns,
    deviceRegistryEventsColumns,
    emailEventsColumns,
    emailAttachmentInfoColumns,
    emailUrlInfoColumns,
    urlClickEventsColumns,
    identityInfoColumns,
    identityLogonEventsColumns,
    aadSignInEventsBetaColumns,
    entraIdSignInEventsColumns,
    deviceTvmSoftwareInventoryColumns,
    deviceTvmSoftwareVulnerabilitiesColumns,
  ].flatMap((columns) => Object.keys(columns)),
  ...[...deviceTables, ...cloudTables, ...peopleTables].flatMap(({ columns }) =>
    columns
      .trim()
      .split(/\s+/)
      .map((column) => column.split(':')[0] ?? column),
  ),
]);
