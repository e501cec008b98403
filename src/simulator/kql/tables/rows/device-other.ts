import { deviceEventsColumns } from '../../../../microsoft/hunting/device-events.ts';
import { deviceLogonEventsColumns } from '../../../../microsoft/hunting/device-logon-events.ts';
import { isoTime } from '../../../world/times.ts';
import { ordinaryProcess } from '../background/processes.ts';
import { eachSlot } from '../background/slots.ts';
import { type Cells, chained, defineTable, type TableSource } from '../table.ts';
import { actorOf, evidenceOf } from './alert-evidence.ts';
import { accountCells, fileCells, initiatingCells, machineCells, reportIdOf } from './cells.ts';

const logonTypes = ['Interactive', 'Network', 'RemoteInteractive', 'Batch'] as const;
const otherActions = [
  'PowerShellCommand',
  'BrowserLaunchedToOpenUrl',
  'ScheduledTaskUpdated',
  'UsbDriveMounted',
] as const;

/** Logons: every ordinary slot one, about one in ten refused. */
export const deviceLogonEvents: TableSource = defineTable(deviceLogonEventsColumns, 'Timestamp', (estate) =>
  eachSlot(estate, 'DeviceLogonEvents', 6, (slot) => {
    const { machine, user, random } = slot;
    const at = isoTime(slot.atMs, random);
    const logonType = random.pick(logonTypes);
    const refused = random.chance(0.1);
    const remote = logonType === 'Network' || logonType === 'RemoteInteractive';
    return {
      Timestamp: at,
      ...machineCells(machine),
      ActionType: refused ? 'LogonFailed' : 'LogonSuccess',
      LogonType: logonType,
      ...accountCells(user),
      Protocol: remote ? 'Kerberos' : 'Negotiate',
      FailureReason: refused ? 'InvalidUserNameOrPassword' : '',
      IsLocalAdmin: random.chance(0.1),
      LogonId: random.int(100_000, 90_000_000),
      RemoteIP: remote ? `10.20.${random.int(0, 60)}.${random.int(2, 250)}` : '',
      RemoteIPType: remote ? 'Private' : '',
      RemotePort: remote ? random.int(49_152, 65_535) : null,
      ...initiatingCells(ordinaryProcess(slot)),
      ReportId: reportIdOf(machine.id, at, 'logon'),
      AdditionalFields: JSON.stringify({ IsLocalLogon: !remote }),
    };
  }),
);

/** Events of many kinds: antivirus detections of the alerts' files, among ordinary ones. */
export const deviceEvents: TableSource = defineTable(deviceEventsColumns, 'Timestamp', (estate) =>
  chained<Cells<typeof deviceEventsColumns>>(
    evidenceOf(estate, 'file').map(({ alert, evidence }) => {
      const actor = actorOf(alert);
      return {
        Timestamp: alert.firstActivityAt,
        ...machineCells(evidence.machine),
        ActionType: 'AntivirusDetection',
        ...fileCells(evidence.file),
        ...(actor === null ? {} : { ...accountCells(actor.user), ...initiatingCells(actor) }),
        ReportId: reportIdOf(evidence.machine.id, alert.id, evidence.file.sha1),
        AdditionalFields: JSON.stringify({
          ThreatName: alert.threatName ?? alert.title,
          WasRemediated: evidence.detectionStatus !== 'detected',
        }),
      };
    }),
    eachSlot(estate, 'DeviceEvents', 6, (slot) => {
      const process = ordinaryProcess(slot);
      const action = slot.random.pick(otherActions);
      const at = isoTime(slot.atMs, slot.random);
      return {
        Timestamp: at,
        ...machineCells(slot.machine),
        ActionType: action,
        ...accountCells(slot.user),
        RemoteUrl: action === 'BrowserLaunchedToOpenUrl' ? 'https://news.fabrikam.com/today' : '',
        ...initiatingCells(process),
        ReportId: reportIdOf(slot.machine.id, at, action),
        AdditionalFields: action === 'PowerShellCommand' ? JSON.stringify({ Command: 'Get-Service' }) : '{}',
      };
    }),
  ),
);
