import type { EvidenceFacts, FileDetails, FileEvidence, ProcessEvidence } from '../../domain/evidence.ts';
import type { GraphFileDetails, GraphFileEvidence, GraphProcessEvidence } from '../../upstream/graph/wire-evidence.ts';
import { number, object, text, time } from '../values.ts';
import { readDetectionStatus } from '../words/detection.ts';
import { accountFromFlat, accountFromGraph } from './accounts.ts';
import type { FlatEvidence } from './facts.ts';

const noFile: FileDetails = {
  fileName: null,
  filePath: null,
  sha1: null,
  sha256: null,
  md5: null,
  fileSize: null,
  filePublisher: null,
  signer: null,
  issuer: null,
};

const fileDetailsFromGraph = (wire: GraphFileDetails | null | undefined): FileDetails | null => {
  const file = object(wire);
  return file === null
    ? null
    : {
        fileName: text(file.fileName),
        filePath: text(file.filePath),
        sha1: text(file.sha1),
        sha256: text(file.sha256),
        md5: text(file.md5),
        fileSize: number(file.fileSize),
        filePublisher: text(file.filePublisher),
        signer: text(file.signer),
        issuer: text(file.issuer),
      };
};

const fileDetailsFromFlat = (wire: FlatEvidence): FileDetails => ({
  ...noFile,
  fileName: text(wire.fileName),
  filePath: text(wire.filePath),
  sha1: text(wire.sha1),
  sha256: text(wire.sha256),
});

const parentFileFromFlat = (wire: FlatEvidence): FileDetails | null => {
  const fileName = text(wire.parentProcessFileName);
  const filePath = text(wire.parentProcessFilePath);
  return fileName === null && filePath === null ? null : { ...noFile, fileName, filePath };
};

/** resources/security-fileevidence.md */
export const fileFromGraph = (facts: EvidenceFacts, wire: GraphFileEvidence): FileEvidence => ({
  ...facts,
  kind: 'FileEvidence',
  fileDetails: fileDetailsFromGraph(wire.fileDetails) ?? noFile,
  detectionStatus: readDetectionStatus(wire.detectionStatus),
  machineId: text(wire.mdeDeviceId),
});

/** `File`: alerts.md, api-list-incidents.md. `machineId`: the alert's machine, where the record names none itself. */
export const fileFromFlat = (facts: EvidenceFacts, wire: FlatEvidence, machineId: string | null): FileEvidence => ({
  ...facts,
  kind: 'FileEvidence',
  fileDetails: fileDetailsFromFlat(wire),
  detectionStatus: readDetectionStatus(wire.detectionStatus),
  machineId: text(wire.deviceId) ?? machineId,
});

/** resources/security-processevidence.md */
export const processFromGraph = (facts: EvidenceFacts, wire: GraphProcessEvidence): ProcessEvidence => ({
  ...facts,
  kind: 'ProcessEvidence',
  processId: number(wire.processId),
  processCommandLine: text(wire.processCommandLine),
  processCreatedAt: time(wire.processCreationDateTime),
  imageFile: fileDetailsFromGraph(wire.imageFile) ?? noFile,
  parentProcessId: number(wire.parentProcessId),
  parentProcessCreatedAt: time(wire.parentProcessCreationDateTime),
  parentImageFile: fileDetailsFromGraph(wire.parentProcessImageFile),
  userAccount: accountFromGraph(wire.userAccount),
  detectionStatus: readDetectionStatus(wire.detectionStatus),
  machineId: text(wire.mdeDeviceId),
});

/** `Process`: alerts.md, api-list-incidents.md. `machineId`: the alert's machine, where the record names none itself. */
export const processFromFlat = (
  facts: EvidenceFacts,
  wire: FlatEvidence,
  machineId: string | null,
): ProcessEvidence => ({
  ...facts,
  kind: 'ProcessEvidence',
  processId: number(wire.processId),
  processCommandLine: text(wire.processCommandLine),
  processCreatedAt: time(wire.processCreationTime),
  imageFile: fileDetailsFromFlat(wire),
  parentProcessId: number(wire.parentProcessId),
  parentProcessCreatedAt: time(wire.parentProcessCreationTime),
  parentImageFile: parentFileFromFlat(wire),
  userAccount: accountFromFlat(wire),
  detectionStatus: readDetectionStatus(wire.detectionStatus),
  machineId: text(wire.deviceId) ?? machineId,
});
