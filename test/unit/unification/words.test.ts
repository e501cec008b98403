import { describe, expect, test } from 'vitest';
import * as enums from '../../../src/domain/enums.ts';
import {
  readDetectionSource,
  readDetectionStatus,
  readInvestigationState,
  readRemediationStatus,
  readServiceSource,
  readVerdict,
} from '../../../src/unification/words/detection.ts';
import { toGraph } from '../../../src/unification/words/graph.ts';
import { toM365d } from '../../../src/unification/words/m365d.ts';
import {
  readCommandType,
  readMachineActionStatus,
  readMachineActionType,
} from '../../../src/unification/words/machine-actions.ts';
import {
  readDeviceValue,
  readExposureLevel,
  readHealthStatus,
  readOnboardingStatus,
  readRiskScore,
} from '../../../src/unification/words/machines.ts';
import { toMde } from '../../../src/unification/words/mde.ts';
import {
  readAlertStatus,
  readClassification,
  readDetermination,
  readIncidentStatus,
  readSeverity,
} from '../../../src/unification/words/triage.ts';

describe('determination, over every spelling that a page prints', () => {
  test.each([
    ['MULTI_STAGED_ATTACK', 'multiStagedAttack', 'MultiStagedAttack'],
    ['MALICIOUS_USER_ACTIVITY', 'maliciousUserActivity', 'MaliciousUserActivity'],
    ['COMPROMISED_ACCOUNT', 'compromisedAccount', 'compromisedUser', 'CompromisedAccount', 'CompromisedUser'],
    ['MALWARE', 'malware', 'Malware'],
    ['PHISHING', 'phishing', 'Phishing'],
    ['UNWANTED_SOFTWARE', 'unwantedSoftware', 'UnwantedSoftware'],
    ['OTHER', 'other', 'Other'],
    ['SECURITY_TESTING', 'securityTesting', 'SecurityTesting'],
    ['LINE_OF_BUSINESS', 'lineOfBusinessApplication', 'LineOfBusinessApplication', 'Line of business application'],
    ['CONFIRMED_ACTIVITY', 'confirmedActivity', 'confirmedUserActivity', 'ConfirmedActivity', 'ConfirmedUserActivity'],
    ['NOT_MALICIOUS', 'notMalicious', 'clean', 'NotMalicious', 'Clean'],
    [
      'INSUFFICIENT_DATA',
      'notEnoughDataToValidate',
      'insufficientData',
      'NoEnoughDataToValidate',
      'NotEnoughDataToValidate',
      'InsufficientData',
    ],
    ['UNKNOWN', 'unknown', 'NotAvailable', 'unknownFutureValue', 'sentByTomorrow'],
    ['APT', 'apt', 'Apt'],
    ['SECURITY_PERSONNEL', 'securityPersonnel', 'SecurityPersonnel'],
  ])('%s', (value, ...spellings) => {
    expect(spellings.map(readDetermination)).toEqual(spellings.map(() => value));
  });
});

describe('words that the APIs spell otherwise than the graph', () => {
  test.each([
    [readSeverity, 'UnSpecified', 'UNKNOWN'],
    [readSeverity, 'HIGH', 'HIGH'],
    [readIncidentStatus, 'inProgress', 'IN_PROGRESS'],
    [readIncidentStatus, 'In progress', 'IN_PROGRESS'],
    [readIncidentStatus, 'awaitingAction', 'AWAITING_ACTION'],
    [readIncidentStatus, 'unknownFutureValue', 'UNKNOWN'],
    [readAlertStatus, 'Active', 'IN_PROGRESS'],
    [readClassification, 'Informational, expected activity', 'INFORMATIONAL_EXPECTED_ACTIVITY'],
    [readClassification, 'TruePositive', 'TRUE_POSITIVE'],
    [readClassification, null, 'UNKNOWN'],
    [readServiceSource, 'MicrosoftDefenderATP', 'MICROSOFT_DEFENDER_FOR_ENDPOINT'],
    [readServiceSource, 'MicrosoftCloudAppSecurity', 'MICROSOFT_DEFENDER_FOR_CLOUD_APPS'],
    [readServiceSource, 'OfficeATP', 'MICROSOFT_DEFENDER_FOR_OFFICE365'],
    [readServiceSource, 'AzureATP', 'MICROSOFT_DEFENDER_FOR_IDENTITY'],
    [readServiceSource, 'microsoftSecurityForAI', 'MICROSOFT_SECURITY_FOR_AI'],
    [readInvestigationState, 'UnsupportedOs', 'UNSUPPORTED_OS'],
    [readVerdict, 'NoThreatsFound', 'NO_THREATS_FOUND'],
    [readHealthStatus, 'NoSensorDataImpairedCommunication', 'NO_SENSOR_DATA_IMPAIRED_COMMUNICATION'],
    [readRiskScore, null, 'UNKNOWN'],
    [readExposureLevel, 'None', 'NONE'],
    [readDeviceValue, 'Normal', 'NORMAL'],
    [readOnboardingStatus, 'onboarded', 'ONBOARDED'],
    [readMachineActionType, 'runantivirusscan', 'RUN_ANTI_VIRUS_SCAN'],
    [readMachineActionType, 'Teleport', 'OTHER'],
    [readMachineActionStatus, 'Canceled', 'CANCELLED'],
    [readMachineActionStatus, 'TimeOut', 'TIME_OUT'],
    [readCommandType, 'GetFile', 'GET_FILE'],
    [readDetectionSource, 'WindowsDefenderAtp', 'microsoftDefenderForEndpoint'],
    [readDetectionSource, 'WindowsDefenderAv', 'antivirus'],
    [readDetectionSource, 'MCAS', 'cloudAppSecurity'],
    [readDetectionSource, 'nrtAlerts', 'nrtAlerts'],
    [readDetectionSource, '', null],
    [readDetectionStatus, 'Prevented', 'prevented'],
    [readRemediationStatus, 'PartiallyRemediated', 'partiallyRemediated'],
    [readRemediationStatus, 'SentByTomorrow', 'SentByTomorrow'],
  ])('%o reads %j as %j', (read, word, value) => expect(read(word)).toBe(value));

  test.each(['__proto__', 'constructor', 'toString', 5, {}, []])('%j is an unknown word, not an error', (word) => {
    expect(readSeverity(word)).toBe('UNKNOWN');
  });
});

describe('a value written in an API’s word reads back as itself', () => {
  const pairs = [
    ['severity', enums.severities, readSeverity],
    ['incidentStatus', enums.incidentStatuses, readIncidentStatus],
    ['alertStatus', enums.alertStatuses, readAlertStatus],
    ['classification', enums.classifications, readClassification],
    ['determination', enums.determinations, readDetermination],
    ['serviceSource', enums.serviceSources, readServiceSource],
    ['healthStatus', enums.healthStatuses, readHealthStatus],
    ['riskScore', enums.riskScores, readRiskScore],
    ['exposureLevel', enums.exposureLevels, readExposureLevel],
    ['deviceValue', enums.deviceValues, readDeviceValue],
    ['onboardingStatus', enums.onboardingStatuses, readOnboardingStatus],
    ['machineActionType', enums.machineActionTypes, readMachineActionType],
    ['machineActionStatus', enums.machineActionStatuses, readMachineActionStatus],
    ['commandType', enums.liveResponseCommandTypes, readCommandType],
  ] as const;

  test.each(pairs)('%s', (name, values, read) => {
    for (const [api, table] of Object.entries({ toGraph, toM365d, toMde })) {
      const write: unknown = Object.entries(table).find(([key]) => key === name)?.[1];
      if (typeof write !== 'function') continue;
      for (const value of values) {
        const word: unknown = write(value);
        if (word !== null) expect(read(word), `${api} ${value}`).toBe(value);
      }
    }
  });

  test('no word is made up where an API has none', () => {
    expect(toMde.determination('APT')).toBeNull();
    expect(toM365d.incidentStatus('AWAITING_ACTION')).toBeNull();
    expect(toMde.riskScore('UNKNOWN')).toBeNull();
    expect(toGraph.incidentStatus('UNKNOWN')).toBeNull();
  });

  test('what a person can set has a word in every API that has the thing', () => {
    // security-incident-update.md, api-update-incidents.md
    for (const status of ['ACTIVE', 'IN_PROGRESS', 'RESOLVED'] as const) {
      expect(toGraph.incidentStatus(status)).not.toBeNull();
      expect(toM365d.incidentStatus(status)).not.toBeNull();
    }
    // security-alert-update.md, update-alert.md
    for (const status of ['NEW', 'IN_PROGRESS', 'RESOLVED'] as const) {
      expect(toGraph.alertStatus(status)).not.toBeNull();
      expect(toMde.alertStatus(status)).not.toBeNull();
    }
  });
});
