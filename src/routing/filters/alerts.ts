import type { Alert } from '../../domain/alert.ts';
import { machineIdsOf } from '../../domain/alert-machines.ts';
import type { AlertFilter } from '../../domain/filters.ts';
import { checkedId } from '../../domain/id-forms.ts';
import { InputError } from '../../errors.ts';
import { toGraph } from '../../unification/words/graph.ts';
import { toMde } from '../../unification/words/mde.ts';
import {
  amongTexts,
  amongWords,
  checkFilter,
  containsText,
  type FilterRow,
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

/** A technique of MITRE ATT&CK, and those below it: `T1059` is met by `T1059.001`. Nothing filters by it. */
const technique: FilterRow<readonly string[], Alert> = {
  meets: ({ mitreTechniques }, ids) =>
    mitreTechniques.some((found) => ids.some((id) => `${found.toUpperCase()}.`.startsWith(`${id.toUpperCase()}.`))),
  push: {},
  check: (ids, field) => {
    if (ids.length === 0) throw new InputError(`${field}: an empty list is met by nothing; leave it out`, { field });
    const other = ids.find((id) => !/^T\d{4}(\.\d{3})?$/i.test(id));
    if (other !== undefined)
      throw new InputError(`${field}: "${other.slice(0, 40)}" is no technique, e.g. T1059 or T1059.001`, { field });
  },
};

/**
 * security-list-alerts_v2.md: neither id, incidentId, category nor a machine is filterable in Graph. get-alerts.md: times,
 * incidentId, id, assignedTo, detectionSource, status, severity, category, not a machine, in Defender for Endpoint.
 * Who an alert is assigned to, and its category, are text that may be in any case: the gateway looks for them.
 */
export const alertRows = {
  status: amongWords(({ status }: Alert) => status, {
    graph: ['status', toGraph.alertStatus],
    mde: ['status', toMde.alertStatus],
  }),
  severity: amongWords(({ severity }: Alert) => severity, {
    graph: ['severity', toGraph.severity],
    mde: ['severity', toMde.severity],
  }),
  classification: amongWords(({ classification }: Alert) => classification, {
    graph: ['classification', toGraph.classification],
  }),
  determination: amongWords(({ determination }: Alert) => determination, {
    graph: ['determination', toGraph.determination],
  }),
  serviceSource: amongWords(({ serviceSource }: Alert) => serviceSource, {
    graph: ['serviceSource', toGraph.serviceSource],
  }),
  assignedTo: sameText(({ assignedTo }: Alert) => assignedTo),
  unassigned: isUnset(({ assignedTo }: Alert) => assignedTo),
  incidentId: sameText(
    ({ incidentId }: Alert) => incidentId,
    { mde: (id) => numberForms('incidentId', id) },
    (id, field) => checkedId('incident', id, field),
  ),
  machineId: {
    meets: (alert, id) => machineIdsOf(alert).some((named) => named.toLowerCase() === id.toLowerCase()),
    push: {},
    check: (id, field) => void checkedId('machine', id, field),
  },
  category: amongTexts(({ category }: Alert) => [category]),
  createdAfter: since(created, createdIn),
  createdBefore: until(created, createdIn),
  updatedAfter: since(updated, updatedIn),
  updatedBefore: until(updated, updatedIn),
  titleContains: containsText(({ title }: Alert) => title),
  mitreTechnique: technique,
} satisfies FilterRows<AlertFilter, Alert>;

/** Throws `BAD_USER_INPUT` for a filter that nothing can meet, or with a malformed id. */
export const checkAlertFilter = (filter: AlertFilter): void => checkFilter<AlertFilter, Alert>(filter, alertRows);
