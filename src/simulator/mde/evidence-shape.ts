import { pascal } from '../defender/names.ts';
import type { WorldEvidence, WorldFile, WorldProcess, WorldUser } from '../world/types.ts';

/** The flat record of MDE: every property is there, null where it does not apply (alerts.md). */
const blank = {
  sha1: null,
  sha256: null,
  fileName: null,
  filePath: null,
  processId: null,
  processCommandLine: null,
  processCreationTime: null,
  parentProcessId: null,
  parentProcessCreationTime: null,
  parentProcessFileName: null,
  parentProcessFilePath: null,
  ipAddress: null,
  url: null,
  registryKey: null,
  registryHive: null,
  registryValueType: null,
  registryValue: null,
  accountName: null,
  domainName: null,
  userSid: null,
  aadUserId: null,
  userPrincipalName: null,
  detectionStatus: null,
} as const;

type EvidenceRecord = Readonly<Record<string, unknown>>;

const file = ({ sha1, sha256, fileName, filePath }: WorldFile): EvidenceRecord => ({
  sha1,
  sha256,
  fileName,
  filePath,
});

const user = ({ accountName, domainName, userSid, aadUserId, userPrincipalName }: WorldUser): EvidenceRecord => ({
  accountName,
  domainName,
  userSid,
  aadUserId,
  userPrincipalName,
});

const process = (value: WorldProcess): EvidenceRecord => ({
  ...file(value.image),
  processId: value.processId,
  processCommandLine: value.commandLine,
  processCreationTime: value.createdAt,
  parentProcessId: value.parentProcessId,
  parentProcessCreationTime: value.parentCreatedAt,
  parentProcessFileName: value.parentImage.fileName,
  parentProcessFilePath: value.parentImage.filePath,
});

/** What an alert of MDE can show; evidence of other products' kinds is left out. */
function particulars(evidence: WorldEvidence): { readonly entityType: string; readonly values: EvidenceRecord } | null {
  switch (evidence.type) {
    case 'user':
      return { entityType: 'User', values: user(evidence.user) };
    case 'file':
      return {
        entityType: 'File',
        values: { ...file(evidence.file), detectionStatus: pascal(evidence.detectionStatus) },
      };
    case 'process':
      return {
        entityType: 'Process',
        values: { ...process(evidence.process), detectionStatus: pascal(evidence.detectionStatus) },
      };
    case 'ip':
      return { entityType: 'Ip', values: { ipAddress: evidence.ipAddress } };
    case 'url':
      return { entityType: 'Url', values: { url: evidence.url } };
    case 'registryKey':
      return { entityType: 'Registry', values: { registryHive: evidence.hive, registryKey: evidence.key } };
    case 'registryValue':
      return {
        entityType: 'Registry',
        values: {
          registryHive: evidence.hive,
          registryKey: evidence.key,
          registryValueType: evidence.valueType,
          registryValue: evidence.value,
        },
      };
    case 'unheardOf':
      return { entityType: 'UnheardOf', values: {} };
    default:
      return null;
  }
}

/** Evidence of an alert, as `$expand=evidence` and the single read show it. */
export function evidenceShape(evidence: readonly WorldEvidence[]): readonly EvidenceRecord[] {
  return evidence.flatMap((one) => {
    const shown = particulars(one);
    if (shown === null) return [];
    return [{ entityType: shown.entityType, evidenceCreationTime: one.createdAt, ...blank, ...shown.values }];
  });
}
