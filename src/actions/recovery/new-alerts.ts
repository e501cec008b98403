import type { Tenant } from '../../config/tenants.ts';
import type { Alert } from '../../domain/alert.ts';
import type { AlertReads } from '../../routing/alerts.ts';
import { firstPages } from '../../routing/first-pages.ts';
import type { CallScope } from '../../scope.ts';
import type { Of } from '../once/journal.ts';
import { absent, type FindOutcomes, there } from './sought.ts';

/** How much earlier than it was sent an alert may seem to be made. */
const skewMs = 600_000;
/** Alerts of one page of a machine, and pages of one look; more may hide what is looked for. */
const listed = 200;
const maxPages = 5;

const alertsOn = async (reads: Pick<AlertReads, 'open'>, tenant: Tenant, machineId: string, scope: CallScope) => {
  const opening = { from: { kind: 'start' }, top: listed } as const;
  return firstPages(await reads.open(tenant, { machineId }, opening, scope), maxPages);
};

/** create-alert-by-reference.md: an open alert of that title takes the event in: then it was changed since, not made. */
const isSince = ({ createdAt, updatedAt }: Alert, since: number): boolean =>
  [createdAt, updatedAt].some((time) => time !== null && Date.parse(time) >= since - skewMs);

/** What became of alerts that were to be made: found by their title on the machine since that moment. Calls: 1 a machine. */
export const foundNewAlerts =
  (reads: Pick<AlertReads, 'open'>): FindOutcomes<Of<'newAlert'>, Alert> =>
  async (tenant, sought, scope) => {
    const machineIds = [...new Set(sought.map(({ subject }) => subject.machineId))];
    const lists = new Map(
      await Promise.all(machineIds.map(async (id) => [id, await alertsOn(reads, tenant, id, scope)] as const)),
    );
    return sought.map(({ subject: { machineId, title }, since, settled }) => {
      const { items = [], isAll = false } = lists.get(machineId) ?? {};
      const alert = items.find((one) => one.title?.trim() === title && isSince(one, since));
      return alert === undefined ? absent(settled && isAll) : there(alert, alert.alertId);
    });
  };
