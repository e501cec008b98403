import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import type { AlertFilter } from '../domain/filters.ts';
import { compareTimes } from '../domain/time.ts';
import { GatewayError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import type { HuntedAlerts } from './alert-hunting.ts';
import type { OpenRows } from './opened-list.ts';

/** What of the alerts hunting may not know, as conditions on their times. */
export interface Beside {
  readonly filter: AlertFilter;
  /** Which alerts they are, for a message: `of the last hour`. */
  readonly which: string;
}

/** Alerts that meet a filter beside those that hunting named. */
export interface AlertsBeside {
  readonly alerts: readonly Alert[];
  /** What could not be looked into; `undefined`: nothing. */
  readonly remark: string | undefined;
}

/** Pages that are read of each part: what hunting does not know yet, or no more, is little. */
const maxPages = 3;

const later = (a: string | null | undefined, b: string): string => (a != null && compareTimes(a, b) > 0 ? a : b);

/** Alerts come into hunting some minutes after they are there. */
export const freshOnly = (filter: AlertFilter, { freshSince }: Pick<HuntedAlerts, 'freshSince'>): Beside => ({
  filter: { ...filter, createdAfter: later(filter.createdAfter, freshSince) },
  which: 'of the last hour',
});

/** Alerts that are older than what hunting keeps, but were changed since: another incident may have got them. */
export const oldButChanged = (filter: AlertFilter, { since }: Pick<HuntedAlerts, 'since'>): Beside => ({
  filter: { ...filter, createdBefore: since, updatedAfter: since },
  which: 'of more than 29 days ago that were changed since',
});

/** Whether no time can be as the filter wants it. */
const isEmpty = ({ createdAfter, createdBefore }: AlertFilter): boolean =>
  createdAfter != null && createdBefore != null && compareTimes(createdAfter, createdBefore) >= 0;

/**
 * Looks through the list of alerts for what hunting may not know. Calls: one for each part that has few alerts, three at most;
 * what lies behind them, or could not be asked, is told.
 */
export const lookBesideHunting = async (
  openList: OpenRows<AlertFilter, Alert>,
  tenant: Tenant,
  parts: readonly Beside[],
  scope: CallScope,
): Promise<AlertsBeside> => {
  const look = async ({ filter, which }: Beside): Promise<AlertsBeside> => {
    const alerts: Alert[] = [];
    const unseen = (why: string): AlertsBeside => ({
      alerts,
      remark: `Found by hunting, which does not know all alerts ${which}: ${why}`,
    });
    try {
      const opened = await openList(tenant, filter, { from: { kind: 'start' }, top: 100, thinned: true }, scope);
      let { page } = opened;
      for (let pages = 1; ; pages += 1) {
        for (const alert of page.items) if (opened.matches?.(alert) !== false) alerts.push(alert);
        if (page.next === null) return { alerts, remark: opened.remark?.() };
        if (pages === maxPages) return unseen('they are too many to be looked through');
        page = await page.next();
      }
    } catch (error) {
      scope.signal.throwIfAborted();
      if (!(error instanceof GatewayError)) throw error;
      return unseen(`they could not be read (${error.message})`);
    }
  };
  const found = await Promise.all(parts.filter(({ filter }) => !isEmpty(filter)).map(look));
  const remarks = found.flatMap(({ remark }) => (remark === undefined ? [] : [remark]));
  return {
    alerts: found.flatMap(({ alerts }) => alerts),
    remark: remarks.length === 0 ? undefined : [...new Set(remarks)].join('; '),
  };
};
