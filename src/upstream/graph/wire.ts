import { hasId, type Identified } from '../answers.ts';
import { isRecord } from '../http/shape.ts';

/**
 * What Graph security sends. Only what identifies an entity is certain: the tables of fields in `unification` say what else is
 * read, and how. Samples print enum words in camel case and in Pascal case.
 */

/** resources/security-incident.md; `id` is digits. */
export interface GraphIncident extends Identified<'id'> {
  readonly comments?: readonly GraphComment[] | null;
  /** Only with `$expand=alerts`. */
  readonly alerts?: readonly GraphAlert[] | null;
  /** Where the alerts beside it go on, should they be too many for one answer (OData V4). */
  readonly 'alerts@odata.nextLink'?: string | null;
}

/** resources/security-alert.md (`alerts_v2`) */
export interface GraphAlert extends Identified<'id'> {
  readonly comments?: readonly GraphComment[] | null;
  /** resources/security-alertevidence.md: each of a kind that `@odata.type` names. Read by the table of kinds. */
  readonly evidence?: readonly Readonly<Record<string, unknown>>[] | null;
}

/** resources/security-alertcomment.md */
export type GraphComment = Readonly<Record<string, unknown>>;

/** Something with the id of an incident. */
export const isGraphIncident = (value: unknown): value is GraphIncident => hasId(value, 'id');

/** Something with the id of an alert. */
export const isGraphAlert = (value: unknown): value is GraphAlert => hasId(value, 'id');

/** resources/security-mergeresponse.md */
export interface GraphMergeResponse {
  readonly targetIncidentId: string;
}

/** Something with the id of the incident that the others were merged into. */
export const isMergeResponse = (value: unknown): value is GraphMergeResponse => hasId(value, 'targetIncidentId');

/** Comments have no id of their own. */
export const isGraphComment = (value: unknown): value is GraphComment => isRecord(value);
