import { isRecord } from '../http/shape.ts';
import { hasId } from '../identified.ts';
import type { GraphAlertEvidence } from './wire-evidence.ts';

/**
 * What Graph security sends, property by property, after its metadata and the `security-incident`, `security-alert` resource
 * pages. Only what identifies an entity is certain. Samples print enum words in camel case and in Pascal case.
 */

/** resources/security-incident.md */
export interface GraphIncident {
  /** Digits. */
  readonly id: string;
  readonly redirectIncidentId?: string | null;
  readonly tenantId?: string | null;
  readonly displayName?: string | null;
  readonly description?: string | null;
  readonly summary?: string | null;
  readonly createdDateTime?: string | null;
  readonly lastUpdateDateTime?: string | null;
  readonly lastModifiedBy?: string | null;
  readonly assignedTo?: string | null;
  readonly classification?: string | null;
  readonly determination?: string | null;
  readonly status?: string | null;
  readonly severity?: string | null;
  readonly priorityScore?: number | null;
  readonly resolvingComment?: string | null;
  readonly customTags?: readonly string[] | null;
  /** In place of `customTags` in the sample with `$expand=alerts`. */
  readonly tags?: readonly string[] | null;
  readonly systemTags?: readonly string[] | null;
  readonly incidentWebUrl?: string | null;
  readonly comments?: readonly GraphComment[] | null;
  /** Only with `$expand=alerts`. */
  readonly alerts?: readonly GraphAlert[] | null;
  /** Where the alerts beside it go on, should they be too many for one answer (OData V4). */
  readonly 'alerts@odata.nextLink'?: string | null;
}

/** resources/security-alertcomment.md; the samples of incidents print the older pair `createdBy`, `createdTime`. */
export interface GraphComment {
  readonly comment?: string | null;
  readonly createdByDisplayName?: string | null;
  readonly createdDateTime?: string | null;
  readonly createdBy?: string | null;
  readonly createdTime?: string | null;
}

/** resources/security-alert.md (`alerts_v2`) */
export interface GraphAlert {
  readonly id: string;
  readonly providerAlertId?: string | null;
  readonly incidentId?: string | null;
  readonly tenantId?: string | null;
  readonly alertPolicyId?: string | null;
  readonly title?: string | null;
  readonly description?: string | null;
  readonly recommendedActions?: string | null;
  readonly category?: string | null;
  readonly categories?: readonly string[] | null;
  readonly severity?: string | null;
  readonly status?: string | null;
  readonly classification?: string | null;
  readonly determination?: string | null;
  readonly serviceSource?: string | null;
  readonly productName?: string | null;
  readonly detectionSource?: string | null;
  readonly detectorId?: string | null;
  readonly investigationState?: string | null;
  readonly assignedTo?: string | null;
  readonly alertWebUrl?: string | null;
  readonly incidentWebUrl?: string | null;
  readonly actorDisplayName?: string | null;
  readonly threatDisplayName?: string | null;
  readonly threatFamilyName?: string | null;
  readonly mitreTechniques?: readonly string[] | null;
  readonly createdDateTime?: string | null;
  readonly lastUpdateDateTime?: string | null;
  readonly resolvedDateTime?: string | null;
  readonly firstActivityDateTime?: string | null;
  readonly lastActivityDateTime?: string | null;
  readonly systemTags?: readonly string[] | null;
  /** Open dictionaries. */
  readonly additionalData?: Readonly<Record<string, unknown>> | null;
  readonly customDetails?: Readonly<Record<string, unknown>> | null;
  readonly comments?: readonly GraphComment[] | null;
  readonly evidence?: readonly GraphAlertEvidence[] | null;
}

/** Something with the id of an incident. */
export const isGraphIncident = (value: unknown): value is GraphIncident => hasId(value, 'id');

/** Something with the id of an alert. */
export const isGraphAlert = (value: unknown): value is GraphAlert => hasId(value, 'id');

/** Comments have no id of their own. */
export const isGraphComment = (value: unknown): value is GraphComment => isRecord(value);
