import { asId, asNumber, asSent, asText, asTexts, asTime, asWord, type EntityOf } from '../unification/fields.ts';
import { readRemediationTaskStatus } from '../unification/words/vulnerability-management.ts';
import { fromMde, type OfTenant } from './entity.ts';

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
