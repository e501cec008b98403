import {
  type DeviceValue,
  deviceValues,
  type ExposureLevel,
  exposureLevels,
  healthStatuses,
  type MachineHealthStatus,
  type MachineRiskScore,
  type OnboardingStatus,
  onboardingStatuses,
  riskScores,
} from '../../domain/enums.ts';
import { readerOf, type WordTable } from './words.ts';

/** Machines themselves are MDE's alone; the other two APIs name them in evidence, which cannot be asked for by these words. */
const named = (mde: string | null) => ({ graph: null, m365d: null, mde });

/** machine.md */
export const healthStatusWords = {
  ACTIVE: named('Active'),
  INACTIVE: named('Inactive'),
  IMPAIRED_COMMUNICATION: named('ImpairedCommunication'),
  NO_SENSOR_DATA: named('NoSensorData'),
  NO_SENSOR_DATA_IMPAIRED_COMMUNICATION: named('NoSensorDataImpairedCommunication'),
  UNKNOWN: named('Unknown'),
} satisfies WordTable<MachineHealthStatus>;

/** machine.md; what is unknown is null there. */
export const riskScoreWords = {
  UNKNOWN: named(null),
  NONE: named('None'),
  INFORMATIONAL: named('Informational'),
  LOW: named('Low'),
  MEDIUM: named('Medium'),
  HIGH: named('High'),
} satisfies WordTable<MachineRiskScore>;

/** machine.md */
export const exposureLevelWords = {
  UNKNOWN: named(null),
  NONE: named('None'),
  LOW: named('Low'),
  MEDIUM: named('Medium'),
  HIGH: named('High'),
} satisfies WordTable<ExposureLevel>;

/** machine.md */
export const deviceValueWords = {
  UNKNOWN: named(null),
  LOW: named('Low'),
  NORMAL: named('Normal'),
  HIGH: named('High'),
} satisfies WordTable<DeviceValue>;

/** machine.md; the table prints one value in lower case. */
export const onboardingStatusWords = {
  UNKNOWN: named(null),
  ONBOARDED: named('Onboarded'),
  CAN_BE_ONBOARDED: named('CanBeOnboarded'),
  UNSUPPORTED: named('Unsupported'),
  INSUFFICIENT_INFO: named('InsufficientInfo'),
} satisfies WordTable<OnboardingStatus>;

/** Any API's word; `UNKNOWN` for an unknown one. */
export const readHealthStatus = readerOf(healthStatuses, healthStatusWords, 'UNKNOWN');
/** Any API's word; `UNKNOWN` for an unknown one. */
export const readRiskScore = readerOf(riskScores, riskScoreWords, 'UNKNOWN');
/** Any API's word; `UNKNOWN` for an unknown one. */
export const readExposureLevel = readerOf(exposureLevels, exposureLevelWords, 'UNKNOWN');
/** Any API's word; `UNKNOWN` for an unknown one. */
export const readDeviceValue = readerOf(deviceValues, deviceValueWords, 'UNKNOWN');
/** Any API's word; `UNKNOWN` for an unknown one. */
export const readOnboardingStatus = readerOf(onboardingStatuses, onboardingStatusWords, 'UNKNOWN');
