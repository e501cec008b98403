/** Product names as the hunting tables print them, by Graph's `serviceSource`. */
const services: ReadonlyMap<string, string> = new Map([
  ['microsoftDefenderForEndpoint', 'Microsoft Defender for Endpoint'],
  ['microsoftDefenderForIdentity', 'Microsoft Defender for Identity'],
  ['microsoftDefenderForCloudApps', 'Microsoft Defender for Cloud Apps'],
  ['microsoftDefenderForOffice365', 'Microsoft Defender for Office 365'],
  ['microsoft365Defender', 'Microsoft Defender XDR'],
  ['azureAdIdentityProtection', 'AAD Identity Protection'],
  ['microsoftAppGovernance', 'App Governance'],
  ['dataLossPrevention', 'Data Loss Prevention'],
  ['microsoftDefenderForCloud', 'Microsoft Defender for Cloud'],
  ['microsoftSentinel', 'Microsoft Sentinel'],
]);

/** Detector names as the hunting tables print them, by Graph's `detectionSource`. */
const detectors: ReadonlyMap<string, string> = new Map([
  ['microsoftDefenderForEndpoint', 'EDR'],
  ['antivirus', 'Antivirus'],
  ['smartScreen', 'SmartScreen'],
  ['customTi', 'Custom TI'],
  ['customDetection', 'Custom detection'],
  ['cloudAppSecurity', 'Cloud App Security'],
  ['automatedInvestigation', 'Automated investigation'],
]);

/** `ServiceSource` of the hunting tables; a name not listed stays as it is. */
export function serviceName(source: string): string {
  return services.get(source) ?? source;
}

/** `DetectionSource` of the hunting tables. */
export function detectorName(source: string): string {
  return detectors.get(source) ?? serviceName(source);
}

/** First letter large: `high` to `High`. */
export function titled(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
