import { systemClock } from '../../src/clock.ts';
import type { ReadParts } from '../../src/entities/entity.ts';
import { createLearned } from '../../src/routing/learned.ts';
import { createMachineNames } from '../../src/routing/machine-names.ts';
import { createRouting } from '../../src/routing/route.ts';
import { neverStops } from '../../src/stopping.ts';
import { ownQuotas } from './quotas.ts';
import type { Upstream } from './upstream.ts';

/** What entities and edges are read with, over a server that takes every token. */
export const partsOver = ({ send }: Upstream): ReadParts => {
  const routing = createRouting({
    tokens: { get: async () => ({ value: 'a-token', expiresAtMs: 0, permissions: null }) },
  });
  const parts = {
    routing,
    send,
    clock: systemClock,
    learned: createLearned({ clock: systemClock }),
    quotas: ownQuotas(),
    stopping: neverStops,
  };
  return { ...parts, idsPerCall: 50, machineNames: createMachineNames(parts) };
};
