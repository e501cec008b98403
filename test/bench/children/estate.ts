import type { SimulatorParts } from '../../../src/simulator/options.ts';
import { createWorld, type WorldOptions } from '../../../src/simulator/world/estate.ts';
import type { TenantWorld, WorldAlert, WorldEvidence, WorldMachine } from '../../../src/simulator/world/types.ts';

/** The default estate has 60 machines; the incident page is promised for 100. */
export const estateScale = 100 / 60;

/**
 * The simulator's estate with its evidence spread over all machines: devices first, then processes, each naming the next
 * machine. The stories alone would come back to some fifty.
 */
export const createSpreadWorld: SimulatorParts['createWorld'] = (options: WorldOptions): TenantWorld => {
  const world = createWorld({ ...options, scale: estateScale });
  const shown = new Set(world.incidents.slice(0, 50).map(({ id }) => id));
  let next = 0;
  const nextMachine = (): WorldMachine | undefined => {
    const machine = world.machines[next % world.machines.length];
    next += 1;
    return machine;
  };
  const moved = (evidence: WorldEvidence, type: 'device' | 'process'): WorldEvidence => {
    if (evidence.type !== type) return evidence;
    const machine = nextMachine();
    return machine === undefined ? evidence : { ...evidence, machine };
  };
  const spread = (alerts: readonly WorldAlert[], type: 'device' | 'process'): WorldAlert[] =>
    alerts.map((alert) =>
      shown.has(alert.incidentId)
        ? { ...alert, evidence: alert.evidence.map((evidence) => moved(evidence, type)) }
        : alert,
    );
  return { ...world, alerts: spread(spread(world.alerts, 'device'), 'process') };
};
