import { setOfApplication } from '../domain/indicator-sets.ts';
import {
  as,
  asBoolean,
  asId,
  asSent,
  asText,
  asTexts,
  asTime,
  asWord,
  type EntityOf,
  or,
} from '../unification/fields.ts';
import { readIndicatorAction, readIndicatorSourceType, readIndicatorType } from '../unification/words/indicators.ts';
import { readSeverity } from '../unification/words/triage.ts';
import { fromMde, type OfTenant } from './entity.ts';

/** ti-indicator.md; the samples call `createdBySource` by another name. */
export const indicatorFields = {
  indicatorId: asId('id'),
  indicatorType: asWord(readIndicatorType, 'indicatorType'),
  indicatorValue: or(asText('indicatorValue'), ''),
  action: asWord(readIndicatorAction, 'action'),
  severity: asWord(readSeverity, 'severity'),
  title: asText('title'),
  description: asText('description'),
  recommendedActions: asText('recommendedActions'),
  generateAlert: asBoolean('generateAlert'),
  expirationTime: asTime('expirationTime'),
  rbacGroupNames: asTexts('rbacGroupNames'),
  rbacGroupIds: asTexts('rbacGroupIds'),
  application: asText('application'),
  set: as(setOfApplication, 'application'),
  externalId: asText('externalID', 'externalId'),
  sourceType: asWord(readIndicatorSourceType, 'sourceType'),
  createdBySource: asText('createdBySource', 'source'),
  createdBy: asText('createdBy'),
  lastUpdatedBy: asText('lastUpdatedBy'),
  creationTime: asTime('creationTimeDateTimeUtc'),
  lastUpdateTime: asTime('lastUpdateTime'),
  raw: asSent(),
} as const;

/** What a tenant allows, watches for or blocks. */
export interface Indicator extends OfTenant, EntityOf<typeof indicatorFields> {}

/** Reads one. */
export const indicatorFromMde = fromMde(indicatorFields);
