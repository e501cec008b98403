import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import type { AlertFilter } from '../domain/filters.ts';
import { compareTimes } from '../domain/time.ts';
import type { GatewayError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { alertFromGraph } from '../unification/alert.ts';
import { countAlerts } from '../upstream/graph/alerts.ts';
import type { GraphAlert } from '../upstream/graph/wire.ts';
import { createAlertHunting } from './alert-hunting.ts';
import { createAlertList, narrowed } from './alert-list.ts';
import { createNamedAlertReads, type NamedAlertReads } from './alerts-by-id.ts';
import { rowsAtHand } from './at-hand.ts';
import { freshOnly, lookBesideHunting } from './beside-hunting.ts';
import { unreadable } from './collection-remarks.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { asksForEvidence } from './filters/alert-facts.ts';
import { alertRows } from './filters/alerts.ts';
import { rowMatcher } from './filters/rows.ts';
import { apiOf, isNoWay, isNoWholeWay, readNamed } from './found-rows.ts';
import { bothOf, type CountedList, type CountRows, createGraphCounts, tooOld } from './graph-counts.ts';
import { createHuntingReads } from './hunting.ts';
import { createNamedIncidentReads } from './incidents-by-id.ts';
import type { MachineNames } from './machine-names.ts';
import type { ListOpening, OpenedRows, OpenRows } from './opened-list.ts';
import { recentThenOlder } from './recent-rows.ts';
import { sourcesFor } from './route.ts';

const idOf = ({ alertId }: Alert): string => alertId;
const createdAt = (alert: Alert): string | null => alert.createdAt;
/** Alerts of a machine that are read by id for their evidence: five calls of Graph. */
const maxRead = 100;

const rowRules = { idOf, timeOf: createdAt };

const countedAlerts: CountedList<AlertFilter, GraphAlert, Alert> = {
  count: countAlerts,
  toDomain: alertFromGraph,
  rows: alertRows,
  never: {
    status: bothOf('status', 'new', 'resolved'),
    severity: bothOf('severity', 'high', 'low'),
    serviceSource: bothOf('serviceSource', 'microsoftDefenderForEndpoint', 'microsoftDefenderForIdentity'),
    classification: bothOf('classification', 'truePositive', 'falsePositive'),
    determination: bothOf('determination', 'malware', 'phishing'),
    createdAfter: tooOld('createdDateTime'),
    createdBefore: tooOld('createdDateTime'),
    updatedAfter: tooOld('lastUpdateDateTime'),
    updatedBefore: tooOld('lastUpdateDateTime'),
  },
};

/** Alerts, of Graph, Defender for Endpoint, or inside Microsoft 365 Defender's incidents. */
export interface AlertReads extends NamedAlertReads {
  /**
   * Opens the list of a tenant, newest first. Alerts of one incident are read with it, 1 call; alerts of one machine are those
   * that Defender for Endpoint lists under it, 1 call, as `ofMachine` has them. Alerts by user, file or technique: one hunting
   * query, up to five calls by id, and one for alerts that are too new for hunting, where hunting answers; then, and where it
   * does not, the list is looked through.
   */
  readonly open: OpenRows<AlertFilter, Alert>;
  /** By Graph alone: no page of the other APIs has `$count` for their lists. */
  readonly count: CountRows<AlertFilter>;
}

/** The reads over the three APIs. */
export const createAlertReads = (
  parts: RoutingDependencies & {
    readonly idsPerCall: number;
    readonly machineNames: MachineNames;
  },
): AlertReads => {
  const { routing, machineNames } = parts;
  const incidents = createNamedIncidentReads(parts);
  const named = createNamedAlertReads(parts);
  const alertHunting = createAlertHunting({ ...parts, hunting: createHuntingReads(parts) });
  const listed = createAlertList(parts);
  const counts = createGraphCounts(parts);

  /**
   * Alerts of one machine, or of the machines that have a name. They come without evidence: where that is asked about they are
   * read by id as well; `null`: it could not be read, or they are too many.
   */
  const onMachine = async (
    tenant: Tenant,
    filter: AlertFilter,
    machineId: string,
    opening: ListOpening,
    scope: CallScope,
  ): Promise<OpenedRows<Alert> | null> => {
    const ids = await machineNames.idsOf(tenant, [machineId], scope);
    const lists = await Promise.all(ids.map((id) => named.ofMachine(tenant, id, scope)));
    const alerts = new Map(lists.flat().map((alert) => [alert.alertId, alert]));
    const matches = rowMatcher<AlertFilter, Alert>(filter, alertRows, ['machineId']);
    if (!asksForEvidence(filter)) return rowsAtHand('mde', [...alerts.values()], rowRules, opening.from, matches);
    if (alerts.size > maxRead) return null;
    const found = await readNamed([...alerts.keys()], (some) => named.byIds(tenant, some, scope), undefined, scope);
    return found === null ? null : rowsAtHand('mde', found.rows, rowRules, opening.from, matches);
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
        // Without the alerts that were asked for it says nothing of them.
        if (incident?.alerts === null) return await listed(tenant, filter, { ...opening, api }, scope);
        const rows = incident?.alerts ?? [];
        const opened = rowsAtHand(api, rows, rowRules, opening.from, rowMatcher(filter, alertRows, ['incidentId']));
        const left = incident?.unreadableAlerts ?? 0;
        return left === 0 ? opened : { ...opened, remark: () => unreadable(left) };
      } catch (error) {
        if (!isNoWay(error)) throw error;
        return listed(tenant, filter, { ...opening, api }, scope);
      }
    };
    const sources = {
      graph: withIt('graph'),
      m365d: withIt('m365d'),
      mde: async (failed: GatewayError | null) =>
        narrowed(await listed(tenant, filter, { ...opening, api: 'mde' }, scope), failed),
    };
    return routing.run<OpenedRows<Alert>>(tenant, 'alerts.read', scope, sourcesFor(sources, opening.api));
  };

  /** Alerts that hunting names, then the older ones of the list. `null`: hunting has no answer. */
  const hunted = async (
    tenant: Tenant,
    filter: AlertFilter,
    opening: ListOpening,
    scope: CallScope,
  ): Promise<OpenedRows<Alert> | null> => {
    const hunt = await alertHunting.find(tenant, filter, opening.from, scope);
    if (hunt === null) return null;
    const found = await readNamed(hunt.ids, (ids) => named.byIds(tenant, ids, scope), opening.api, scope);
    if (found === null) return null;
    const matches = rowMatcher<AlertFilter, Alert>(filter, alertRows);
    if (found.rows.some((row) => matches?.(row) !== false)) hunt.prove();
    const isBehind = opening.from.kind === 'time' && compareTimes(opening.from.notAfter, hunt.freshSince) < 0;
    const beside = isBehind ? [] : [freshOnly(filter, hunt)];
    const { alerts: fresh, remark } = await lookBesideHunting(listed, tenant, beside, scope);
    const [first] = fresh;
    const api = found.api ?? (first === undefined ? undefined : apiOf[first.source]);
    const rows = [...new Map([...found.rows, ...fresh].map((alert) => [alert.alertId, alert])).values()];
    const older = {
      createdAfter: filter.createdAfter,
      open: (behind: ListOpening) => listed(tenant, filter, behind, scope),
    };
    return recentThenOlder(api, { rows, since: hunt.since, remark }, older, rowRules, opening, matches);
  };

  return {
    ...named,
    count: (tenant, filters, scope) =>
      routing.run<readonly number[] | null>(tenant, 'alerts.read', scope, {
        graph: () => counts(countedAlerts, tenant, filters, scope),
        m365d: async () => null,
        mde: async () => null,
      }),
    open: async (tenant, filter, opening, scope) => {
      const { incidentId, machineId } = filter;
      if (incidentId != null && machineId == null) return inIncident(tenant, filter, incidentId, opening, scope);
      if (machineId != null && (opening.api === undefined || opening.api === 'mde')) {
        try {
          const rows = await onMachine(tenant, filter, machineId, opening, scope);
          if (rows !== null) return rows;
        } catch (error) {
          // The list keeps what can be read, and says what cannot.
          if (!isNoWholeWay(error)) throw error;
        }
      }
      return (await hunted(tenant, filter, opening, scope)) ?? listed(tenant, filter, opening, scope);
    },
  };
};
