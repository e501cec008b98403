import type { Alert } from '../domain/alert.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { compareTimes } from '../domain/time.ts';
import { readActionsOfMachines } from '../routing/actions-of-machines.ts';
import { createNamedAlertReads } from '../routing/alerts-by-id.ts';
import { createAlertsOfMachines } from '../routing/alerts-of-machines.ts';
import { firstPages } from '../routing/first-pages.ts';
import { createMachineActionReads } from '../routing/machine-actions.ts';
import type { RowsEdge } from './edge.ts';
import { entities } from './table.ts';

const { alerts, machineActions } = entities;

/** Pages of a thousand of one machine's actions. */
const maxPages = 10;

/** The alerts of machines: those of several are read together. */
export const alertsOfMachines: RowsEdge<Alert> = {
  answers: 'rows',
  told: alerts,
  permission: 'alert:read',
  read: (parts) => createAlertsOfMachines(parts, createNamedAlertReads(parts)),
};

/**
 * What was done to machines, newest first. Calls: one machine 1, several 1 for each 19, and 1 more for the end of each list. Those
 * of several are told whole, or are an error.
 */
export const actionsOfMachines: RowsEdge<MachineAction> = {
  answers: 'rows',
  told: machineActions,
  permission: 'action:read',
  read: (parts) => {
    const reads = createMachineActionReads(parts);
    return async (tenant, ids, scope) => {
      const [only] = ids;
      if (ids.length === 1 && only !== undefined) {
        const opened = await reads.open(tenant, { machineId: [only] }, { from: { kind: 'start' }, top: 1000 }, scope);
        const { items, isAll } = await firstPages(opened, maxPages);
        const truncation = isAll ? null : (opened.remark?.() ?? `Only ${items.length} actions were read`);
        return new Map([[only, { rows: items, truncation }]]);
      }
      const found = await readActionsOfMachines(reads, tenant, { machineId: ids }, scope);
      const byMachine = Map.groupBy(found, ({ machineId }) => machineId.toLowerCase());
      return new Map(
        ids.map((id) => {
          const own = byMachine.get(id.toLowerCase()) ?? [];
          return [id, { rows: own.toSorted((a, b) => compareTimes(b.createdAt, a.createdAt)), truncation: null }];
        }),
      );
    };
  },
};
