import type { IncidentFilter, Matchers } from '../../domain/filters.ts';
import type { Incident } from '../../domain/incident.ts';
import { compareTimes } from '../../domain/time.ts';
import { toGraph } from '../../unification/words/graph.ts';
import { toM365d } from '../../unification/words/m365d.ts';
import { compareText } from '../../upstream/http/odata.ts';
import type { Push } from '../list.ts';
import { timesOf } from './times.ts';
import { oneOf } from './words.ts';

/** What decides, whoever answered: the pushed conditions only narrow what Microsoft sends. */
export const incidentMatchers: Matchers<IncidentFilter, Incident> = {
  status: (incident, values) => values.includes(incident.status),
  severity: (incident, values) => values.includes(incident.severity),
  classification: (incident, values) => values.includes(incident.classification),
  determination: (incident, values) => values.includes(incident.determination),
  assignedTo: (incident, value) => incident.assignedTo?.toLowerCase() === value.toLowerCase(),
  createdAfter: (incident, time) => compareTimes(incident.createdAt, time) >= 0,
  createdBefore: (incident, time) => compareTimes(incident.createdAt, time) < 0,
  updatedAfter: (incident, time) => compareTimes(incident.updatedAt, time) >= 0,
  updatedBefore: (incident, time) => compareTimes(incident.updatedAt, time) < 0,
  titleContains: (incident, part) => incident.title?.toLowerCase().includes(part.toLowerCase()) ?? false,
  tags: (incident, tags) => tags.some((tag) => incident.tags.includes(tag)),
};

const graphCreated = timesOf('createdDateTime');
const graphUpdated = timesOf('lastUpdateDateTime');

/** security-list-incidents.md: assignedTo, classification, createdDateTime, determination, lastUpdateDateTime, severity, status. */
export const graphIncidentPush: Push<IncidentFilter> = {
  status: oneOf('status', toGraph.incidentStatus),
  severity: oneOf('severity', toGraph.severity),
  classification: oneOf('classification', toGraph.classification),
  determination: oneOf('determination', toGraph.determination),
  assignedTo: (value) => compareText('assignedTo', 'eq', value),
  createdAfter: graphCreated.after,
  createdBefore: graphCreated.before,
  updatedAfter: graphUpdated.after,
  updatedBefore: graphUpdated.before,
};

const m365dCreated = timesOf('createdTime');
const m365dUpdated = timesOf('lastUpdateTime');

/** api-list-incidents.md: lastUpdateTime, createdTime, status, assignedTo; not severity. */
export const m365dIncidentPush: Push<IncidentFilter> = {
  status: oneOf('status', toM365d.incidentStatus),
  assignedTo: (value) => compareText('assignedTo', 'eq', value),
  createdAfter: m365dCreated.after,
  createdBefore: m365dCreated.before,
  updatedAfter: m365dUpdated.after,
  updatedBefore: m365dUpdated.before,
};
