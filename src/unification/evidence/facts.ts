import { as, asText, asTexts, asTime, asWord, type EntityOf, type Fields, readFields } from '../fields.ts';
import { readRemediationStatus, readVerdict } from '../words/detection.ts';

/** One row for each of them. */
export const facts = {
  createdAt: asTime('createdDateTime', 'evidenceCreationTime'),
  verdict: asWord(readVerdict, 'verdict'),
  remediationStatus: as(readRemediationStatus, 'remediationStatus'),
  remediationStatusDetails: asText('remediationStatusDetails'),
  roles: asTexts('roles'),
  detailedRoles: asTexts('detailedRoles'),
  tags: asTexts('tags'),
} as const satisfies Fields;

/** What every kind of evidence has. resources/security-alertevidence.md */
export interface EvidenceFacts extends EntityOf<typeof facts> {
  /** The tenant's configured name: evidence leads on to machines. */
  readonly tenant: string;
  /** As Microsoft sent it; `null` where it was made of an alert's own words. */
  readonly raw: unknown;
}

/** What every kind has, as any of the APIs sends it. */
export const readFacts = readFields(facts);
