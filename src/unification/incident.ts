import type { Alert } from '../domain/alert.ts';
import type { Incident } from '../domain/incident.ts';
import { compareTimes } from '../domain/time.ts';
import type { GraphIncident } from '../upstream/graph/wire.ts';
import type { M365dIncident } from '../upstream/m365d/wire.ts';
import { alertFromGraph, alertFromM365d } from './alert.ts';
import { commentsFrom } from './comments.ts';
import { portalPage, type TenantPlace } from './tenant-place.ts';
import { integer, objects, text, texts, time } from './values.ts';
import { readClassification, readDetermination, readIncidentStatus, readSeverity } from './words/triage.ts';

/** An alert without an id can be neither shown nor followed; it is left out. */
const newestFirst = (alerts: readonly Alert[]): readonly Alert[] =>
  alerts.filter(({ alertId }) => alertId !== '').sort((a, b) => compareTimes(b.createdAt, a.createdAt));

/** An incident of Graph; its alerts came with it when the read expanded them. */
export const incidentFromGraph = (tenant: TenantPlace, wire: GraphIncident): Incident => {
  const incidentId = text(wire.id) ?? '';
  return {
    tenant: tenant.name,
    source: 'GRAPH',
    incidentId,
    redirectIncidentId: text(wire.redirectIncidentId),
    title: text(wire.displayName),
    description: text(wire.description),
    summary: text(wire.summary),
    severity: readSeverity(wire.severity),
    status: readIncidentStatus(wire.status),
    classification: readClassification(wire.classification),
    determination: readDetermination(wire.determination),
    assignedTo: text(wire.assignedTo),
    createdAt: time(wire.createdDateTime),
    updatedAt: time(wire.lastUpdateDateTime),
    modifiedBy: text(wire.lastModifiedBy),
    tags: texts(wire.customTags ?? wire.tags),
    systemTags: texts(wire.systemTags),
    priorityScore: integer(wire.priorityScore),
    resolvingComment: text(wire.resolvingComment),
    url: text(wire.incidentWebUrl) ?? portalPage(tenant, 'incidents', incidentId),
    comments: commentsFrom(wire.comments),
    alerts: Array.isArray(wire.alerts)
      ? newestFirst(objects(wire.alerts).map((alert) => alertFromGraph(tenant, alert)))
      : null,
  };
};

/** An incident of Microsoft 365 Defender, which brings its alerts always. */
export const incidentFromM365d = (tenant: TenantPlace, wire: M365dIncident): Incident => {
  const incidentId = text(wire.incidentId) ?? '';
  return {
    tenant: tenant.name,
    source: 'M365D',
    incidentId,
    redirectIncidentId: text(wire.redirectIncidentId),
    title: text(wire.incidentName),
    description: null,
    summary: null,
    severity: readSeverity(wire.severity),
    status: readIncidentStatus(wire.status),
    classification: readClassification(wire.classification),
    determination: readDetermination(wire.determination),
    assignedTo: text(wire.assignedTo),
    createdAt: time(wire.createdTime),
    updatedAt: time(wire.lastUpdateTime),
    modifiedBy: null,
    tags: texts(wire.tags),
    systemTags: [],
    priorityScore: null,
    resolvingComment: null,
    url: text(wire.incidentUri) ?? portalPage(tenant, 'incidents', incidentId),
    comments: commentsFrom(wire.comments),
    alerts: newestFirst(objects(wire.alerts).map((alert) => alertFromM365d(tenant, alert))),
  };
};
