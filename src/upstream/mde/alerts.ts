import { acknowledged } from '../acknowledged.ts';
import type { Operation, Page } from '../http/operation.ts';
import { segment } from '../http/operation.ts';
import { readEntity, readPage } from '../http/shape.ts';
import type { MdeAlert } from './wire.ts';
import { isMdeAlert } from './wire.ts';

const readPermissions = ['Alert.Read.All', 'Alert.ReadWrite.All'] as const;
const writePermissions = ['Alert.ReadWrite.All'] as const;

/** Which alerts: an OData filter already escaped, and a page by `$top` (10,000 at most) and `$skip`. */
export interface AlertListOptions {
  readonly filter?: string | undefined;
  readonly top?: number | undefined;
  readonly skip?: number | undefined;
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

/**
 * Alerts. `machineId` is not filterable. get-alerts.md
 * Permissions, any of: `Alert.Read.All`, `Alert.ReadWrite.All`.
 */
export const listAlerts = (options: AlertListOptions = {}): Operation<Page<MdeAlert>> => ({
  id: 'mde.listAlerts',
  api: 'mde',
  method: 'GET',
  path: '/api/alerts',
  query: {
    $filter: options.filter,
    $top: options.top,
    $skip: options.skip,
    $expand: options.expandEvidence ? 'evidence' : undefined,
  },
  repeatable: true,
  permissions: readPermissions,
  parse: readPage('alerts', isMdeAlert),
});

/**
 * One alert with its evidence; `null` when unknown. get-alert-info-by-id.md
 * Permissions, any of: `Alert.Read.All`, `Alert.ReadWrite.All`.
 */
export const getAlert = (alertId: string): Operation<MdeAlert | null> => ({
  id: 'mde.getAlert',
  api: 'mde',
  method: 'GET',
  path: `/api/alerts/${segment(alertId)}`,
  repeatable: true,
  permissions: readPermissions,
  whenNotFound: () => null,
  parse: readEntity('an alert', isMdeAlert),
});

/**
 * Changes an alert; `null` when it is done but the answer is empty. update-alert.md
 * Permission: `Alert.ReadWrite.All` (the page prints it once with a plural s).
 */
export const updateAlert = (alertId: string, body: MdeAlertUpdate): Operation<MdeAlert | null> => ({
  id: 'mde.updateAlert',
  api: 'mde',
  method: 'PATCH',
  path: `/api/alerts/${segment(alertId)}`,
  body,
  repeatable: false,
  permissions: writePermissions,
  parse: acknowledged(readEntity('an alert', isMdeAlert)),
});

/**
 * Makes the same change to many alerts; the documented answer is empty, so read them again. 10 calls a minute.
 * batch-update-alerts.md
 * Permission: `Alert.ReadWrite.All`.
 */
export const batchUpdateAlerts = (body: MdeAlertBatchUpdate): Operation<null> => ({
  id: 'mde.batchUpdateAlerts',
  api: 'mde',
  method: 'POST',
  path: '/api/alerts/batchUpdate',
  body,
  repeatable: false,
  permissions: writePermissions,
  parse: () => null,
});
