import type { RemediationTaskFilter } from '../generated/inputs.ts';
import { mde } from '../microsoft/mde/index.ts';
import { amongWords, type FilterRows, since, until } from '../routing/filters/rows.ts';
import { asId, asNumber, asSent, asText, asTexts, asTime, asWord, type EntityOf } from '../unification/fields.ts';
import {
  readRemediationTaskStatus,
  vulnerabilityManagementWords,
} from '../unification/words/vulnerability-management.ts';
import { one } from '../upstream/call.ts';
import { byPermissionAlone, entity, fromMde, type OfTenant } from './entity.ts';
import { checkedBy, identified, mdeReads } from './mde-entity.ts';

/** get-remediation-methods-properties.md */
export const remediationTaskFields = {
  taskId: asId('id'),
  title: asText('title'),
  description: asText('description'),
  status: asWord(readRemediationTaskStatus, 'status'),
  statusLastModifiedOn: asTime('statusLastModifiedOn'),
  createdOn: asTime('createdOn'),
  dueOn: asTime('dueOn'),
  requesterId: asText('requesterId'),
  requesterEmail: asText('requesterEmail'),
  requesterNotes: asText('requesterNotes'),
  relatedComponent: asText('relatedComponent'),
  targetDevices: asNumber('targetDevices'),
  fixedDevices: asNumber('fixedDevices'),
  rbacGroupNames: asTexts('rbacGroupNames'),
  category: asText('category'),
  productivityImpactRemediationType: asText('productivityImpactRemediationType'),
  priority: asText('priority'),
  completionMethod: asText('completionMethod'),
  completerId: asText('completerId'),
  completerEmail: asText('completerEmail'),
  scid: asText('scid'),
  type: asText('type'),
  productId: asText('productId'),
  vendorId: asText('vendorId'),
  nameId: asText('nameId'),
  recommendedVersion: asText('recommendedVersion'),
  recommendedVendor: asText('recommendedVendor'),
  recommendedProgram: asText('recommendedProgram'),
  raw: asSent(),
} as const;

/** A request to remediate that somebody made in the Defender portal. */
export interface RemediationTask extends OfTenant, EntityOf<typeof remediationTaskFields> {}

/** Reads one. */
export const remediationTaskFromMde = fromMde(remediationTaskFields);

/** A GUID by its page, though samples print letters beyond `f`. */
const id = { field: 'taskId', form: /^[0-9a-z]{8}(-[0-9a-z]{4}){3}-[0-9a-z]{12}$/i, says: 'a GUID' } as const;
const idOf = ({ taskId }: RemediationTask): string => taskId;
const created = ({ createdOn }: RemediationTask) => createdOn;

/** get-remediation-all-activities.md: nothing but `createdOn` and `status`. */
const rows = {
  status: amongWords(({ status }: RemediationTask) => status, {
    mde: ['status', vulnerabilityManagementWords.remediationTaskStatus],
  }),
  createdAfter: since(created, { mde: 'createdOn' }),
  createdBefore: until(created, { mde: 'createdOn' }),
} satisfies FilterRows<RemediationTaskFilter, RemediationTask>;

/** The row of the table of entities. */
export const remediationTasks = entity({
  type: 'RemediationTask',
  id,
  idOf,
  permission: 'vulnerability:read',
  visible: byPermissionAlone,
  reads: mdeReads<RemediationTaskFilter, RemediationTask>({
    capability: 'remediationTasks.read',
    kind: identified('a remediation task', 'remediation tasks'),
    list: mde.listRemediationTasks,
    one: (id, kind) => one(mde.getRemediationTask, { id }, kind),
    read: remediationTaskFromMde,
    rows,
    idOf,
    many: 'each',
  }),
  timeOf: null,
  orders: {},
  check: checkedBy<RemediationTaskFilter, RemediationTask>(rows),
});
