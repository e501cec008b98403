import type { Random } from './random.ts';
import type { AlertSource } from './stories/story.ts';
import { dotnetTicks } from './times.ts';

interface Source {
  /** Graph's enum `serviceSource`. */
  readonly serviceSource: string;
  /** Graph's enum `detectionSource`. */
  readonly detectionSource: string;
  readonly newAlertId: (createdAtMs: number, random: Random) => string;
}

/** `da<ticks>_<number>`; the number may be negative. */
const endpointId = (createdAtMs: number, random: Random): string =>
  `da${dotnetTicks(createdAtMs, random)}_${random.chance(0.4) ? '-' : ''}${random.int(1_000_000, 2_000_000_000)}`;

/** Two letters for the product, then a GUID. */
const prefixedId =
  (prefix: string) =>
  (_createdAtMs: number, random: Random): string =>
    `${prefix}${random.guid()}`;

/** The detectors: which product an alert is born in and the form of its id. */
export const sources = {
  endpoint: {
    serviceSource: 'microsoftDefenderForEndpoint',
    detectionSource: 'microsoftDefenderForEndpoint',
    newAlertId: endpointId,
  },
  antivirus: { serviceSource: 'microsoftDefenderForEndpoint', detectionSource: 'antivirus', newAlertId: endpointId },
  customDetection: {
    serviceSource: 'microsoftDefenderForEndpoint',
    detectionSource: 'customDetection',
    newAlertId: endpointId,
  },
  office365: {
    serviceSource: 'microsoftDefenderForOffice365',
    detectionSource: 'microsoftDefenderForOffice365',
    newAlertId: prefixedId('fa'),
  },
  cloudApps: {
    serviceSource: 'microsoftDefenderForCloudApps',
    detectionSource: 'cloudAppSecurity',
    newAlertId: (_createdAtMs, random) => `ca${random.guid().toUpperCase()}`,
  },
  identity: {
    serviceSource: 'microsoftDefenderForIdentity',
    detectionSource: 'microsoftDefenderForIdentity',
    newAlertId: prefixedId('aa'),
  },
  entraProtection: {
    serviceSource: 'azureAdIdentityProtection',
    detectionSource: 'azureAdIdentityProtection',
    newAlertId: prefixedId('ad'),
  },
  cloud: {
    serviceSource: 'microsoftDefenderForCloud',
    detectionSource: 'microsoftDefenderForCloud',
    newAlertId: prefixedId('dc'),
  },
} satisfies Record<AlertSource, Source>;
