import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import type { AlertFilter } from '../domain/filters.ts';
import type { Incident } from '../domain/incident.ts';
import type { CallScope } from '../scope.ts';
import { alertRows } from './filters/alerts.ts';
import { rowMatcher } from './filters/rows.ts';
import { m365dIncidentSource } from './incidents.ts';
import { openSource } from './open-source.ts';
import type { ListOpening, OpenedRows, RowsPage } from './opened-list.ts';
import type { RoutingParts } from './parts.ts';

/** Places in this list: incidents times this, and the alerts of the next one that were given. No incident has so many. */
const perIncident = 100_000;

/**
 * Microsoft 365 Defender has no list of alerts: those inside its incidents, a page of incidents at a time. Incidents are
 * newest first, their alerts are not: the list has no order, and nothing of a filter on alerts can be asked of it.
 *
 * Calls: one for each 100 incidents, and one at the end.
 */
export const openAlertsInIncidents = async (
  parts: RoutingParts,
  tenant: Tenant,
  filter: AlertFilter,
  { from }: ListOpening,
  scope: CallScope,
): Promise<OpenedRows<Alert>> => {
  const start = from.kind === 'skip' ? from.skip : 0;
  const taken = start % perIncident;
  const opened = await openSource<object, Parameters<ReturnType<typeof m365dIncidentSource>['toDomain']>[0], Incident>(
    parts,
    m365dIncidentSource(tenant),
    {
      tenant,
      scope,
      filter: {},
      rows: {},
      opening: {
        from: start === 0 ? { kind: 'start' } : { kind: 'skip', skip: Math.floor(start / perIncident) },
        top: 100,
      },
    },
  );

  const given = new Set<string>();
  const alertsOf = ({ items, offsets, next }: RowsPage<Incident>, isFirst: boolean): RowsPage<Alert> => {
    const alerts: Alert[] = [];
    const places: number[] = [];
    for (const [index, incident] of items.entries()) {
      const place = (offsets[index] ?? 0) * perIncident;
      for (const [position, alert] of (incident.alerts ?? []).entries()) {
        if ((isFirst && index === 0 && position < taken) || given.has(alert.alertId)) continue;
        given.add(alert.alertId);
        alerts.push(alert);
        places.push(place + position);
      }
    }
    return {
      items: alerts,
      offsets: [...places, (offsets.at(-1) ?? 0) * perIncident],
      next: next === null ? null : async () => alertsOf(await next(), false),
    };
  };

  const matches = rowMatcher<AlertFilter, Alert>(filter, alertRows);
  const rows = {
    api: opened.api,
    order: 'none' as const,
    page: alertsOf(opened.page, true),
    scans: matches !== undefined,
    ...(matches === undefined ? {} : { matches }),
  };
  return Object.defineProperty(rows, 'remark', { enumerable: true, get: () => opened.remark });
};
