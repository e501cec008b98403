import { deviceNetworkEventsColumns } from '../../../../microsoft/hunting/device-network-events.ts';
import { isoTime } from '../../../world/times.ts';
import type { WorldMachine, WorldProcess } from '../../../world/types.ts';
import { ordinaryProcess } from '../background/processes.ts';
import { eachSlot } from '../background/slots.ts';
import { type Cells, chained, defineTable, type TableSource } from '../table.ts';
import { actorOf, evidenceOf, machineOf } from './alert-evidence.ts';
import { initiatingCells, machineCells, reportIdOf } from './cells.ts';

interface Remote {
  readonly ip: string;
  readonly url: string;
  readonly port: number;
}

/** Where ordinary traffic goes: documentation addresses and invented hosts. */
const destinations = [
  { ip: '198.51.100.20', url: 'outlook.contoso.com', port: 443 },
  { ip: '198.51.100.41', url: 'updates.northwind.example', port: 443 },
  { ip: '198.51.100.77', url: 'https://news.fabrikam.com/today', port: 443 },
  { ip: '10.20.0.10', url: '', port: 53 },
  { ip: '10.20.0.11', url: '', port: 445 },
  { ip: '10.20.0.12', url: '', port: 389 },
] as const satisfies readonly [Remote, ...Remote[]];

/** Connections: to the addresses and URLs of the alerts, among the ordinary ones. */
export const deviceNetworkEvents: TableSource = defineTable(deviceNetworkEventsColumns, 'Timestamp', (estate) =>
  chained(
    [...evidenceOf(estate, 'ip'), ...evidenceOf(estate, 'url')].flatMap(({ alert, evidence }) => {
      const [machine, actor] = [machineOf(alert), actorOf(alert)];
      if (machine === null || actor === null) return [];
      const remote = evidence.type === 'ip' ? { ip: evidence.ipAddress, url: '' } : { ip: '', url: evidence.url };
      return [connected(machine, actor, { at: alert.firstActivityAt, port: 443, ...remote })];
    }),
    eachSlot(estate, 'DeviceNetworkEvents', 6, (slot) => {
      const remote = slot.random.pick<Remote>(destinations);
      return connected(slot.machine, ordinaryProcess(slot), { at: isoTime(slot.atMs, slot.random), ...remote });
    }),
  ),
);

function scopeOf(ip: string): string {
  if (ip === '') return '';
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(ip) ? 'Private' : 'Public';
}

function connected(
  machine: WorldMachine,
  process: WorldProcess,
  { at, ip, url, port }: Remote & { readonly at: string },
): Cells<typeof deviceNetworkEventsColumns> {
  const reportId = reportIdOf(machine.id, at, ip, url);
  return {
    Timestamp: at,
    ...machineCells(machine),
    ActionType: 'ConnectionSuccess',
    RemoteIP: ip,
    RemotePort: port,
    RemoteUrl: url,
    RemoteIPType: scopeOf(ip),
    LocalIP: machine.lastIpAddress,
    LocalPort: 49_152 + (reportId % 16_000),
    LocalIPType: 'Private',
    Protocol: port === 53 ? 'Udp' : 'Tcp',
    ...initiatingCells(process),
    ReportId: reportId,
    AdditionalFields: '{}',
  };
}
