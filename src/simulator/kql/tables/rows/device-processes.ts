import { deviceImageLoadEventsColumns } from '../../../../microsoft/hunting/device-image-load-events.ts';
import { deviceProcessEventsColumns } from '../../../../microsoft/hunting/device-process-events.ts';
import type { WorldMachine, WorldProcess } from '../../../world/types.ts';
import { ordinaryProcess } from '../background/processes.ts';
import { eachSlot } from '../background/slots.ts';
import { type Cells, chained, defineTable, type TableSource } from '../table.ts';
import { evidenceOf } from './alert-evidence.ts';
import { entraAccountCells, fileCells, initiatingCells, machineCells, parentCells, reportIdOf } from './cells.ts';

/** Process starts: those the alerts point at, among the ordinary ones. */
export const deviceProcessEvents: TableSource = defineTable(deviceProcessEventsColumns, 'Timestamp', (estate) =>
  chained(
    evidenceOf(estate, 'process').map(({ evidence }) => started(evidence.machine, evidence.process)),
    eachSlot(estate, 'DeviceProcessEvents', 6, (slot) => started(slot.machine, ordinaryProcess(slot))),
  ),
);

/** Libraries loaded by ordinary processes, and the images of the alerts' ones. */
export const deviceImageLoadEvents: TableSource = defineTable(deviceImageLoadEventsColumns, 'Timestamp', (estate) =>
  chained(
    evidenceOf(estate, 'process').map(({ evidence }) => loaded(evidence.machine, evidence.process)),
    eachSlot(estate, 'DeviceImageLoadEvents', 24, (slot) => loaded(slot.machine, ordinaryProcess(slot))),
  ),
);

function started(machine: WorldMachine, process: WorldProcess): Cells<typeof deviceProcessEventsColumns> {
  const { image, user } = process;
  return {
    Timestamp: process.createdAt,
    ...machineCells(machine),
    ActionType: 'ProcessCreated',
    ...fileCells(image),
    ProcessVersionInfoCompanyName: image.publisher,
    ProcessVersionInfoOriginalFileName: image.fileName,
    ProcessId: process.processId,
    ProcessCommandLine: process.commandLine,
    ProcessIntegrityLevel: user.userSid === 'S-1-5-18' ? 'System' : 'Medium',
    ProcessTokenElevation: 'TokenElevationTypeDefault',
    ProcessCreationTime: process.createdAt,
    ...entraAccountCells(user),
    ...parentCells(process),
    InitiatingProcessSignerType: 'OsVendor',
    InitiatingProcessSignatureStatus: 'Valid',
    CreatedProcessSessionId: 1,
    IsProcessRemoteSession: false,
    ReportId: reportIdOf(machine.id, process.createdAt),
    AdditionalFields: '{}',
  };
}

function loaded(machine: WorldMachine, process: WorldProcess): Cells<typeof deviceImageLoadEventsColumns> {
  return {
    Timestamp: process.createdAt,
    ...machineCells(machine),
    ActionType: 'ImageLoaded',
    ...fileCells(process.image),
    ...initiatingCells(process),
    ReportId: reportIdOf(machine.id, process.createdAt, 'load'),
  };
}
