import { isIP } from 'node:net';
import { mde } from '../../microsoft/mde/index.ts';
import { DefenderFault } from '../defender/fault.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest } from '../http/types.ts';
import { comparableTime } from '../odata/time.ts';
import { dayMs } from '../world/times.ts';
import type { WorldMachine } from '../world/types.ts';
import { machineShape } from './machine-shape.ts';
import { collection, param } from './route.ts';

/** Sightings older than this are refused (find-machines-by-ip.md). */
const lookBackMs = 30 * dayMs;

/** A machine is found by a report within a quarter of an hour. */
const aroundMs = 15 * 60_000;

function machinesAt(request: SimRequest): readonly WorldMachine[] {
  const [ip, timestamp] = [param(request, 'ip'), param(request, 'timestamp')];
  if (isIP(ip) === 0) throw new DefenderFault('InvalidIpAddress', `'${ip}' is not an IP address.`);
  const seen = comparableTime(timestamp);
  if (seen === null) throw new DefenderFault('InvalidInput', `'${timestamp}' is not a time.`);
  if (request.now.getTime() - Date.parse(seen) > lookBackMs) {
    throw new DefenderFault('InvalidInput', 'The timestamp is more than 30 days old.');
  }
  // A machine that came later had no address yet.
  const latest = Date.parse(seen) + aroundMs;
  return request.tenant.machines.filter(
    ({ lastIpAddress, firstSeen }) => lastIpAddress === ip && Date.parse(firstSeen) <= latest,
  );
}

/** Finding machines by the internal address they had at a time. */
export function machineFindRoutes(): readonly Route[] {
  return [
    serve(mde.findMachinesByIp, (request) => collection(request, 'Machines', machinesAt(request).map(machineShape))),
    serve(mde.findMachineInfoByIp, (request) => {
      const found = machinesAt(request);
      if (found.length === 0) throw new DefenderFault('ResourceNotFound', 'No machine had this address then.');
      return collection(request, 'Machines', found.map(machineShape));
    }),
  ];
}
