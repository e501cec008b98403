import type { SimRequest } from '../http/types.ts';
import { openIncident } from '../world/new-incident.ts';
import { dotnetTicks, isoTime } from '../world/times.ts';
import type { WorldAlert, WorldInvestigation, WorldMachine } from '../world/types.ts';
import { beginInvestigation } from './investigation-begin.ts';
import { callerName } from './route.ts';

export type Told = Pick<WorldAlert, 'severity' | 'category' | 'title' | 'description' | 'recommendedActions'>;

/** An alert on a machine as from now, with an incident of its own and the investigation that goes with it. */
export function raiseAlert(
  request: SimRequest,
  machine: WorldMachine,
  {
    detectionSource,
    detectorId,
    eventTime,
    ...told
  }: Told & Pick<WorldAlert, 'detectionSource' | 'detectorId'> & { readonly eventTime?: string },
): { readonly alert: WorldAlert; readonly investigation: WorldInvestigation } {
  const { tenant, now } = request;
  const at = isoTime(now.getTime());
  const incident = openIncident(tenant, [told], { author: callerName(request), now });
  const id = `da${dotnetTicks(now.getTime())}_${Number(incident.id)}`;
  const investigation = beginInvestigation(request, machine, id);
  const alert: WorldAlert = {
    ...told,
    id,
    incidentId: incident.id,
    status: 'new',
    classification: null,
    determination: null,
    assignedTo: null,
    serviceSource: 'microsoftDefenderForEndpoint',
    detectionSource,
    detectorId,
    investigationId: investigation.id,
    investigationState: 'running',
    createdAt: at,
    updatedAt: at,
    resolvedAt: null,
    firstActivityAt: eventTime ?? at,
    lastActivityAt: eventTime ?? at,
    mitreTechniques: [],
    threatName: null,
    threatFamilyName: null,
    actorName: null,
    machine,
    comments: [],
    evidence: [
      { type: 'device', machine, createdAt: at, verdict: 'suspicious', remediationStatus: 'none', roles: ['attacked'] },
    ],
  };
  tenant.alerts.unshift(alert);
  return { alert, investigation };
}
