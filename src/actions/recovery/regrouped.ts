import type { Alert } from '../../domain/alert.ts';
import type { Incident } from '../../domain/incident.ts';
import { survivorOf } from '../../domain/incident.ts';
import type { IncidentReads } from '../../routing/incidents.ts';
import { isCommented, isUnclear } from '../kinds/entity/shown.ts';
import type { Of } from '../once/journal.ts';
import { absent, type FindOutcomes, type Found, type Sought, there, unclearComment, withoutTarget } from './sought.ts';

/** What became of merges: they were done when the incidents are one. Calls: those of reading them by id. */
export const foundMerges =
  (reads: Pick<IncidentReads, 'byIds'>): FindOutcomes<Of<'merge'>, Incident> =>
  async (tenant, sought, scope) => {
    const ids = [...new Set(sought.flatMap(({ subject }) => subject.incidentIds))];
    const found = await reads.byIds(tenant, ids, scope);
    return sought.map(({ subject: { incidentIds }, settled }) => {
      const read = incidentIds.map((id) => found.get(id));
      const failure = read.find((incident) => incident instanceof Error);
      if (failure !== undefined) return failure;
      const incidents = read.flatMap((incident) =>
        incident === undefined || incident instanceof Error ? [] : [incident],
      );
      const survivors = new Set(incidents.map((incident) => survivorOf(incident, found)));
      const [survivor = null] = survivors;
      if (incidents.length < incidentIds.length || survivors.size !== 1) return absent(settled);
      return there(incidents.find(({ incidentId }) => incidentId === survivor) ?? null, survivor);
    });
  };

/** What became of a move: by the incident that the alert is in; of one into a new incident by the comment that came with it. */
export const foundMove = (
  { subject: { id, move }, since, settled }: Sought<Of<'move'>>,
  alert: Alert | undefined,
): Found<Alert> | Error | null => {
  // What is there may be shown to be none for a while.
  if (alert === undefined) return withoutTarget(settled, `alert ${id}`);
  const isThere = move.incidentId === null ? isCommented(move, alert, since) : alert.incidentId === move.incidentId;
  if (isThere) return there(alert, alert.incidentId);
  const isNew = move.incidentId === null;
  return settled && isNew && isUnclear(move, alert, since) ? unclearComment() : absent(settled, alert);
};
