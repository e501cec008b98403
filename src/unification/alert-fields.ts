import type { Alert } from '../domain/alert.ts';
import { commentsFrom } from './comments.ts';
import { loggedOnUser } from './evidence/parts.ts';
import {
  always,
  alwaysWord,
  as,
  asId,
  asJson,
  asObjects,
  asSent,
  asText,
  asTexts,
  asTime,
  asWord,
  type FieldsOf,
} from './fields.ts';
import { objects, text, texts } from './values.ts';
import { readDetectionSource, readInvestigationState, readServiceSource } from './words/detection.ts';
import { readAlertStatus, readClassification, readDetermination, readSeverity } from './words/triage.ts';

/** What is not read off one property alone: see `alert.ts`. */
export type GivenOfAlert = 'tenant' | 'source' | 'url' | 'incidentUrl' | 'machineId' | 'evidence';

/** What all three APIs send under one name. */
const shared = {
  incidentId: asText('incidentId'),
  title: asText('title'),
  description: asText('description'),
  severity: asWord(readSeverity, 'severity'),
  status: asWord(readAlertStatus, 'status'),
  classification: asWord(readClassification, 'classification'),
  determination: asWord(readDetermination, 'determination'),
  detectionSource: as(readDetectionSource, 'detectionSource'),
  detectorId: asText('detectorId'),
  investigationState: asWord(readInvestigationState, 'investigationState'),
  assignedTo: asText('assignedTo'),
  mitreTechniques: asTexts('mitreTechniques'),
  threatFamilyName: asText('threatFamilyName'),
  comments: as(commentsFrom, 'comments'),
  raw: asSent(),
} as const;

/** What Graph alone sends. */
const withoutGraph = {
  recommendedActions: always(null),
  productName: always(null),
  alertPolicyId: always(null),
  systemTags: always<readonly string[]>([]),
  additionalData: always(null),
  customDetails: always(null),
} as const;

/** What MDE alone sends. */
const withoutMde = {
  loggedOnUsers: always<Alert['loggedOnUsers']>([]),
  domains: always<readonly string[]>([]),
} as const;

/** resources/security-alert.md (`alerts_v2`) */
export const graphAlertFields = {
  ...shared,
  ...withoutMde,
  alertId: asId('id'),
  providerAlertId: asText('providerAlertId'),
  tenantId: asText('tenantId'),
  recommendedActions: asText('recommendedActions'),
  category: as((value) => texts(value)[0] ?? null, 'category', 'categories'),
  categories: asTexts('categories', 'category'),
  serviceSource: asWord(readServiceSource, 'serviceSource'),
  productName: asText('productName'),
  investigationId: always(null),
  createdAt: asTime('createdDateTime'),
  updatedAt: asTime('lastUpdateDateTime'),
  resolvedAt: asTime('resolvedDateTime'),
  firstActivityAt: asTime('firstActivityDateTime'),
  lastActivityAt: asTime('lastActivityDateTime'),
  threatName: asText('threatDisplayName'),
  actorName: asText('actorDisplayName'),
  systemTags: asTexts('systemTags'),
  alertPolicyId: asText('alertPolicyId'),
  additionalData: asJson('additionalData'),
  customDetails: asJson('customDetails'),
} as const satisfies FieldsOf<Alert, GivenOfAlert>;

/** api-list-incidents.md: an alert inside an incident. `providerAlertId`, `detectorId` are seen in answers, on no page. */
export const m365dAlertFields = {
  ...shared,
  ...withoutGraph,
  ...withoutMde,
  alertId: asId('alertId'),
  providerAlertId: asText('providerAlertId'),
  tenantId: always(null),
  category: asText('category'),
  categories: asTexts('category'),
  serviceSource: asWord(readServiceSource, 'serviceSource'),
  investigationId: asText('investigationId'),
  createdAt: asTime('creationTime'),
  /** `Updated` here, `lastUpdateTime` on the incident and on MDE's alerts. */
  updatedAt: asTime('lastUpdatedTime'),
  resolvedAt: asTime('resolvedTime'),
  firstActivityAt: asTime('firstActivity'),
  lastActivityAt: asTime('lastActivity'),
  threatName: always(null),
  actorName: asText('actorName'),
} as const satisfies FieldsOf<Alert, GivenOfAlert>;

/** No page says whether domains are text or objects, as `alerts/{id}/domains` gives them. get-alert-related-domain-info.md */
const domainsOf = (value: unknown): readonly string[] => {
  const named = objects(value).flatMap(({ host, domainName }) => text(host) ?? text(domainName) ?? []);
  return [...texts(value), ...named];
};

/** alerts.md; `loggedOnUsers` and `domains` are seen in answers, on no page. */
export const mdeAlertFields = {
  ...shared,
  ...withoutGraph,
  alertId: asId('id'),
  providerAlertId: always(null),
  tenantId: asText('aadTenantId'),
  category: asText('category'),
  categories: asTexts('category'),
  serviceSource: alwaysWord('MICROSOFT_DEFENDER_FOR_ENDPOINT'),
  /** A number here, text on the investigation itself. */
  investigationId: asText('investigationId'),
  createdAt: asTime('alertCreationTime'),
  updatedAt: asTime('lastUpdateTime'),
  resolvedAt: asTime('resolvedTime'),
  firstActivityAt: asTime('firstEventTime'),
  lastActivityAt: asTime('lastEventTime'),
  threatName: asText('threatName'),
  actorName: always(null),
  loggedOnUsers: asObjects(loggedOnUser, 'loggedOnUsers'),
  domains: as(domainsOf, 'domains'),
} as const satisfies FieldsOf<Alert, GivenOfAlert>;
