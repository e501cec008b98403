import type { SimRequest } from '../http/types.ts';
import { isoTime } from '../world/times.ts';
import type { WorldInvestigation, WorldMachine } from '../world/types.ts';

/** Begins an investigation of a machine, of that alert or of the caller's own accord. */
export function beginInvestigation(
  request: SimRequest,
  machine: WorldMachine,
  triggeringAlertId: string | null,
): WorldInvestigation {
  const { investigations } = request.tenant;
  const investigation: WorldInvestigation = {
    id: Math.max(0, ...investigations.map(({ id }) => id)) + 1,
    state: 'running',
    startedAt: isoTime(request.now.getTime()),
    endedAt: null,
    machine,
    triggeringAlertId,
    askedFor: true,
  };
  investigations.unshift(investigation);
  return investigation;
}
