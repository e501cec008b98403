import { alerts } from '../../microsoft/mde/alerts.ts';
import { acknowledged, statusAlone } from '../answers.ts';
import { asked } from '../asked.ts';
import { call, change, type ListOptions, type OneKind, ofAsked, one, page } from '../call.ts';
import { readEntity } from '../http/shape.ts';
import { isMdeAlert, type MdeAlert } from './wire.ts';

/** An alert as every operation of MDE answers it. */
export const alert: OneKind<MdeAlert> = { one: 'an alert', many: 'alerts', is: isMdeAlert, isAsked: asked.byId() };

/** Which alerts: an OData filter already escaped, and a page by `$top` (10,000 at most) and `$skip`. */
export interface AlertListOptions extends Pick<ListOptions, 'filter' | 'top' | 'skip' | 'orderBy'> {
  /** Without it every alert's evidence comes back empty. */
  readonly expandEvidence?: boolean | undefined;
}

/** What can be changed on an alert, in MDE's words. Classification and determination go together. update-alert.md */
export interface MdeAlertUpdate {
  readonly status?: string;
  readonly assignedTo?: string | null;
  readonly classification?: string;
  readonly determination?: string;
  readonly comment?: string;
}

/** The same change for many alerts. batch-update-alerts.md */
export interface MdeAlertBatchUpdate extends MdeAlertUpdate {
  readonly alertIds: readonly string[];
}

/** An alert on an event, in MDE's words. All fields are needed. create-alert-by-reference.md */
export interface MdeNewAlert {
  readonly machineId: string;
  readonly reportId: string;
  readonly eventTime: string;
  readonly severity: string;
  readonly category: string;
  readonly title: string;
  readonly description: string;
  readonly recommendedAction: string;
}

/** Alerts. `machineId` is not filterable. */
export const listAlerts = ({ expandEvidence, ...options }: AlertListOptions = {}) =>
  page(alerts.listAlerts, {}, alert, { ...options, expand: expandEvidence ? 'evidence' : undefined });

/** One alert with its evidence; `null` when unknown. */
export const getAlert = (alertId: string) => one(alerts.getAlert, { id: alertId }, alert);

/** Changes an alert; `null` when it is done but the answer is empty. */
export const updateAlert = (alertId: string, body: MdeAlertUpdate) =>
  change(alerts.updateAlert, { id: alertId }, alert, body);

/** Makes the same change to many alerts; the documented answer is empty, so read them again. */
export const batchUpdateAlerts = (body: MdeAlertBatchUpdate) =>
  call(alerts.batchUpdateAlerts, {}, { parse: statusAlone }, { body });

const alertOnMachine: OneKind<MdeAlert> = { ...alert, isAsked: asked.byMachine };

/** Makes an alert, or adds the event to an open one of that title on the machine; `null` when the answer is empty. */
export const createAlertByReference = (body: MdeNewAlert) => {
  const read = readEntity(alert.one, alert.is);
  const parse = acknowledged((answer) => ofAsked(alertOnMachine, read(answer), body.machineId));
  return call(alerts.createAlertByReference, {}, { parse }, { body });
};
