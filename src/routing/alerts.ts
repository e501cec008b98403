import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import type { AlertFilter } from '../domain/filters.ts';
import { compareTimes } from '../domain/time.ts';
import { GatewayError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { alertFromGraph, alertFromMde } from '../unification/alert.ts';
import * as graph from '../upstream/graph/alerts.ts';
import type { GraphAlert } from '../upstream/graph/wire.ts';
import * as mde from '../upstream/mde/alerts.ts';
import * as machines from '../upstream/mde/machines.ts';
import type { MdeAlert } from '../upstream/mde/wire.ts';
import { openAlertsInIncidents } from './alerts-in-incidents.ts';
import { rowsAtHand } from './at-hand.ts';
import { createGraphReads } from './batch.ts';
import { readWhole } from './every-row.ts';
import { alertRows } from './filters/alerts.ts';
import { rowMatcher } from './filters/rows.ts';
import { mapFound } from './found.ts';
import { createIdReader } from './ids.ts';
import type { IncidentReads } from './incidents.ts';
import type { MachineNames } from './machine-names.ts';
import { type ListSource, openSource } from './open-source.ts';
import type { ListOpening, OpenedRows, OpenRows } from './opened-list.ts';
import type { RoutingParts } from './parts.ts';
import { waysOf } from './ways.ts';

const idOf = ({ alertId }: Alert): string => alertId;
const createdAt = (alert: Alert): string | null => alert.createdAt;
const rowRules = { idOf, timeOf: createdAt };

const graphSource = (tenant: Tenant): ListSource<GraphAlert, Alert> => ({
  api: 'graph',
  list: graph.listAlerts,
  toDomain: (wire) => alertFromGraph(tenant, wire),
  idOf,
  time: { property: 'createdDateTime', of: createdAt },
  maxTop: 500,
  shortIsLast: true,
});

const mdeSource = (tenant: Tenant): ListSource<MdeAlert, Alert> => ({
  api: 'mde',
  list: (page) => mde.listAlerts({ ...page, expandEvidence: true }),
  toDomain: (wire) => alertFromMde(tenant, wire),
  idOf,
  time: { property: 'alertCreationTime', of: createdAt },
  // MDE documents 10,000 a page, which is megabytes.
  maxTop: 1000,
  leastTop: 10,
  shortIsLast: false,
});

/** Alerts, of Graph, Defender for Endpoint, or inside Microsoft 365 Defender's incidents. */
export interface AlertReads {
  /**
   * Opens the list of a tenant, newest first. Alerts of one incident are read with it, 1 call; alerts of one machine are those
   * that Defender for Endpoint lists under it, 1 call, as `ofMachine` has them.
   */
  readonly open: OpenRows<AlertFilter, Alert>;
  /** By id, with evidence. Calls: 1 key 1; 100 keys 5 through Graph, 3 through MDE; unknown ids are absent. */
  byIds(tenant: Tenant, ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, Alert | Error>>;
  /** A machine's alerts, newest first: one call, and one for each further page; MDE only. */
  ofMachine(tenant: Tenant, machineId: string, scope: CallScope): Promise<readonly Alert[]>;
}

/** What another way of reading may answer all the same: the API, or the permission for it, is not there. */
const isNoWay = (error: unknown): boolean =>
  error instanceof GatewayError && (error.code === 'MISSING_PERMISSION' || error.code === 'NOT_AVAILABLE_IN_CLOUD');

/** The reads over the three APIs. */
export const createAlertReads = (
  parts: RoutingParts & {
    readonly idsPerCall: number;
    readonly incidents: Pick<IncidentReads, 'byIds'>;
    readonly machineNames: MachineNames;
  },
): AlertReads => {
  const { routing, send, incidents, machineNames } = parts;
  const readEachFromGraph = createGraphReads(parts);
  const mdeById = createIdReader(parts);

  const ofMachine: AlertReads['ofMachine'] = (tenant, machineId, scope) =>
    routing.run(tenant, 'machines.alerts', scope, {
      mde: async () => {
        const wires = await readWhole(send, tenant, machines.listMachineAlerts(machineId), ({ id }) => id, scope);
        return wires
          .map((wire) => alertFromMde(tenant, wire, 'unread'))
          .sort((a, b) => compareTimes(b.createdAt, a.createdAt));
      },
    });

  const listed: OpenRows<AlertFilter, Alert> = (tenant, filter, opening, scope) => {
    const asked = { tenant, scope, filter, rows: alertRows, opening };
    const ways = {
      graph: () => openSource<AlertFilter, GraphAlert, Alert>(parts, graphSource(tenant), asked),
      mde: () => openSource<AlertFilter, MdeAlert, Alert>(parts, mdeSource(tenant), asked),
      m365d: () => openAlertsInIncidents(parts, tenant, filter, opening, scope),
    };
    return routing.run<OpenedRows<Alert>>(tenant, 'alerts.read', scope, waysOf(ways, opening.api));
  };

  /** Alerts of one machine, or of the machines that have a name. */
  const onMachine = async (
    tenant: Tenant,
    filter: AlertFilter,
    machineId: string,
    { from }: ListOpening,
    scope: CallScope,
  ): Promise<OpenedRows<Alert>> => {
    const ids = await machineNames.idsOf(tenant, [machineId], scope);
    const lists = await Promise.all(ids.map((id) => ofMachine(tenant, id, scope)));
    const rows = new Map(lists.flat().map((alert) => [alert.alertId, alert]));
    return rowsAtHand('mde', [...rows.values()], rowRules, from, rowMatcher(filter, alertRows, ['machineId']));
  };

  /** The alerts of one incident, where the list of alerts cannot be asked for them. */
  const inIncident = (
    tenant: Tenant,
    filter: AlertFilter,
    incidentId: string,
    opening: ListOpening,
    scope: CallScope,
  ): Promise<OpenedRows<Alert>> => {
    const withIt = (api: 'graph' | 'm365d') => async (): Promise<OpenedRows<Alert>> => {
      try {
        const incident = (await incidents.byIds(tenant, [incidentId], scope)).get(incidentId);
        if (incident instanceof Error) throw incident;
        const rows = incident?.alerts ?? [];
        return rowsAtHand(api, rows, rowRules, opening.from, rowMatcher(filter, alertRows, ['incidentId']));
      } catch (error) {
        if (!isNoWay(error)) throw error;
        return listed(tenant, filter, { ...opening, api }, scope);
      }
    };
    const ways = {
      graph: withIt('graph'),
      m365d: withIt('m365d'),
      mde: () => listed(tenant, filter, { ...opening, api: 'mde' }, scope),
    };
    return routing.run<OpenedRows<Alert>>(tenant, 'alerts.read', scope, waysOf(ways, opening.api));
  };

  return {
    open: async (tenant, filter, opening, scope) => {
      const { incidentId, machineId } = filter;
      if (incidentId != null && machineId == null) return inIncident(tenant, filter, incidentId, opening, scope);
      if (machineId != null && (opening.api === undefined || opening.api === 'mde')) {
        try {
          return await onMachine(tenant, filter, machineId, opening, scope);
        } catch (error) {
          if (!isNoWay(error)) throw error;
        }
      }
      return listed(tenant, filter, opening, scope);
    },

    byIds: (tenant, ids, scope) =>
      routing.run<ReadonlyMap<string, Alert | Error>>(tenant, 'alerts.read', scope, {
        graph: async () => {
          const wires = await readEachFromGraph(tenant, ids, graph.getAlert, scope);
          return mapFound(wires, (wire) => alertFromGraph(tenant, wire));
        },
        mde: async () => {
          const reads = {
            list: (filter: string, top: number) => mde.listAlerts({ filter, top, expandEvidence: true }),
            single: mde.getAlert,
            idOf: ({ id }: MdeAlert) => id,
            filterable: /^[\w.:-]{1,256}$/,
          };
          return mapFound(await mdeById(tenant, ids, reads, scope), (wire) => alertFromMde(tenant, wire));
        },
      }),

    ofMachine,
  };
};
