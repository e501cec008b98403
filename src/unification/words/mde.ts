import { commandTypeWords, machineActionStatusWords, machineActionTypeWords } from './machine-actions.ts';
import {
  deviceValueWords,
  exposureLevelWords,
  healthStatusWords,
  onboardingStatusWords,
  riskScoreWords,
} from './machines.ts';
import { alertStatusWords, classificationWords, determinationWords, severityWords } from './triage.ts';
import { writerOf } from './words.ts';

/** Our values in Defender for Endpoint's words, for its filters, updates and actions; null where it has none. */
export const toMde = {
  severity: writerOf(severityWords, 'mde'),
  alertStatus: writerOf(alertStatusWords, 'mde'),
  classification: writerOf(classificationWords, 'mde'),
  determination: writerOf(determinationWords, 'mde'),
  healthStatus: writerOf(healthStatusWords, 'mde'),
  riskScore: writerOf(riskScoreWords, 'mde'),
  exposureLevel: writerOf(exposureLevelWords, 'mde'),
  deviceValue: writerOf(deviceValueWords, 'mde'),
  onboardingStatus: writerOf(onboardingStatusWords, 'mde'),
  machineActionType: writerOf(machineActionTypeWords, 'mde'),
  machineActionStatus: writerOf(machineActionStatusWords, 'mde'),
  commandType: writerOf(commandTypeWords, 'mde'),
} as const;
