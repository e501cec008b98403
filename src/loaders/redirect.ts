import type { Incident } from '../domain/incident.ts';
import type { Loaders } from './loaders.ts';

/** Merges may chain; more hops than this, or a circle, is Microsoft's mistake and ends where it stands. */
const maxHops = 5;

/** The incident that a merged one went into, over every hop; `null` for one that was not merged. One call a hop. */
export const survivorOf = async (incident: Incident, loaders: Pick<Loaders, 'incidents'>): Promise<Incident | null> => {
  const seen = new Set([incident.incidentId]);
  let survivor: Incident | null = null;
  let next = incident.redirectIncidentId;
  for (let hop = 0; hop < maxHops && next !== null && !seen.has(next); hop += 1) {
    seen.add(next);
    const found: Incident | null = await loaders.incidents.load({ tenant: incident.tenant, id: next });
    if (found === null) break;
    survivor = found;
    next = found.redirectIncidentId;
  }
  return survivor;
};
