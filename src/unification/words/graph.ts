import { serviceSourceWords } from './detection.ts';
import {
  alertStatusWords,
  classificationWords,
  determinationWords,
  incidentStatusWords,
  severityWords,
} from './triage.ts';
import { writerOf } from './words.ts';

/** Our values in Graph's words, for its filters and updates; null where it has none. */
export const toGraph = {
  severity: writerOf(severityWords, 'graph'),
  incidentStatus: writerOf(incidentStatusWords, 'graph'),
  alertStatus: writerOf(alertStatusWords, 'graph'),
  classification: writerOf(classificationWords, 'graph'),
  determination: writerOf(determinationWords, 'graph'),
  serviceSource: writerOf(serviceSourceWords, 'graph'),
} as const;
