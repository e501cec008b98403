import { as, asBoolean, asId, asNumber, asText, asTime, type EntityOf } from '../unification/fields.ts';
import { fromMde, type OfTenant } from './entity.ts';

/** A list in one text, e.g. `Interactive, Network`. */
const listed = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '')
    : [];

/** get-machine-log-on-users.md; no page has a table of them. */
export const logonUserFields = {
  /** `domain\name` */
  userId: asId('id'),
  accountName: asText('accountName'),
  accountDomain: asText('accountDomain'),
  accountSid: asText('accountSid'),
  firstSeen: asTime('firstSeen'),
  lastSeen: asTime('lastSeen'),
  logonTypes: as(listed, 'logonTypes'),
  logOnMachinesCount: asNumber('logOnMachinesCount'),
  mostPrevalentMachineId: asText('mostPrevalentMachineId'),
  leastPrevalentMachineId: asText('leastPrevalentMachineId'),
  isDomainAdmin: asBoolean('isDomainAdmin'),
  isOnlyNetworkUser: asBoolean('isOnlyNetworkUser'),
} as const;

/** A user who logged on to a machine. */
export interface LogonUser extends OfTenant, EntityOf<typeof logonUserFields> {}

/** Reads one. */
export const logonUserFromMde = fromMde(logonUserFields);
