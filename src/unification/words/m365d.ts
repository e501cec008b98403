import {
  alertStatusWords,
  classificationWords,
  determinationWords,
  incidentStatusWords,
  severityWords,
} from './triage.ts';
import { writerOf } from './words.ts';

/** Our values in Microsoft 365 Defender's words, for its filters and updates; null where it has none. */
export const toM365d = {
  severity: writerOf(severityWords, 'm365d'),
  incidentStatus: writerOf(incidentStatusWords, 'm365d'),
  alertStatus: writerOf(alertStatusWords, 'm365d'),
  classification: writerOf(classificationWords, 'm365d'),
  determination: writerOf(determinationWords, 'm365d'),
} as const;
