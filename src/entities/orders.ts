import type { Alert } from '../domain/alert.ts';
import { exposureLevels, riskScores, severities } from '../domain/enums.ts';
import type { Incident } from '../domain/incident.ts';
import type { Machine } from '../domain/machine.ts';
import { compareTimes } from '../domain/time.ts';

/** An order that a caller asks for. */
export interface Order<Field extends string> {
  readonly field: Field;
  /** Descending when not said. */
  readonly direction?: 'ASC' | 'DESC' | undefined;
}

/** Ascending comparators by the name of the order. */
export type Comparators<Field extends string, T> = Readonly<Record<Field, (a: T, b: T) => number>>;

/** Ascending by the place in a list, which begins with the lowest. */
export const rankOf =
  <V>(ranks: readonly V[]) =>
  (a: V, b: V): number =>
    ranks.indexOf(a) - ranks.indexOf(b);

const bySeverity = rankOf(severities);
const byRisk = rankOf(riskScores);
const byExposure = rankOf(exposureLevels);

/** Ascending; unknown values are lowest. */
export const incidentOrders = {
  CREATED_AT: (a, b) => compareTimes(a.createdAt, b.createdAt),
  UPDATED_AT: (a, b) => compareTimes(a.updatedAt, b.updatedAt),
  SEVERITY: (a, b) => bySeverity(a.severity, b.severity),
} as const satisfies Comparators<string, Incident>;

/** Ascending; unknown values are lowest. */
export const alertOrders = {
  CREATED_AT: (a, b) => compareTimes(a.createdAt, b.createdAt),
  UPDATED_AT: (a, b) => compareTimes(a.updatedAt, b.updatedAt),
  SEVERITY: (a, b) => bySeverity(a.severity, b.severity),
} as const satisfies Comparators<string, Alert>;

/** Ascending; unknown values are lowest, names without regard to case. */
export const machineOrders = {
  COMPUTER_DNS_NAME: (a, b) => (a.computerDnsName ?? '').localeCompare(b.computerDnsName ?? '', 'en'),
  LAST_SEEN: (a, b) => compareTimes(a.lastSeen, b.lastSeen),
  RISK_SCORE: (a, b) => byRisk(a.riskScore, b.riskScore),
  EXPOSURE_LEVEL: (a, b) => byExposure(a.exposureLevel, b.exposureLevel),
} as const satisfies Comparators<string, Machine>;

/** The comparator of an order, in its direction. */
export const comparatorOf = <Field extends string, T>(
  orders: Comparators<Field, T>,
  order: Order<Field>,
): ((a: T, b: T) => number) => {
  const compare = orders[order.field];
  return order.direction === 'ASC' ? compare : (a, b) => compare(b, a);
};

/** Ascending; what has no number is lowest. */
export const byNumber =
  <T>(of: (row: T) => number | null) =>
  (a: T, b: T): number =>
    (of(a) ?? Number.NEGATIVE_INFINITY) - (of(b) ?? Number.NEGATIVE_INFINITY) || 0;
