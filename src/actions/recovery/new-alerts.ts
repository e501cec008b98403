import type { Tenant } from '../../config/tenants.ts';
import type { Alert } from '../../domain/alert.ts';
import { GatewayError } from '../../errors.ts';
import type { AlertReads } from '../../routing/alerts.ts';
import { firstPages } from '../../routing/first-pages.ts';
import type { CallScope } from '../../scope.ts';
import { nearMs, type Of, skewMs } from '../once/journal.ts';
import { absent, type FindOutcomes, there } from './sought.ts';

/** Alerts of one page of a machine, and pages of one look; more may hide what is looked for. */
const listed = 200;
const maxPages = 5;

const alertsOn = async (reads: Pick<AlertReads, 'open'>, tenant: Tenant, machineId: string, scope: CallScope) => {
  const opening = { from: { kind: 'start' }, top: listed } as const;
  return firstPages(await reads.open(tenant, { machineId }, opening, scope), maxPages);
};

/** create-alert-by-reference.md: an open alert of that title takes the event in: then it was changed since, not made. */
const isSince = ({ createdAt, updatedAt }: Alert, since: number): boolean =>
  [createdAt, updatedAt].some((time) => time !== null && Date.parse(time) >= since);

const unclear = (): GatewayError =>
  new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    "Whether the alert was made does not show: there is one of the same title from shortly before, or the gateway's clock is ahead",
  );

/**
 * What became of alerts that were to be made: found by their title on the machine since that moment, by the clock of the store. One
 * of shortly before may be it where the clocks differ, which is an error. Calls: 1 a machine.
 */
export const foundNewAlerts =
  (reads: Pick<AlertReads, 'open'>): FindOutcomes<Of<'newAlert'>, Alert> =>
  async (tenant, sought, scope) => {
    const machineIds = [...new Set(sought.map(({ subject }) => subject.machineId))];
    const lists = new Map(
      await Promise.all(machineIds.map(async (id) => [id, await alertsOn(reads, tenant, id, scope)] as const)),
    );
    return sought.map(({ subject: { machineId, title }, since, settled }) => {
      const { items = [], isAll = false } = lists.get(machineId) ?? {};
      const likes = items.filter((one) => one.title?.trim() === title);
      const alert = likes.find((one) => isSince(one, since - nearMs));
      if (alert !== undefined) return there(alert, alert.alertId);
      const isNone = settled && isAll;
      return isNone && likes.some((one) => isSince(one, since - skewMs)) ? unclear() : absent(isNone);
    });
  };
