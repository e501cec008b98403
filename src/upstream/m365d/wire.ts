import { hasId, type Identified } from '../answers.ts';

/**
 * What Microsoft 365 Defender sends; pages are of `defender-xdr`. Only what identifies an entity is certain: the tables of
 * fields in `unification` say what else is read, and how.
 */

/** api-incident.md, api-list-incidents.md: the whole tree of alerts, devices and entities comes inside. */
export interface M365dIncident extends Identified<'incidentId', number | string> {
  readonly alerts?: readonly M365dAlert[] | null;
}

/** api-list-incidents.md: devices, and one flat record for every other kind of entity, null where not applicable. */
export interface M365dAlert extends Identified<'alertId'> {
  readonly devices?: readonly Readonly<Record<string, unknown>>[] | null;
  readonly entities?: readonly Readonly<Record<string, unknown>>[] | null;
}

/** Something with the id of an incident. */
export const isM365dIncident = (value: unknown): value is M365dIncident => hasId(value, 'incidentId');
