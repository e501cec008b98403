import type { Alert } from '../domain/alert.ts';
import type { SourceApi } from '../domain/enums.ts';
import type { Incident } from '../domain/incident.ts';
import { compareTimes } from '../domain/time.ts';
import type { GraphIncident } from '../upstream/graph/wire.ts';
import type { M365dIncident } from '../upstream/m365d/wire.ts';
import { alertFromGraph, alertFromM365d } from './alert.ts';
import { commentsFrom } from './comments.ts';
import {
  always,
  as,
  asId,
  asInteger,
  asSent,
  asText,
  asTexts,
  asTime,
  asWord,
  type FieldsOf,
  readInto,
} from './fields.ts';
import { portalPage, type TenantPlace } from './tenant-place.ts';
import { objects, text } from './values.ts';
import { readDetectionSource } from './words/detection.ts';
import { readClassification, readDetermination, readIncidentStatus, readSeverity } from './words/triage.ts';

/** What is not read off one property alone. */
type Given = 'tenant' | 'source' | 'url' | 'alerts' | 'unreadableAlerts';

/** What both APIs send under one name. Alerts are entities of their own, and megabytes: `raw` leaves them out. */
const shared = {
  redirectIncidentId: asText('redirectIncidentId'),
  severity: asWord(readSeverity, 'severity'),
  status: asWord(readIncidentStatus, 'status'),
  classification: asWord(readClassification, 'classification'),
  determination: asWord(readDetermination, 'determination'),
  assignedTo: asText('assignedTo'),
  detectionSource: as(readDetectionSource, 'detectionSource'),
  comments: as(commentsFrom, 'comments'),
  raw: asSent('alerts'),
} as const;

/** resources/security-incident.md */
const graphFields = {
  ...shared,
  incidentId: asId('id'),
  tenantId: asText('tenantId'),
  title: asText('displayName'),
  description: asText('description'),
  summary: asText('summary'),
  createdAt: asTime('createdDateTime'),
  updatedAt: asTime('lastUpdateDateTime'),
  modifiedBy: asText('lastModifiedBy'),
  /** The sample with `$expand=alerts` has `tags` in place of `customTags`. */
  tags: asTexts('customTags', 'tags'),
  systemTags: asTexts('systemTags'),
  priorityScore: asInteger('priorityScore'),
  resolvingComment: asText('resolvingComment'),
} as const satisfies FieldsOf<Incident, Given>;

/** api-incident.md, api-list-incidents.md; an id is a number here. */
const m365dFields = {
  ...shared,
  incidentId: asId('incidentId'),
  tenantId: always(null),
  title: asText('incidentName'),
  description: always(null),
  summary: always(null),
  createdAt: asTime('createdTime'),
  updatedAt: asTime('lastUpdateTime'),
  modifiedBy: always(null),
  tags: asTexts('tags'),
  systemTags: always<readonly string[]>([]),
  priorityScore: always(null),
  resolvingComment: always(null),
} as const satisfies FieldsOf<Incident, Given>;

const given = (source: SourceApi): Pick<Incident, Given> => ({
  tenant: '',
  source,
  url: null,
  alerts: null,
  unreadableAlerts: 0,
});

const readGraph = readInto(graphFields, given('GRAPH'));
const readM365d = readInto(m365dFields, given('M365D'));

/** Alerts newest first, each once; what is no alert, or one without an id, is counted: so many were sent. */
const alertsIn = <Wire>(
  wires: readonly Wire[],
  sent: number,
  read: (wire: Wire) => Alert,
): Pick<Incident, 'alerts' | 'unreadableAlerts'> => {
  const readable = wires.map(read).filter(({ alertId }) => alertId !== '');
  const seen = new Set<string>();
  const alerts = readable.filter(({ alertId }) => seen.size < seen.add(alertId).size);
  return {
    alerts: alerts.sort((a, b) => compareTimes(b.createdAt, a.createdAt)),
    unreadableAlerts: sent - readable.length,
  };
};

/** An incident of Graph; its alerts came with it when the read expanded them. */
export const incidentFromGraph = (tenant: TenantPlace, wire: GraphIncident): Incident => {
  const incident = readGraph(wire);
  incident.tenant = tenant.name;
  incident.url = text(wire.incidentWebUrl) ?? portalPage(tenant, 'incidents', incident.incidentId);
  if (!Array.isArray(wire.alerts)) return incident;
  return Object.assign(
    incident,
    alertsIn(objects(wire.alerts), wire.alerts.length, (alert) => alertFromGraph(tenant, alert)),
  );
};

/** An incident of Microsoft 365 Defender, which brings its alerts always: one without a list of them does not say that it has none. `incidentUri` is seen in answers, on no page. */
export const incidentFromM365d = (tenant: TenantPlace, wire: M365dIncident): Incident => {
  const incident = readM365d(wire);
  incident.tenant = tenant.name;
  incident.url = text(wire.incidentUri) ?? portalPage(tenant, 'incidents', incident.incidentId);
  if (!Array.isArray(wire.alerts)) return incident;
  return Object.assign(
    incident,
    alertsIn(objects(wire.alerts), wire.alerts.length, (alert) => alertFromM365d(tenant, alert)),
  );
};
