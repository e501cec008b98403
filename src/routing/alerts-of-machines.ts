import type { Tenant } from '../config/tenants.ts';
import type { Alert } from '../domain/alert.ts';
import { compareTimes } from '../domain/time.ts';
import type { CallScope } from '../scope.ts';
import { alertFromMde } from '../unification/alert.ts';
import { asMachineId } from '../unification/fields.ts';
import { listAlerts } from '../upstream/mde/alerts.ts';
import type { MdeAlert } from '../upstream/mde/wire.ts';
import type { NamedAlertReads } from './alerts-by-id.ts';
import type { RoutingDependencies } from './dependencies.ts';
import { mapFound, readEach } from './each-id.ts';
import { type EveryRow, readEveryRow } from './every-row.ts';
import type { FactPlace } from './learned.ts';
import type { ReadRows } from './shared-reads.ts';

/** Rows of a page: without evidence an alert is a kilobyte or two. */
const top = 2000;

/** As few machines cost no more calls with one each. */
const maxAlone = 2;

/** Machines that are read with a call each where the tenant has too many alerts: as many as a minute's quota bears. */
const maxEach = 20;

const { of: machineOf } = asMachineId('machineId');

/**
 * The alerts of several machines, newest first, without evidence. No page lets a filter name machines (get-alerts.md): the tenant's
 * alerts are read whole and told apart. A tenant that has more than 20,000 is remembered for some minutes: there up to twenty
 * machines are read with a call each, and of more the rows are not all, and say so.
 *
 * Calls: 1 machine 1, 2 machines 2, any more 1 for each 2,000 alerts of the tenant and 1 that proves the end; 10 of more than
 * 20 machines where there are too many, and while that is remembered 1.
 */
export const createAlertsOfMachines =
  (
    { routing, send, learned }: Pick<RoutingDependencies, 'routing' | 'send' | 'learned'>,
    { ofMachine }: Pick<NamedAlertReads, 'ofMachine'>,
  ): ReadRows<Alert> =>
  async (tenant, ids, scope) => {
    const eachAlone = () =>
      readEach(
        ids,
        async (id): Promise<EveryRow<Alert>> => ({ rows: await ofMachine(tenant, id, scope), truncation: null }),
      );
    if (ids.length <= maxAlone) return eachAlone();
    const { id: operation, api } = listAlerts();
    const tooMany: FactPlace = { tenant, api, operation, fact: 'moreThanOneQuestionReads' };
    const isTooMany = learned.recall(tooMany) !== undefined;
    if (ids.length <= maxEach && isTooMany) return eachAlone();
    const { rows, truncation, isCut } = await routing.run(tenant, 'machines.alerts', scope, {
      mde: () => readAll(send, tenant, isTooMany ? 1 : undefined, scope),
    });
    if (truncation !== null) {
      if (isCut === true && !isTooMany) learned.note(tooMany, 'yes');
      if (ids.length <= maxEach) return eachAlone();
    }
    const byMachine = Map.groupBy(rows, machineOf);
    return mapFound(new Map(ids.map((id) => [id, byMachine.get(id.toLowerCase()) ?? []])), (own) => ({
      rows: own
        .map((wire) => alertFromMde(tenant, wire, 'unread'))
        .sort((a, b) => compareTimes(b.createdAt, a.createdAt)),
      truncation:
        truncation === null
          ? null
          : `Not all alerts of ${tenant.name} could be read: ${isCut === true ? '' : 'some come without an id, or the list repeats itself or moved; '}ask for ${maxEach} machines at most`,
    }));
  };

const readAll = (
  send: RoutingDependencies['send'],
  tenant: Tenant,
  maxPages: number | undefined,
  scope: CallScope,
): Promise<EveryRow<MdeAlert>> => {
  const bound = maxPages === undefined ? {} : { maxPages };
  const ask = (skip: number | undefined) => listAlerts({ top, skip });
  return readEveryRow<MdeAlert>(send, tenant, { ask, idOf: ({ id }) => id, top, ...bound }, scope);
};
