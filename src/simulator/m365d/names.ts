import { endpointDetectionSources, pascal } from '../defender/names.ts';
import type { WorldAlert } from '../world/types.ts';

/** The older names of products and their detectors, which M365D still sends, by Graph's `serviceSource`. */
const services: Readonly<Record<string, { readonly service: string; readonly detection?: string }>> = {
  microsoftDefenderForEndpoint: { service: 'MicrosoftDefenderATP' },
  microsoftDefenderForOffice365: { service: 'OfficeATP', detection: 'OfficeATP' },
  microsoftDefenderForCloudApps: { service: 'MicrosoftCloudAppSecurity', detection: 'MCAS' },
  microsoftDefenderForIdentity: { service: 'AzureATP', detection: 'AzureATP' },
  azureAdIdentityProtection: { service: 'AAD', detection: 'AzureADIdentityProtection' },
};

/** M365D's name of the product that an alert was born in. */
export const serviceSent = (alert: WorldAlert): string =>
  services[alert.serviceSource]?.service ?? pascal(alert.serviceSource);

/** M365D's name of the detector. */
export const detectionSent = (alert: WorldAlert): string =>
  services[alert.serviceSource]?.detection ??
  endpointDetectionSources[alert.detectionSource] ??
  pascal(alert.detectionSource);
