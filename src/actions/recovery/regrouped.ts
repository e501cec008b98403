import type { Tenant } from '../../config/tenants.ts';
import type { Alert } from '../../domain/alert.ts';
import type { Incident } from '../../domain/incident.ts';
import { survivorOf } from '../../domain/incident.ts';
import type { AlertReads } from '../../routing/alerts.ts';
import type { IncidentReads } from '../../routing/incidents.ts';
import type { CallScope } from '../../scope.ts';
import { isCommented } from '../kinds/entity/shown.ts';
import type { Of } from '../once/journal.ts';
import type { Found, Sought } from './sought.ts';

/** Not there: it was not done if it would be there by now. */
const absent = <Shown>(settled: boolean, shown: Shown | null): Found<Shown> | null =>
  settled ? { outcome: 'NOT_BEGUN', actionId: null, shown } : null;

/** What became of merges: they were done when the incidents are one. Calls: those of reading them by id. */
export const foundMerges = async (
  reads: Pick<IncidentReads, 'byIds'>,
  tenant: Tenant,
  sought: readonly Sought<Of<'merge'>>[],
  scope: CallScope,
): Promise<readonly (Found<Incident> | Error | null)[]> => {
  const ids = [...new Set(sought.flatMap(({ subject }) => subject.incidentIds))];
  const found = await reads.byIds(tenant, ids, scope);
  return sought.map(({ subject: { incidentIds }, settled }): Found<Incident> | Error | null => {
    const incidents: Incident[] = [];
    for (const id of incidentIds) {
      const incident = found.get(id);
      if (incident instanceof Error) return incident;
      if (incident !== undefined) incidents.push(incident);
    }
    const survivors = new Set(incidents.map((incident) => survivorOf(incident, found)));
    const [survivor = null] = survivors;
    if (incidents.length < incidentIds.length || survivors.size !== 1) return absent<Incident>(settled, null);
    return {
      outcome: 'DONE',
      actionId: survivor,
      shown: incidents.find(({ incidentId }) => incidentId === survivor) ?? null,
    };
  });
};

/** What became of moves: by the incident that an alert is in; of a move into a new one by the comment that came with it. */
export const foundMoves = async (
  reads: Pick<AlertReads, 'byIds'>,
  tenant: Tenant,
  sought: readonly Sought<Of<'move'>>[],
  scope: CallScope,
): Promise<readonly (Found<Alert> | Error | null)[]> => {
  const found = await reads.byIds(tenant, [...new Set(sought.map(({ subject }) => subject.id))], scope);
  return sought.map(({ subject: { id, move }, since, settled }): Found<Alert> | Error | null => {
    const alert = found.get(id);
    if (alert instanceof Error) return alert;
    // What is there may be shown to be none for a while.
    if (alert === undefined) return absent<Alert>(settled, null);
    const isThere = move.incidentId === null ? isCommented(move, alert, since) : alert.incidentId === move.incidentId;
    return isThere ? { outcome: 'DONE', actionId: alert.incidentId, shown: alert } : absent(settled, alert);
  });
};
