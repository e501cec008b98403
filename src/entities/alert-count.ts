import { mde } from '../microsoft/mde/index.ts';
import { readEach } from '../routing/each-id.ts';
import { readWhole } from '../routing/every-row.ts';
import type { FactPlace } from '../routing/learned.ts';
import { readAlertStatus } from '../unification/words/triage.ts';
import { call } from '../upstream/call.ts';
import type { Operation } from '../upstream/http/operation.ts';
import { isRecord, MalformedAnswerError } from '../upstream/http/shape.ts';
import { listMachineAlerts } from '../upstream/mde/machines.ts';
import type { MdeAlert } from '../upstream/mde/wire.ts';
import type { Edge } from './edge.ts';
import { askedIn } from './look-back.ts';

/** Bare, as OData has it, or as a service wraps a value. */
const readCount = (body: unknown): number => {
  const sent = isRecord(body) ? (body['@odata.count'] ?? body.value) : body;
  const count = typeof sent === 'string' && sent.trim() !== '' ? Number(sent) : sent;
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0) return count;
  throw new MalformedAnswerError('a number of alerts');
};

const isResolved = ({ status }: MdeAlert): boolean => readAlertStatus(status) === 'RESOLVED';

/** States whose alerts are counted by themselves. exposed-apis-odata-samples.md, whose example is the first filter. */
const states = {
  open: { filter: "status ne 'Resolved'", has: (alert: MdeAlert) => !isResolved(alert) },
  resolved: { filter: "status eq 'Resolved'", has: isResolved },
} as const;
type AlertState = keyof typeof states;

const isState = (counted: string | undefined): counted is AlertState =>
  counted !== undefined && Object.hasOwn(states, counted);

/** What is counted, as it is asked for; empty: all. */
export const countedAlerts = (isOpen: boolean | null | undefined): AlertState | '' => {
  if (isOpen == null) return '';
  return isOpen ? 'open' : 'resolved';
};

const countAlerts = (machineId: string, state?: AlertState): Operation<number | null> => {
  const reading = { parse: readCount, whenNotFound: () => null };
  const query = { $filter: state && states[state].filter };
  return call<'/api/machines/{id}/alerts/$count', number | null>(mde.countMachineAlerts, { id: machineId }, reading, {
    query,
  });
};

/**
 * How many alerts a machine has. Microsoft counts them; those that meet a condition it counts once a number of its own was that of
 * the alerts as they were read, and not that of all, for no answer says whether it heeds the condition. Until then, and where it does
 * not, they are read. Calls: 1 a machine, and 1 more in ten minutes for the proof.
 */
export const alertCountOfMachine: Edge<number, 'one'> = {
  answers: 'one',
  permission: 'alert:read',
  read:
    ({ routing, send, learned }) =>
    (tenant, keys, scope) => {
      const countState = async (id: string, state: AlertState): Promise<number | null> => {
        const { id: operation, api } = mde.countMachineAlerts;
        const heeded: FactPlace = { tenant, api, operation, fact: 'heededCondition', of: state };
        const known = learned.recall(heeded);
        if (known === 'yes') return send(tenant, countAlerts(id, state), scope);
        const alerts = await readWhole(send, tenant, listMachineAlerts(id), (alert) => alert.id, scope);
        const count = alerts.filter(states[state].has).length;
        if (learned.recall(heeded) === undefined && count > 0 && count < alerts.length) {
          // One machine is enough, of many that are counted at once.
          learned.note(heeded, 'asked');
          const told = await send(tenant, countAlerts(id, state), scope).catch(() => null);
          learned.note(heeded, told === count ? 'yes' : 'no');
        }
        return count;
      };
      return routing.run(tenant, 'machines.alerts', scope, {
        mde: () =>
          readEach(keys, async (key) => {
            const [id, counted] = askedIn(key);
            const count = await (isState(counted) ? countState(id, counted) : send(tenant, countAlerts(id), scope));
            return { rows: count === null ? [] : [count], truncation: null };
          }),
      });
    },
};
