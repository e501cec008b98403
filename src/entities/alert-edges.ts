import type { Alert } from '../domain/alert.ts';
import { mde } from '../microsoft/mde/index.ts';
import { readEach } from '../routing/each-id.ts';
import { asked } from '../upstream/asked.ts';
import { call, one } from '../upstream/call.ts';
import { isRecord, MalformedAnswerError } from '../upstream/http/shape.ts';
import { type Edge, eachOne } from './edge.ts';
import { logonUserFromMde } from './logon-user.ts';
import { askedIn } from './look-back.ts';
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

/** Bare, as OData has it, or as a service wraps a value. */
const readCount = (body: unknown): number => {
  const sent = isRecord(body) ? (body['@odata.count'] ?? body.value) : body;
  const count = typeof sent === 'string' && sent.trim() !== '' ? Number(sent) : sent;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0) return count;
  throw new MalformedAnswerError('a number of alerts');
};

/** exposed-apis-odata-samples.md, whose example is the first. */
const filters = { open: "status ne 'Resolved'", resolved: "status eq 'Resolved'" } as const;

/** What is counted, as it is asked for. */
export const countedAlerts = (isOpen: boolean | null | undefined): keyof typeof filters | '' => {
  if (isOpen == null) return '';
  return isOpen ? 'open' : 'resolved';
};

const filterOf = (counted: string | undefined): string | undefined =>
  counted === 'open' || counted === 'resolved' ? filters[counted] : undefined;

/** How many alerts a machine has, without reading them. Calls: 1 a machine, where its alerts are one for each page. */
export const alertCountOfMachine: Edge<number, 'one'> = {
  answers: 'one',
  permission: 'alert:read',
  read:
    ({ routing, send }) =>
    (tenant, keys, scope) =>
      routing.run(tenant, 'machines.alerts', scope, {
        mde: () =>
          readEach(keys, async (key) => {
            const [id, counted] = askedIn(key);
            const reading = { parse: readCount, whenNotFound: () => null };
            const sent = { query: { $filter: filterOf(counted) } };
            const operation = call<'/api/machines/{id}/alerts/$count', number | null>(
              ...([mde.countMachineAlerts, { id }, reading, sent] as const),
            );
            const count = await send(tenant, operation, scope);
            return { rows: count === null ? [] : [count], truncation: null };
          }),
      }),
};
