import type { Tenant } from '../config/tenants.ts';
import type { IncidentFilter } from '../domain/filters.ts';
import type { Incident } from '../domain/incident.ts';
import type { CallScope } from '../scope.ts';
import { createAlertHunting } from './alert-hunting.ts';
import { createAlertList } from './alert-list.ts';
import type { NamedAlertReads } from './alerts-by-id.ts';
import { freshOnly, lookBesideHunting, oldButChanged } from './beside-hunting.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { asksForEvidence } from './filters/alert-facts.ts';
import { incidentRows } from './filters/incidents.ts';
import { rowMatcher } from './filters/rows.ts';
import { isNoWholeWay, readNamed } from './found-rows.ts';
import { createHuntingReads } from './hunting.ts';
import type { NamedIncidentReads } from './incidents-by-id.ts';
import type { MachineNames } from './machine-names.ts';
import { type ListOpening, type OpenedRows, type OpenRows, type RowsPage, withRemarks } from './opened-list.ts';
import { recentThenOlder } from './recent-rows.ts';

const rowRules = {
  idOf: ({ incidentId }: Incident) => incidentId,
  timeOf: ({ createdAt }: Incident) => createdAt,
};

/** Incidents that are read by id: five calls of Graph. Where there are more, looking through the list finds them as fast. */
const maxIncidents = 100;

/** Microsoft 365 Defender gives a hundred incidents a page, and one a call by id. */
const maxSingly = 10;

interface Named {
  readonly ids: readonly string[];
  /** Every incident from here on is among them; `null`: they are all there are. */
  readonly since: string | null;
  readonly prove: () => void;
  readonly answered: readonly (keyof IncidentFilter)[];
  readonly remark?: string | undefined;
}

/** Incidents that are asked for by what their alerts name: a machine, a user, a technique. */
export const createIncidentsOfAlerts = (
  parts: RoutingDependencies & {
    readonly named: NamedIncidentReads;
    readonly alerts: NamedAlertReads;
    readonly machineNames: MachineNames;
  },
) => {
  const { named, alerts, machineNames } = parts;
  const alertList = createAlertList(parts);
  const alertHunting = createAlertHunting({ ...parts, hunting: createHuntingReads(parts) });
  const incidentIdsOf = (rows: readonly { readonly incidentId: string | null }[]): string[] => [
    ...new Set(rows.flatMap(({ incidentId }) => (incidentId === null ? [] : [incidentId]))),
  ];

  const mostByIds = async (tenant: Tenant, scope: CallScope): Promise<number> => {
    const sources = await parts.routing.survey(tenant, 'incidents.read', scope);
    return sources.find(({ usable }) => usable)?.api === 'm365d' ? maxSingly : maxIncidents;
  };

  /** By the alerts that Defender for Endpoint lists under the machine, as the filter of alerts has them. */
  const namedByMachine = async (tenant: Tenant, machineId: string, scope: CallScope): Promise<Named | null> => {
    try {
      const machineIds = await machineNames.idsOf(tenant, [machineId], scope);
      const lists = await Promise.all(machineIds.map((id) => alerts.ofMachine(tenant, id, scope)));
      return { ids: incidentIdsOf(lists.flat()), since: null, prove: () => {}, answered: ['machineId'] };
    } catch (error) {
      if (!isNoWholeWay(error)) throw error;
      return null;
    }
  };

  /** By the alerts that hunting names. */
  const namedByHunting = async (
    tenant: Tenant,
    filter: IncidentFilter,
    opening: ListOpening,
    scope: CallScope,
  ): Promise<Named | null> => {
    const hunt = await alertHunting.find(tenant, filter, opening.from, scope);
    if (hunt === null) return null;
    const found = await readNamed(hunt.ids, (ids) => alerts.byIds(tenant, ids, scope), undefined, scope);
    if (found === null) return null;
    const { machineId, user, mitreTechnique } = filter;
    const traits = { machineId, user, mitreTechnique };
    const beside = [freshOnly(traits, hunt), oldButChanged(traits, hunt)];
    const { alerts: others, remark } = await lookBesideHunting(alertList, tenant, beside, scope);
    return { ...hunt, ids: incidentIdsOf([...found.rows, ...others]), answered: [], remark };
  };

  /** Reads the alerts that did not come with their incidents: nothing can be said of an incident without them. */
  const withAlerts = (tenant: Tenant, list: OpenedRows<Incident>, scope: CallScope) => {
    const unread = new Set<string>();
    const filled = async (page: RowsPage<Incident>): Promise<RowsPage<Incident>> => {
      const lacking = page.items.filter((incident) => incident.alerts === null).map(rowRules.idOf);
      const read =
        lacking.length === 0 ? new Map<string, Incident | Error>() : await named.byIds(tenant, lacking, scope);
      const items = page.items.map((incident) => {
        if (incident.alerts !== null) return incident;
        const whole = read.get(incident.incidentId);
        if (whole !== undefined && !(whole instanceof Error)) return whole;
        unread.add(incident.incidentId);
        return incident;
      });
      const { next } = page;
      return { ...page, items, next: next === null ? null : async () => filled(await next()) };
    };
    const notLookedInto = (): string | undefined =>
      unread.size === 0
        ? undefined
        : `Not looked into, since their alerts could not be read: incidents ${[...unread].slice(0, 10).join(', ')}`;
    return filled(list.page).then((page) => withRemarks({ ...list, page }, () => [list.remark?.(), notLookedInto()]));
  };

  return {
    /** Whether the filter is about alerts. */
    areAsked: (filter: IncidentFilter): boolean =>
      filter.machineId != null || filter.mitreTechnique != null || asksForEvidence(filter),

    /** Opens the list by what names the incidents, else, and behind them, by looking through it (`listed`). */
    open: async (
      tenant: Tenant,
      filter: IncidentFilter,
      opening: ListOpening,
      scope: CallScope,
      listed: OpenRows<IncidentFilter, Incident>,
    ): Promise<OpenedRows<Incident>> => {
      const scanned = async (from: ListOpening) => withAlerts(tenant, await listed(tenant, filter, from, scope), scope);
      if (opening.from.kind === 'skip') return scanned(opening);
      const byMachine = filter.machineId == null ? null : await namedByMachine(tenant, filter.machineId, scope);
      const found = byMachine ?? (await namedByHunting(tenant, filter, opening, scope));
      if (found === null || found.ids.length > (await mostByIds(tenant, scope))) return scanned(opening);
      const read = await readNamed(found.ids, (ids) => named.byIds(tenant, ids, scope), opening.api, scope);
      if (read === null) return scanned(opening);
      const matches = rowMatcher<IncidentFilter, Incident>(filter, incidentRows, found.answered);
      if (read.rows.some((row) => matches?.(row) !== false)) found.prove();
      const older = { createdAfter: filter.createdAfter, open: scanned };
      const recent = { rows: read.rows, since: found.since, remark: found.remark };
      return recentThenOlder(read.api, recent, older, rowRules, opening, matches);
    },
  };
};
