import type { Alert } from './alert.ts';
import type { Comment } from './comment.ts';
import type { Classification, Determination, IncidentStatus, Severity, SourceApi } from './enums.ts';

/** An incident, unified over Graph and Microsoft 365 Defender. Times are ISO 8601 text as sent. */
export interface Incident {
  /** The tenant's configured name. */
  readonly tenant: string;
  readonly source: SourceApi;
  /** Digits. */
  readonly incidentId: string;
  readonly redirectIncidentId: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly summary: string | null;
  readonly severity: Severity;
  readonly status: IncidentStatus;
  readonly classification: Classification;
  readonly determination: Determination;
  readonly assignedTo: string | null;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly modifiedBy: string | null;
  readonly tags: readonly string[];
  readonly systemTags: readonly string[];
  readonly priorityScore: number | null;
  readonly resolvingComment: string | null;
  readonly url: string | null;
  readonly comments: readonly Comment[];
  /** Its alerts, newest first; `null` when the read did not bring them. */
  readonly alerts: readonly Alert[] | null;
}
