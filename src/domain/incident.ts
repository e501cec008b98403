import { UpstreamError } from '../errors.ts';
import type { Alert } from './alert.ts';
import type { Comment } from './comment.ts';
import type { Classification, Determination, IncidentStatus, Severity, SourceApi } from './enums.ts';

/** An incident, unified over Graph and Microsoft 365 Defender. Times are ISO 8601 text as sent. */
export interface Incident {
  /** The tenant's configured name. */
  readonly tenant: string;
  /** The Entra tenant, in the API's words. */
  readonly tenantId: string | null;
  readonly source: SourceApi;
  /** Digits. */
  readonly incidentId: string;
  readonly redirectIncidentId: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly summary: string | null;
  readonly severity: Severity;
  readonly severityName: string | null;
  readonly status: IncidentStatus;
  readonly statusName: string | null;
  readonly classification: Classification;
  readonly classificationName: string | null;
  readonly determination: Determination;
  readonly determinationName: string | null;
  readonly assignedTo: string | null;
  readonly detectionSource: string | null;
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
  /** Alerts that came without an id: they can be neither shown nor followed, and are not among the others. */
  readonly unreadableAlerts: number;
  /** As Microsoft sent it, without its alerts. */
  readonly raw: unknown;
}

/** Merged incidents may chain; further than this nobody follows. */
const maxRedirects = 5;

/** The id of the incident that one was merged into, or its own: as far as it can be followed among those that are at hand. */
export const survivorOf = (
  { incidentId, redirectIncidentId }: Pick<Incident, 'incidentId' | 'redirectIncidentId'>,
  known: ReadonlyMap<string, Pick<Incident, 'redirectIncidentId'> | Error>,
): string => {
  let id = redirectIncidentId ?? incidentId;
  for (let steps = 0; steps < maxRedirects; steps += 1) {
    const next = known.get(id);
    if (next === undefined || next instanceof Error || next.redirectIncidentId === null) return id;
    id = next.redirectIncidentId;
  }
  return id;
};

/** What is told where an incident was read for its alerts and came without them. */
export const alertsNotBrought = ({ tenant, incidentId }: Pick<Incident, 'tenant' | 'incidentId'>): UpstreamError =>
  new UpstreamError('UPSTREAM_UNAVAILABLE', `Incident ${incidentId} came without its alerts, which were asked for`, {
    tenant,
  });
