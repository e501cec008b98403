import { acknowledged } from '../acknowledged.ts';
import type { Operation, Page } from '../http/operation.ts';
import { segment } from '../http/operation.ts';
import { readEntity, readPage } from '../http/shape.ts';
import type { M365dIncident } from './wire.ts';
import { isM365dIncident } from './wire.ts';

const readPermissions = ['Incident.Read.All', 'Incident.ReadWrite.All'] as const;

/** The largest `$top`; more is answered 400. api-list-incidents.md */
export const maxIncidentPage = 100;

/** Which incidents: a filter on `lastUpdateTime`, `createdTime`, `status`, `assignedTo` alone, and a page of 100 at most. */
export interface IncidentListOptions {
  readonly filter?: string | undefined;
  readonly top?: number | undefined;
  readonly skip?: number | undefined;
}

/** What can be changed on an incident, in M365D's words. Classification and determination go together. api-update-incidents.md */
export interface M365dIncidentUpdate {
  readonly status?: string;
  readonly assignedTo?: string | null;
  readonly classification?: string;
  readonly determination?: string;
  readonly tags?: readonly string[];
  readonly comment?: string;
}

/**
 * Incidents with their alerts, devices and entities inside, newest first; 50 calls a minute. A larger `top` than 100 is cut
 * to 100. api-list-incidents.md
 * Permissions, any of: `Incident.Read.All`, `Incident.ReadWrite.All`.
 */
export const listIncidents = (options: IncidentListOptions = {}): Operation<Page<M365dIncident>> => ({
  id: 'm365d.listIncidents',
  api: 'm365d',
  method: 'GET',
  path: '/api/incidents',
  query: {
    $filter: options.filter,
    $top: options.top === undefined ? undefined : Math.min(options.top, maxIncidentPage),
    $skip: options.skip,
  },
  repeatable: true,
  permissions: readPermissions,
  parse: readPage('incidents', isM365dIncident),
});

/**
 * One incident with all inside; `null` when unknown. api-get-incident.md
 * Permissions, any of: `Incident.Read.All`, `Incident.ReadWrite.All`.
 */
export const getIncident = (incidentId: string): Operation<M365dIncident | null> => ({
  id: 'm365d.getIncident',
  api: 'm365d',
  method: 'GET',
  path: `/api/incidents/${segment(incidentId)}`,
  repeatable: true,
  permissions: readPermissions,
  whenNotFound: () => null,
  parse: readEntity('an incident', isM365dIncident),
});

/**
 * Changes an incident; `null` when it is done but the answer is empty. api-update-incidents.md
 * Permission: `Incident.ReadWrite.All`.
 */
export const updateIncident = (incidentId: string, body: M365dIncidentUpdate): Operation<M365dIncident | null> => ({
  id: 'm365d.updateIncident',
  api: 'm365d',
  method: 'PATCH',
  path: `/api/incidents/${segment(incidentId)}`,
  body,
  repeatable: false,
  permissions: ['Incident.ReadWrite.All'],
  parse: acknowledged(readEntity('an incident', isM365dIncident)),
});
