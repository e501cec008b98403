import type { Comment } from './comment.ts';
import type {
  AlertStatus,
  Classification,
  Determination,
  InvestigationState,
  ServiceSource,
  Severity,
  SourceApi,
} from './enums.ts';
import type { Evidence, LoggedOnUser } from './evidence.ts';

/** An alert, unified over Graph `alerts_v2`, Microsoft 365 Defender and Defender for Endpoint. */
export interface Alert {
  /** The tenant's configured name. */
  readonly tenant: string;
  /** The Entra tenant, in the API's words. */
  readonly tenantId: string | null;
  readonly source: SourceApi;
  readonly alertId: string;
  readonly providerAlertId: string | null;
  readonly incidentId: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly recommendedActions: string | null;
  readonly category: string | null;
  readonly severity: Severity;
  readonly severityName: string | null;
  readonly status: AlertStatus;
  readonly statusName: string | null;
  readonly classification: Classification;
  readonly classificationName: string | null;
  readonly determination: Determination;
  readonly determinationName: string | null;
  readonly serviceSource: ServiceSource;
  readonly serviceSourceName: string | null;
  readonly productName: string | null;
  readonly detectionSource: string | null;
  readonly detectorId: string | null;
  readonly investigationId: string | null;
  readonly investigationState: InvestigationState;
  readonly investigationStateName: string | null;
  readonly assignedTo: string | null;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly resolvedAt: string | null;
  readonly firstActivityAt: string | null;
  readonly lastActivityAt: string | null;
  readonly mitreTechniques: readonly string[];
  readonly threatName: string | null;
  readonly threatFamilyName: string | null;
  readonly actorName: string | null;
  readonly systemTags: readonly string[];
  readonly categories: readonly string[];
  readonly alertPolicyId: string | null;
  /** Open objects of Graph's. */
  readonly additionalData: unknown;
  readonly customDetails: unknown;
  /** Pages of the Defender portal. */
  readonly url: string | null;
  readonly incidentUrl: string | null;
  /** The first machine among its evidence. */
  readonly machineId: string | null;
  /** Who was logged on to its machine, and the domains that it is about; MDE only. */
  readonly loggedOnUsers: readonly LoggedOnUser[];
  readonly domains: readonly string[];
  readonly comments: readonly Comment[];
  /** `null` when the read did not bring it (MDE lists without `$expand=evidence`). */
  readonly evidence: readonly Evidence[] | null;
  /** As Microsoft sent it. */
  readonly raw: unknown;
}
