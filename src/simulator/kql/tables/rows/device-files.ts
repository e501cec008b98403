import { deviceFileEventsColumns } from '../../../../microsoft/hunting/device-file-events.ts';
import { deviceRegistryEventsColumns } from '../../../../microsoft/hunting/device-registry-events.ts';
import { isoTime } from '../../../world/times.ts';
import type { WorldFile, WorldMachine, WorldProcess } from '../../../world/types.ts';
import { ordinaryProcess } from '../background/processes.ts';
import { eachSlot, slotsOf } from '../background/slots.ts';
import { type Cells, chained, defineTable, type TableSource } from '../table.ts';
import { actorOf, evidenceOf } from './alert-evidence.ts';
import { fileCells, initiatingCells, machineCells, reportIdOf } from './cells.ts';

const actions = ['FileCreated', 'FileModified', 'FileRenamed', 'FileDeleted'] as const;

/** Files made and changed: those of the alerts, with the URL they came from if the alert knows one, among ordinary ones. */
export const deviceFileEvents: TableSource = defineTable(deviceFileEventsColumns, 'Timestamp', (estate) =>
  chained(
    evidenceOf(estate, 'file').map(({ alert, evidence }) => {
      const origin = alert.evidence.find((other) => other.type === 'url');
      return {
        ...touched(evidence.machine, evidence.file, alert.firstActivityAt, 'FileCreated', actorOf(alert)),
        FileOriginUrl: origin?.type === 'url' ? origin.url : '',
      };
    }),
    eachSlot(estate, 'DeviceFileEvents', 6, (slot) => {
      const process = ordinaryProcess(slot);
      const number = slot.random.int(1, 400);
      const file = document(number, process.user.accountName, process.image.filePath.startsWith('/'));
      return touched(slot.machine, file, isoTime(slot.atMs, slot.random), slot.random.pick(actions), process);
    }),
  ),
);

/** Registry values set: those of the alerts, among ordinary ones on Windows. */
export const deviceRegistryEvents: TableSource = defineTable(deviceRegistryEventsColumns, 'Timestamp', (estate) => [
  ...evidenceOf(estate, 'registryValue').map(({ alert, evidence }) => ({
    ...setValue(evidence.machine, alert.firstActivityAt, actorOf(alert)),
    RegistryKey: `${evidence.hive}\\${evidence.key}`,
    RegistryValueName: evidence.valueName,
    RegistryValueData: evidence.value,
    RegistryValueType: evidence.valueType,
  })),
  ...[...slotsOf(estate, 'DeviceRegistryEvents', 24)]
    .filter(({ machine }) => machine.osPlatform.startsWith('Windows'))
    .map((slot) => ({
      ...setValue(slot.machine, isoTime(slot.atMs, slot.random), ordinaryProcess(slot)),
      RegistryKey: 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Contoso\\Inventory',
      RegistryValueName: 'LastRun',
      RegistryValueData: String(slot.atMs),
      RegistryValueType: 'String',
    })),
]);

/** A document of a person's work; its hashes follow from its name. */
function document(number: number, owner: string, unix: boolean): WorldFile {
  const digits = number.toString(16).padStart(4, '0');
  return {
    fileName: `notes-${number}.docx`,
    filePath: unix ? `/home/${owner}/documents` : `C:\\Users\\${owner}\\Documents`,
    sha1: digits.repeat(10),
    sha256: digits.repeat(16),
    fileSize: 10_000 + number * 37,
    publisher: null,
  };
}

function touched(
  machine: WorldMachine,
  file: WorldFile,
  at: string,
  action: string,
  process: WorldProcess | null,
): Cells<typeof deviceFileEventsColumns> {
  return {
    Timestamp: at,
    ...machineCells(machine),
    ActionType: action,
    ...fileCells(file),
    ...(process === null ? {} : initiatingCells(process)),
    RequestProtocol: 'Local',
    IsAzureInfoProtectionApplied: false,
    ReportId: reportIdOf(machine.id, at, file.sha1),
    AdditionalFields: JSON.stringify({ FileType: file.fileName.split('.').at(-1) ?? '' }),
  };
}

function setValue(
  machine: WorldMachine,
  at: string,
  process: WorldProcess | null,
): Cells<typeof deviceRegistryEventsColumns> {
  return {
    Timestamp: at,
    ...machineCells(machine),
    ActionType: 'RegistryValueSet',
    ...(process === null ? {} : initiatingCells(process)),
    ReportId: reportIdOf(machine.id, at, 'registry'),
  };
}
