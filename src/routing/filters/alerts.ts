import type { Alert } from '../../domain/alert.ts';
import { machineIdsOf } from '../../domain/alert-machines.ts';
import type { AlertFilter, Matchers } from '../../domain/filters.ts';
import { compareTimes } from '../../domain/time.ts';
import { toGraph } from '../../unification/words/graph.ts';
import { toMde } from '../../unification/words/mde.ts';
import { compareNumber, compareText } from '../../upstream/http/odata.ts';
import type { Push } from '../list.ts';
import { timesOf } from './times.ts';
import { asIs, oneOf } from './words.ts';

/** What decides, whoever answered: the pushed conditions only narrow what Microsoft sends. */
export const alertMatchers: Matchers<AlertFilter, Alert> = {
  status: (alert, values) => values.includes(alert.status),
  severity: (alert, values) => values.includes(alert.severity),
  classification: (alert, values) => values.includes(alert.classification),
  determination: (alert, values) => values.includes(alert.determination),
  serviceSource: (alert, values) => values.includes(alert.serviceSource),
  assignedTo: (alert, value) => alert.assignedTo?.toLowerCase() === value.toLowerCase(),
  incidentId: (alert, id) => alert.incidentId === id,
  machineId: (alert, id) => machineIdsOf(alert).some((named) => named.toLowerCase() === id.toLowerCase()),
  category: (alert, values) => values.some((value) => value.toLowerCase() === alert.category?.toLowerCase()),
  createdAfter: (alert, time) => compareTimes(alert.createdAt, time) >= 0,
  createdBefore: (alert, time) => compareTimes(alert.createdAt, time) < 0,
  updatedAfter: (alert, time) => compareTimes(alert.updatedAt, time) >= 0,
  updatedBefore: (alert, time) => compareTimes(alert.updatedAt, time) < 0,
  titleContains: (alert, part) => alert.title?.toLowerCase().includes(part.toLowerCase()) ?? false,
};

const graphCreated = timesOf('createdDateTime');
const graphUpdated = timesOf('lastUpdateDateTime');

/** security-list-alerts_v2.md: neither id, incidentId, category nor a machine is filterable. */
export const graphAlertPush: Push<AlertFilter> = {
  status: oneOf('status', toGraph.alertStatus),
  severity: oneOf('severity', toGraph.severity),
  classification: oneOf('classification', toGraph.classification),
  determination: oneOf('determination', toGraph.determination),
  serviceSource: oneOf('serviceSource', toGraph.serviceSource),
  assignedTo: (value) => compareText('assignedTo', 'eq', value),
  createdAfter: graphCreated.after,
  createdBefore: graphCreated.before,
  updatedAfter: graphUpdated.after,
  updatedBefore: graphUpdated.before,
};

const mdeCreated = timesOf('alertCreationTime');
const mdeUpdated = timesOf('lastUpdateTime');

/** get-alerts.md: times, incidentId, id, assignedTo, detectionSource, status, severity, category; not a machine. */
export const mdeAlertPush: Push<AlertFilter> = {
  status: oneOf('status', toMde.alertStatus),
  severity: oneOf('severity', toMde.severity),
  assignedTo: (value) => compareText('assignedTo', 'eq', value),
  incidentId: (id) => (/^\d{1,15}$/.test(id) ? compareNumber('incidentId', 'eq', Number(id)) : null),
  category: oneOf('category', asIs),
  createdAfter: mdeCreated.after,
  createdBefore: mdeCreated.before,
  updatedAfter: mdeUpdated.after,
  updatedBefore: mdeUpdated.before,
};
