import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import type { AlertFilter } from '../domain/filters.ts';
import { compareTimes } from '../domain/time.ts';
import type { CallScope } from '../scope.ts';
import { alertFromGraph, alertFromMde } from '../unification/alert.ts';
import { incidentFromM365d } from '../unification/incident.ts';
import * as graph from '../upstream/graph/alerts.ts';
import { allOf, compareTime } from '../upstream/http/odata.ts';
import * as m365d from '../upstream/m365d/incidents.ts';
import * as mde from '../upstream/mde/alerts.ts';
import * as machines from '../upstream/mde/machines.ts';
import { createGraphReads } from './batch.ts';
import { graphAlertPush, mdeAlertPush } from './filters/alerts.ts';
import { mapFound } from './found.ts';
import { createIdReader } from './ids.ts';
import { type ListPage, type ListPlace, type OpenedList, pagesByNextLink, pagesBySkip, pushed } from './list.ts';
import type { RoutingParts } from './parts.ts';
import { waysOf } from './ways.ts';

/** Graph's page of alerts when the gateway has to look for some itself; MDE documents 10,000, which is megabytes. */
const maxTop = { graph: 500, mde: 1000, m365d: 100 } as const;

export interface AlertReads {
  /** Opens the list of a tenant, newest first. */
  open(tenant: Tenant, filter: AlertFilter, place: ListPlace, scope: CallScope): Promise<OpenedList<Alert>>;
  /** By id, with evidence. Calls: 1 key 1; 100 keys 5 through Graph, 2 through MDE; unknown ids are absent. */
  byIds(tenant: Tenant, ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, Alert | Error>>;
  /** A machine's alerts, newest first: one call, MDE only. */
  ofMachine(tenant: Tenant, machineId: string, scope: CallScope): Promise<readonly Alert[]>;
}

export const createAlertReads = ({
  routing,
  send,
  clock,
  idsPerCall,
}: RoutingParts & { readonly idsPerCall: number }): AlertReads => {
  const readEachFromGraph = createGraphReads({ send, clock });
  const mdeById = createIdReader({ send, idsPerCall });

  return {
    open: (tenant, filter, place, scope) => {
      const viaGraph = async (): Promise<OpenedList<Alert>> => {
        const { conditions, whole } = pushed(filter, graphAlertPush);
        if (place.notAfter !== undefined) conditions.push(compareTime('createdDateTime', 'le', place.notAfter));
        const top = whole ? Math.min(place.top, maxTop.graph) : maxTop.graph;
        const page = await pagesByNextLink(
          {
            send,
            tenant,
            scope,
            operation: ({ skip }) =>
              graph.listAlerts({ filter: allOf(conditions), top, skip: skip === 0 ? undefined : skip }),
            toDomain: (wire) => alertFromGraph(tenant, wire),
          },
          place,
        );
        return { api: 'graph', page };
      };

      const viaMde = async (): Promise<OpenedList<Alert>> => {
        const { conditions, whole } = pushed(filter, mdeAlertPush);
        if (place.notAfter !== undefined) conditions.push(compareTime('alertCreationTime', 'le', place.notAfter));
        // One more than asked tells whether there is more.
        const top = whole ? Math.min(place.top + 1, maxTop.mde) : maxTop.mde;
        const page = await pagesBySkip(
          {
            send,
            tenant,
            scope,
            operation: ({ skip }) =>
              mde.listAlerts({
                filter: allOf(conditions),
                top,
                skip: skip === 0 ? undefined : skip,
                expandEvidence: true,
              }),
            toDomain: (wire) => alertFromMde(tenant, wire),
            idOf: (wire) => wire.id,
          },
          { ...place, top },
        );
        return { api: 'mde', page };
      };

      /**
       * M365D has no list of alerts: those inside its incidents, a page of incidents at a time. Places count incidents, and
       * new ones are told by their own time, which is not their alerts'.
       */
      const viaM365d = async (): Promise<OpenedList<Alert>> => {
        const top = maxTop.m365d;
        const conditions = place.notAfter === undefined ? [] : [compareTime('createdTime', 'le', place.notAfter)];
        const incidents = await pagesBySkip(
          {
            send,
            tenant,
            scope,
            operation: ({ skip }) =>
              m365d.listIncidents({ filter: allOf(conditions), top, skip: skip === 0 ? undefined : skip }),
            toDomain: (wire) => incidentFromM365d(tenant, wire),
            idOf: (wire) => String(wire.incidentId),
          },
          { skip: place.skip, top },
        );
        const alertsOf = ({ items, end, next }: typeof incidents): ListPage<Alert> => ({
          items: items.flatMap(({ alerts }) => alerts ?? []),
          aligned: false,
          end,
          next: next === null ? null : async () => alertsOf(await next()),
        });
        const [newest = null] = incidents.items
          .map(({ createdAt }) => createdAt)
          .toSorted((left, right) => compareTimes(right, left));
        return { api: 'm365d', page: alertsOf(incidents), newest };
      };

      const ways = { graph: viaGraph, mde: viaMde, m365d: viaM365d };
      return routing.run(tenant, 'alerts.read', scope, waysOf(ways, place.api));
    },

    byIds: (tenant, ids, scope) =>
      routing.run<ReadonlyMap<string, Alert | Error>>(tenant, 'alerts.read', scope, {
        graph: async () => {
          const wires = await readEachFromGraph(tenant, ids, graph.getAlert, scope);
          return mapFound(wires, (wire) => alertFromGraph(tenant, wire));
        },
        mde: async () => {
          const wires = await mdeById(
            tenant,
            ids,
            {
              list: (filter, top) => mde.listAlerts({ filter, top, expandEvidence: true }),
              single: mde.getAlert,
              idOf: (wire) => wire.id,
              filterable: /^[\w-]{1,128}$/,
            },
            scope,
          );
          return mapFound(wires, (wire) => alertFromMde(tenant, wire));
        },
      }),

    ofMachine: (tenant, machineId, scope) =>
      routing.run(tenant, 'machines.alerts', scope, {
        mde: async () => {
          const { items } = await send(tenant, machines.listMachineAlerts(machineId), scope);
          return items.map((wire) => alertFromMde(tenant, wire, 'unread'));
        },
      }),
  };
};
