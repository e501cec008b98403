import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import type { NewAlertCategory, Severity } from '../generated/inputs.ts';
import type { CallScope } from '../scope.ts';
import { alertFromMde } from '../unification/alert.ts';
import * as mde from '../upstream/mde/alerts.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { sendOnce } from './send-once.ts';

const severityWords = { LOW: 'Low', MEDIUM: 'Medium', HIGH: 'High' } as const satisfies Partial<
  Record<Severity, string>
>;

/** Severities that an alert can be made with. create-alert-by-reference.md */
export type NewAlertSeverity = keyof typeof severityWords;

export const isNewAlertSeverity = (severity: Severity): severity is NewAlertSeverity =>
  Object.hasOwn(severityWords, severity);

/** An alert that is made of an event which hunting found: a row is named by its machine, `ReportId` and `Timestamp`. */
export interface NewAlert {
  readonly machineId: string;
  /** Digits; beyond what a number holds. */
  readonly reportId: string;
  /** ISO 8601, with every fractional digit that the row has. */
  readonly eventTime: string;
  readonly severity: NewAlertSeverity;
  readonly category: NewAlertCategory;
  readonly title: string;
  readonly description: string;
  readonly recommendedAction: string;
}

/** Makes an alert, sent once; null: Microsoft took it and did not say which it is. */
export type CreateAlert = (tenant: Tenant, alert: NewAlert, scope: CallScope) => Promise<Alert | null>;

/** `COMMAND_AND_CONTROL` -> `CommandAndControl` */
const categoryWord = (category: NewAlertCategory): string =>
  category
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('');

export const createNewAlerts =
  (parts: RoutingDependencies): CreateAlert =>
  (tenant, { severity, category, ...alert }, scope) =>
    parts.routing.run(tenant, 'alerts.create', scope, {
      mde: async () => {
        const words = { severity: severityWords[severity], category: categoryWord(category) };
        const wire = await sendOnce(parts, tenant, mde.createAlertByReference({ ...alert, ...words }), scope);
        return wire === null ? null : alertFromMde(tenant, wire, wire.evidence?.length ? 'read' : 'unread');
      },
    });
