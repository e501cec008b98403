import { asBoolean, asId, asNumber, asSent, asText, asTexts, asWord, type EntityOf } from '../unification/fields.ts';
import { readRecommendationStatus, readRemediationType } from '../unification/words/vulnerability-management.ts';
import { fromMde, type OfTenant } from './entity.ts';

/** recommendation.md, whose table writes some names with a capital. */
export const recommendationFields = {
  recommendationId: asId('id'),
  recommendationName: asText('recommendationName'),
  productName: asText('productName'),
  vendor: asText('vendor', 'Vendor'),
  weaknesses: asNumber('weaknesses', 'Weaknesses'),
  recommendedVersion: asText('recommendedVersion'),
  recommendedProgram: asText('recommendedProgram'),
  recommendedVendor: asText('recommendedVendor'),
  recommendationCategory: asText('recommendationCategory'),
  subCategory: asText('subCategory'),
  severityScore: asNumber('severityScore'),
  publicExploit: asBoolean('publicExploit'),
  activeAlert: asBoolean('activeAlert'),
  associatedThreats: asTexts('associatedThreats'),
  remediationType: asWord(readRemediationType, 'remediationType'),
  status: asWord(readRecommendationStatus, 'status', 'Status'),
  configScoreImpact: asNumber('configScoreImpact'),
  exposureImpact: asNumber('exposureImpact'),
  totalMachineCount: asNumber('totalMachineCount'),
  exposedMachinesCount: asNumber('exposedMachinesCount'),
  exposedCriticalDevices: asNumber('exposedCriticalDevices'),
  nonProductivityImpactedAssets: asNumber('nonProductivityImpactedAssets'),
  relatedComponent: asText('relatedComponent'),
  raw: asSent(),
} as const;

/** What Defender Vulnerability Management recommends to do in a tenant. */
export interface Recommendation extends OfTenant, EntityOf<typeof recommendationFields> {}

/** Reads one. */
export const recommendationFromMde = fromMde(recommendationFields);
