import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import type { AlertFilter } from '../domain/filters.ts';
import { compareTimes } from '../domain/time.ts';
import type { CallScope } from '../scope.ts';
import { alertFromGraph, alertFromMde } from '../unification/alert.ts';
import { incidentFromM365d } from '../unification/incident.ts';
import * as graph from '../upstream/graph/alerts.ts';
import type { GraphAlert } from '../upstream/graph/wire.ts';
import * as m365d from '../upstream/m365d/incidents.ts';
import type { M365dIncident } from '../upstream/m365d/wire.ts';
import * as mde from '../upstream/mde/alerts.ts';
import * as machines from '../upstream/mde/machines.ts';
import type { MdeAlert } from '../upstream/mde/wire.ts';
import { askedOf, type ListRules } from './asked.ts';
import { createGraphReads } from './batch.ts';
import { graphAlertPush, mdeAlertPush } from './filters/alerts.ts';
import { mapFound } from './found.ts';
import { createIdReader } from './ids.ts';
import { type ListPage, type ListPlace, type OpenedList, pagesByNextLink, pagesBySkip } from './list.ts';
import type { RoutingParts } from './parts.ts';
import { waysOf } from './ways.ts';

/** A page when the gateway has to look for some itself. */
const graphRules: ListRules<AlertFilter> = {
  push: graphAlertPush,
  time: 'createdDateTime',
  maxTop: 500,
  end: 'nextLink',
};

/** MDE documents 10,000 a page, which is megabytes. */
const mdeRules: ListRules<AlertFilter> = {
  push: mdeAlertPush,
  time: 'alertCreationTime',
  maxTop: 1000,
  end: 'shortPage',
};

/** Incidents, of which the alerts are taken; nothing of a filter on alerts can be asked of them. */
const m365dRules: ListRules<object> = {
  push: {},
  time: 'createdTime',
  maxTop: m365d.maxIncidentPage,
  end: 'shortPage',
};

/** Alerts, of Graph, Defender for Endpoint, or inside Microsoft 365 Defender's incidents. */
export interface AlertReads {
  /** Opens the list of a tenant, newest first. */
  open(tenant: Tenant, filter: AlertFilter, place: ListPlace, scope: CallScope): Promise<OpenedList<Alert>>;
  /** By id, with evidence. Calls: 1 key 1; 100 keys 5 through Graph, 2 through MDE; unknown ids are absent. */
  byIds(tenant: Tenant, ids: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, Alert | Error>>;
  /** A machine's alerts, newest first: one call, MDE only. */
  ofMachine(tenant: Tenant, machineId: string, scope: CallScope): Promise<readonly Alert[]>;
}

/** The reads over the three APIs. */
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
        const asked = askedOf(filter, place, graphRules);
        const pager = {
          send,
          tenant,
          scope,
          operation: (at: { readonly skip: number }) => graph.listAlerts(asked.page(at)),
          toDomain: (wire: GraphAlert) => alertFromGraph(tenant, wire),
        };
        return { api: 'graph', page: await pagesByNextLink(pager, place) };
      };

      const viaMde = async (): Promise<OpenedList<Alert>> => {
        const asked = askedOf(filter, place, mdeRules);
        const pager = {
          send,
          tenant,
          scope,
          operation: (at: { readonly skip: number }) => mde.listAlerts({ ...asked.page(at), expandEvidence: true }),
          toDomain: (wire: MdeAlert) => alertFromMde(tenant, wire),
          idOf: ({ id }: MdeAlert) => id,
        };
        return { api: 'mde', page: await pagesBySkip(pager, { ...place, top: asked.top }) };
      };

      /**
       * M365D has no list of alerts: those inside its incidents, a page of incidents at a time. Places count incidents, and
       * new ones are told by their own time, which is not their alerts'.
       */
      const viaM365d = async (): Promise<OpenedList<Alert>> => {
        const asked = askedOf({}, { ...place, top: m365d.maxIncidentPage }, m365dRules);
        const pager = {
          send,
          tenant,
          scope,
          operation: (at: { readonly skip: number }) => m365d.listIncidents(asked.page(at)),
          toDomain: (wire: M365dIncident) => incidentFromM365d(tenant, wire),
          idOf: ({ incidentId }: M365dIncident) => String(incidentId),
        };
        const incidents = await pagesBySkip(pager, { skip: place.skip, top: asked.top });
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
