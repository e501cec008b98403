import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import { compareTimes } from '../domain/time.ts';
import type { CallScope } from '../scope.ts';
import { alertFromGraph, alertFromMde } from '../unification/alert.ts';
import * as graph from '../upstream/graph/alerts.ts';
import * as mde from '../upstream/mde/alerts.ts';
import * as machines from '../upstream/mde/machines.ts';
import type { MdeAlert } from '../upstream/mde/wire.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { mapFound } from './each-id.ts';
import { readWhole } from './every-row.ts';
import { createGraphReads } from './graph-batch.ts';
import { createIdReader } from './ids-in-filter.ts';
import { readFromSources } from './named-in-sources.ts';

/** Alerts that are named: by their ids, or by their machine. */
export interface NamedAlertReads {
  /**
   * By id, with evidence. Calls: 1 key 1; 100 keys 5 through Graph, 3 through MDE; unknown ids are absent, but for those that MDE
   * has not when Graph could not be asked: they have its error.
   */
  byIds(tenant: Tenant, ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, Alert | Error>>;
  /** A machine's alerts, newest first: one call, and one for each further page; MDE only. */
  ofMachine(tenant: Tenant, machineId: string, scope: CallScope): Promise<readonly Alert[]>;
}

/** The reads over Graph and Defender for Endpoint. */
export const createNamedAlertReads = (
  parts: RoutingDependencies & { readonly idsPerCall: number },
): NamedAlertReads => {
  const { routing, send } = parts;
  const readEachFromGraph = createGraphReads(parts);
  const mdeById = createIdReader(parts);

  return {
    byIds: (tenant, ids, scope) =>
      readFromSources<Alert>(
        routing,
        { tenant, capability: 'alerts.read', ids, scope },
        {
          graph: async (some) => {
            const wires = await readEachFromGraph(tenant, some, graph.getAlert, scope);
            return mapFound(wires, (wire) => alertFromGraph(tenant, wire));
          },
          mde: async (some, failed) => {
            const reads = {
              list: (filter: string, top: number) => mde.listAlerts({ filter, top, expandEvidence: true }),
              single: mde.getAlert,
              idOf: ({ id }: MdeAlert) => id,
              filterable: /^[\w.:-]{1,256}$/,
            };
            const found = mapFound(await mdeById(tenant, some, reads, scope), (wire) => alertFromMde(tenant, wire));
            if (failed === null) return found;
            // It knows its own alerts alone: another may well be one that Graph did not tell of.
            return new Map([...some.map((id) => [id, failed] as const), ...found]);
          },
        },
      ),

    ofMachine: (tenant, machineId, scope) =>
      routing.run(tenant, 'machines.alerts', scope, {
        mde: async () => {
          const wires = await readWhole(send, tenant, machines.listMachineAlerts(machineId), ({ id }) => id, scope);
          return wires
            .map((wire) => alertFromMde(tenant, wire, 'unread'))
            .sort((a, b) => compareTimes(b.createdAt, a.createdAt));
        },
      }),
  };
};
