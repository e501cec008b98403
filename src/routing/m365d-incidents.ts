import type { Tenant } from '../config/tenants.ts';
import type { Incident } from '../domain/incident.ts';
import { incidentFromM365d } from '../unification/incident.ts';
import * as m365d from '../upstream/m365d/incidents.ts';
import type { M365dIncident } from '../upstream/m365d/wire.ts';
import type { ListSource } from './list-source.ts';
import { sharedRows } from './shared-rows.ts';

const mapped = sharedRows(incidentFromM365d);

/** Microsoft 365 Defender's list of incidents, their alerts inside. api-list-incidents.md: `$top` up to 100. */
export const m365dIncidentSource = (tenant: Tenant): ListSource<M365dIncident, Incident> => ({
  api: 'm365d',
  list: m365d.listIncidents,
  ...mapped(tenant),
  idOf: ({ incidentId }) => incidentId,
  time: { property: 'createdTime', of: ({ createdAt }) => createdAt },
  maxTop: m365d.maxIncidentPage,
  leastTop: 10,
  shortIsLast: false,
});
