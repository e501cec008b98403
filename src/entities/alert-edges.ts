import type { Alert } from '../domain/alert.ts';
import { mde } from '../microsoft/mde/index.ts';
import { asked } from '../upstream/asked.ts';
import { one } from '../upstream/call.ts';
import { eachOne } from './edge.ts';
import { logonUserFromMde } from './logon-user.ts';
import { identified } from './mde-entity.ts';

/** Defender for Endpoint's id of an alert; null: it is another product's, which Defender for Endpoint knows nothing of. */
export const endpointAlertId = ({ source, serviceSource, alertId, providerAlertId }: Alert): string | null => {
  if (source === 'MDE') return alertId;
  return serviceSource === 'MICROSOFT_DEFENDER_FOR_ENDPOINT' ? (providerAlertId ?? alertId) : null;
};

/**
 * The machine of an alert whose id none of its evidence has. An alert that names its machine is never asked for so: machines are
 * read many a call. Calls: 1 an alert.
 */
export const machineOfAlert = eachOne({
  permission: null,
  capability: 'machines.read',
  call: (id) => one(mde.getAlertMachine, { id }, { ...identified('a machine', 'machines'), isAsked: asked.byNothing }),
  read: (_, { id }) => String(id),
});

/**
 * The user of an alert, as Defender for Endpoint knows them. No call reads those of several alerts, and a user's own page has neither
 * their SID nor when they were seen. Calls: 1 an alert, once a request.
 */
export const userOfAlert = eachOne({
  permission: null,
  capability: 'machines.logonUsers',
  call: (id) => one(mde.getAlertUser, { id }, { ...identified('a user', 'users'), isAsked: asked.byNothing }),
  read: logonUserFromMde,
});
