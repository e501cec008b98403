import type { RecommendationFilter } from '../generated/inputs.ts';
import { mde } from '../microsoft/mde/index.ts';
import { amongTexts, amongWords, type FilterRows } from '../routing/filters/rows.ts';
import { asBoolean, asId, asNumber, asSent, asText, asTexts, asWord, type EntityOf } from '../unification/fields.ts';
import {
  readRecommendationStatus,
  readRemediationType,
  vulnerabilityManagementWords,
} from '../unification/words/vulnerability-management.ts';
import { one } from '../upstream/call.ts';
import { byPermissionAlone, entity, fromMde, type OfTenant } from './entity.ts';
import { checkedBy, identified, joinedNames, mdeReads, namedBy } from './mde-entity.ts';
import { byNumber } from './orders.ts';

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

const id = {
  field: 'recommendationId',
  form: joinedNames,
  says: 'e.g. va-_-microsoft-_-edge or sca-_-scid-10',
} as const;
const idOf = ({ recommendationId }: Recommendation): string => recommendationId;

/** get-all-recommendations.md; names may be in any case, so that they are not pushed. */
const rows = {
  recommendationId: namedBy(idOf, id),
  productName: amongTexts(({ productName }: Recommendation) => [productName]),
  vendor: amongTexts(({ vendor }: Recommendation) => [vendor]),
  status: amongWords(({ status }: Recommendation) => status, {
    mde: ['status', vulnerabilityManagementWords.recommendationStatus],
  }),
  remediationType: amongWords(({ remediationType }: Recommendation) => remediationType, {
    mde: ['remediationType', vulnerabilityManagementWords.remediationType],
  }),
  recommendationCategory: amongTexts(({ recommendationCategory }: Recommendation) => [recommendationCategory]),
} satisfies FilterRows<RecommendationFilter, Recommendation>;

/** The row of the table of entities. */
export const recommendations = entity({
  type: 'Recommendation',
  id,
  idOf,
  permission: 'vulnerability:read',
  visible: byPermissionAlone,
  reads: mdeReads<RecommendationFilter, Recommendation>({
    capability: 'recommendations.read',
    kind: identified('a recommendation', 'recommendations'),
    list: mde.listRecommendations,
    one: (id, kind) => one(mde.getRecommendation, { id }, kind),
    read: recommendationFromMde,
    rows,
    idOf,
    byIds: 'recommendationId',
    usual: (id) => id.toLowerCase(),
    many: 'filter',
    // The page of the list shows no `exposedCriticalDevices` and no `tags`, as get-recommendation-by-id.md does.
    isListedWhole: false,
  }),
  timeOf: null,
  orders: {
    SEVERITY_SCORE: byNumber(({ severityScore }: Recommendation) => severityScore),
    EXPOSED_MACHINES: byNumber(({ exposedMachinesCount }: Recommendation) => exposedMachinesCount),
    EXPOSURE_IMPACT: byNumber(({ exposureImpact }: Recommendation) => exposureImpact),
    CONFIG_SCORE_IMPACT: byNumber(({ configScoreImpact }: Recommendation) => configScoreImpact),
    WEAKNESSES: byNumber(({ weaknesses }: Recommendation) => weaknesses),
  },
  check: checkedBy<RecommendationFilter, Recommendation>(rows),
});
