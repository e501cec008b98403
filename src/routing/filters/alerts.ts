import type { Alert } from '../../domain/alert.ts';
import type { AlertFilter } from '../../domain/filters.ts';
import { checkedId } from '../../domain/id-forms.ts';
import { serviceSourceWords } from '../../unification/words/detection.ts';
import {
  alertStatusWords,
  classificationWords,
  determinationWords,
  severityWords,
} from '../../unification/words/triage.ts';
import { ofUser, onMachine, withAddress, withDomain, withFile, withTechnique } from './alert-facts.ts';
import {
  amongTexts,
  amongWords,
  checkFilter,
  containsText,
  type FilterRows,
  isUnset,
  numberForms,
  sameText,
  since,
  until,
} from './rows.ts';

const created = ({ createdAt }: Alert) => createdAt;
const updated = ({ updatedAt }: Alert) => updatedAt;
const createdIn = { graph: 'createdDateTime', mde: 'alertCreationTime' } as const;
const updatedIn = { graph: 'lastUpdateDateTime', mde: 'lastUpdateTime' } as const;

/**
 * security-list-alerts_v2.md: neither id, incidentId, category nor a machine is filterable in Graph. get-alerts.md: times,
 * incidentId, id, assignedTo, detectionSource, status, severity, category, not a machine, in Defender for Endpoint.
 * Who an alert is assigned to, and its category, are text that may be in any case: the gateway looks for them.
 */
export const alertRows = {
  status: amongWords(({ status }: Alert) => status, {
    graph: ['status', alertStatusWords],
    mde: ['status', alertStatusWords],
  }),
  severity: amongWords(({ severity }: Alert) => severity, {
    graph: ['severity', severityWords],
    mde: ['severity', severityWords],
  }),
  classification: amongWords(({ classification }: Alert) => classification, {
    graph: ['classification', classificationWords],
  }),
  determination: amongWords(({ determination }: Alert) => determination, {
    graph: ['determination', determinationWords],
  }),
  serviceSource: amongWords(({ serviceSource }: Alert) => serviceSource, {
    graph: ['serviceSource', serviceSourceWords],
  }),
  assignedTo: sameText(({ assignedTo }: Alert) => assignedTo),
  unassigned: isUnset(({ assignedTo }: Alert) => assignedTo),
  incidentId: sameText(
    ({ incidentId }: Alert) => incidentId,
    { mde: (id) => numberForms('incidentId', id) },
    (id, field) => checkedId('incident', id, field),
  ),
  machineId: onMachine,
  user: ofUser,
  fileHash: withFile,
  ipAddress: withAddress,
  domain: withDomain,
  category: amongTexts(({ category }: Alert) => [category]),
  createdAfter: since(created, createdIn),
  createdBefore: until(created, createdIn),
  updatedAfter: since(updated, updatedIn),
  updatedBefore: until(updated, updatedIn),
  titleContains: containsText(({ title }: Alert) => title),
  mitreTechnique: withTechnique,
} satisfies FilterRows<AlertFilter, Alert>;

/** Throws `BAD_USER_INPUT` for a filter that nothing can meet, or with a malformed id. */
export const checkAlertFilter = (filter: AlertFilter): void => checkFilter<AlertFilter, Alert>(filter, alertRows);
