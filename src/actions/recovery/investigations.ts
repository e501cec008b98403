import { GatewayError } from '../../errors.ts';
import type { AlertReads } from '../../routing/alerts.ts';
import {
  begunSince,
  type FoundInvestigation,
  goesOn,
  type InvestigationReads,
  investigationsOn,
  isAskedFor,
} from '../../routing/investigations-of-machines.ts';
import { type Of, skewMs } from '../once/journal.ts';
import { absent, type FindOutcomes, there } from './sought.ts';

/** By what it is found what became of a start. */
export interface InvestigationOutcomeReads {
  readonly investigations: InvestigationReads;
  readonly alerts: Pick<AlertReads, 'byIds'>;
}

const unclear = (): GatewayError =>
  new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    "Whether the investigation was started does not show: one began on the machine shortly before, or does not say when, or the gateway's clock is ahead",
  );

/**
 * What became of starts of investigations: by machine and time. Calls: those of reading the investigations, and the alerts of those
 * that began since or shortly before.
 */
export const foundInvestigations =
  (reads: InvestigationOutcomeReads): FindOutcomes<Of<'investigation'>, FoundInvestigation> =>
  async (tenant, sought, scope) => {
    const ids = sought.map(({ subject }) => subject.machineId);
    const { items, isAll } = await investigationsOn(reads.investigations, tenant, ids, scope);
    // investigation.md: one that is queued need not have begun.
    const untimed = items.filter((one) => one.startTime === null && goesOn(one));
    const begunNear = sought.flatMap(({ subject, since }) => begunSince(items, subject.machineId, since - skewMs));
    const near = [...begunNear, ...untimed];
    const alertIds = [...new Set(near.flatMap(({ triggeringAlertId }) => triggeringAlertId ?? []))];
    const alerts = alertIds.length === 0 ? new Map() : await reads.alerts.byIds(tenant, alertIds, scope);
    return sought.map(({ subject: { machineId }, since, settled }) => {
      const isOurs = (one: FoundInvestigation) => isAskedFor(one, alerts) === true;
      const begun = begunSince(items, machineId, since);
      const one = begun.find(isOurs);
      if (one !== undefined) return there(one, one.investigationId);
      const unread = begun.map((other) => isAskedFor(other, alerts)).find((asked) => asked instanceof Error);
      if (unread !== undefined) return unread;
      const isNone = settled && isAll;
      const ofMachine = untimed.filter((other) => other.machineId === machineId);
      const mayBe = [...begunSince(items, machineId, since - skewMs), ...ofMachine].some(isOurs);
      return isNone && mayBe ? unclear() : absent(isNone);
    });
  };
