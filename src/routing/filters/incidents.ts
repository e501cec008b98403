import type { IncidentFilter } from '../../domain/filters.ts';
import type { Incident } from '../../domain/incident.ts';
import {
  classificationWords,
  determinationWords,
  incidentStatusWords,
  severityWords,
} from '../../unification/words/triage.ts';
import { byAlerts, ofUser, onMachine, withAddress, withDomain, withFile, withTechnique } from './alert-facts.ts';
import {
  amongTexts,
  amongWords,
  checkFilter,
  containsText,
  type FilterRows,
  isUnset,
  sameText,
  since,
  until,
} from './rows.ts';

const created = ({ createdAt }: Incident) => createdAt;
const updated = ({ updatedAt }: Incident) => updatedAt;
const createdIn = { graph: 'createdDateTime', m365d: 'createdTime' } as const;
const updatedIn = { graph: 'lastUpdateDateTime', m365d: 'lastUpdateTime' } as const;

/**
 * security-list-incidents.md: assignedTo, classification, createdDateTime, determination, lastUpdateDateTime, severity, status.
 * api-list-incidents.md: lastUpdateTime, createdTime, status, assignedTo; not severity. Who an incident is assigned to is text
 * that may be in any case: the gateway looks for it.
 */
export const incidentRows = {
  status: amongWords(({ status }: Incident) => status, {
    graph: ['status', incidentStatusWords],
    m365d: ['status', incidentStatusWords],
  }),
  severity: amongWords(({ severity }: Incident) => severity, { graph: ['severity', severityWords] }),
  classification: amongWords(({ classification }: Incident) => classification, {
    graph: ['classification', classificationWords],
  }),
  determination: amongWords(({ determination }: Incident) => determination, {
    graph: ['determination', determinationWords],
  }),
  assignedTo: sameText(({ assignedTo }: Incident) => assignedTo),
  unassigned: isUnset(({ assignedTo }: Incident) => assignedTo),
  createdAfter: since(created, createdIn),
  createdBefore: until(created, createdIn),
  updatedAfter: since(updated, updatedIn),
  updatedBefore: until(updated, updatedIn),
  titleContains: containsText(({ title }: Incident) => title),
  tags: amongTexts(({ tags }: Incident) => tags),
  machineId: byAlerts(onMachine),
  user: byAlerts(ofUser),
  fileHash: byAlerts(withFile),
  ipAddress: byAlerts(withAddress),
  domain: byAlerts(withDomain),
  mitreTechnique: byAlerts(withTechnique),
} satisfies FilterRows<IncidentFilter, Incident>;

/** Throws `BAD_USER_INPUT` for a filter that nothing can meet. */
export const checkIncidentFilter = (filter: IncidentFilter): void =>
  checkFilter<IncidentFilter, Incident>(filter, incidentRows);
