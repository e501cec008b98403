import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import type { AlertFilter } from '../domain/filters.ts';
import type { Incident } from '../domain/incident.ts';
import type { CallScope } from '../scope.ts';
import type { M365dIncident } from '../upstream/m365d/wire.ts';
import { rowsAtHand } from './at-hand.ts';
import { unreadable } from './collection-remarks.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { alertRows } from './filters/alerts.ts';
import { rowMatcher } from './filters/rows.ts';
import { m365dIncidentSource } from './m365d-incidents.ts';
import { openSource } from './open-source.ts';
import type { ListOpening, OpenedRows } from './opened-list.ts';

/** Pages of 100 incidents that are read for one page of alerts. */
const maxPages = 10;

const rules = { idOf: ({ alertId }: Alert) => alertId, timeOf: ({ createdAt }: Alert) => createdAt };

/**
 * Microsoft 365 Defender has no list of alerts: those inside its newest 1,000 incidents, put in order. An old incident may
 * have the newest alert, so that no page of incidents has the newest alerts; nothing of a filter on alerts can be asked of
 * them either. Where there are more incidents the list says so.
 *
 * Calls: one for each 100 incidents, and one at the end; ten at most, for every page of alerts anew.
 */
export const openAlertsInIncidents = async (
  parts: RoutingDependencies,
  tenant: Tenant,
  filter: AlertFilter,
  { from }: ListOpening,
  scope: CallScope,
): Promise<OpenedRows<Alert>> => {
  const opening = { from: { kind: 'start' }, top: 100 } as const;
  const opened = await openSource<object, M365dIncident, Incident>(parts, m365dIncidentSource(tenant), {
    tenant,
    scope,
    filter: {},
    rows: {},
    opening,
  });
  const alerts = new Map<string, Alert>();
  let { page } = opened;
  let incidents = 0;
  let left = 0;
  for (let pages = 1; ; pages += 1) {
    incidents += page.items.length;
    for (const incident of page.items) {
      left += incident.unreadableAlerts;
      for (const alert of incident.alerts ?? []) alerts.set(alert.alertId, alert);
    }
    if (page.next === null || pages >= maxPages) break;
    page = await page.next();
  }
  const rows = rowsAtHand('m365d', [...alerts.values()], rules, from, rowMatcher(filter, alertRows));
  const among =
    page.next === null
      ? opened.remark?.()
      : `Only the alerts of the ${incidents} newest incidents: Microsoft 365 Defender lists alerts in no other way`;
  const remarks = [among, left === 0 ? undefined : unreadable(left)].filter((one) => one !== undefined);
  return remarks.length === 0 ? rows : { ...rows, remark: () => remarks.join('; ') };
};
