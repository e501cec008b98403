import { directoryKey } from '../../config/tenant-keys.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { Incident } from '../../domain/incident.ts';
import { compareTimes } from '../../domain/time.ts';
import { asError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { checked, hasFields } from '../../store/forms.ts';
import { namespaces } from '../../store/namespaces.ts';
import type { Store } from '../../store/store.ts';

/** The tags that an incident was given. */
interface RecentTags {
  readonly tags: readonly string[];
  /** What is from before it does not show them: as Microsoft tells the time, where it did. */
  readonly at: string;
}

const areTexts = (value: unknown): boolean => Array.isArray(value) && value.every((one) => typeof one === 'string');

const isRecentTags = hasFields({ tags: areTexts, at: 'text' });

/** A clock of Microsoft's may be behind by so much, milliseconds. */
const skewMs = 60_000;

/**
 * The tags that incidents were given a moment ago, by any replica. Tags are written whole: those that are added to what a read shows
 * of before would take away those that were added last.
 */
export const createRecentTags = ({ store, log }: { readonly store: Store; readonly log: Log }) => {
  const recent = store.space<RecentTags>('recent-tags', checked(namespaces['recent-tags'], isRecentTags));
  const keyOf = (tenant: Tenant, incidentId: string): string => JSON.stringify([directoryKey(tenant), incidentId]);
  return {
    /** They were sent at a time of this clock, and answered with the incident as it is since; null: with nothing. Never rejects. */
    note: (
      tenant: Tenant,
      incidentId: string,
      tags: readonly string[],
      { answered, sentAtMs }: { readonly answered: Incident | null; readonly sentAtMs: number },
    ): Promise<void> => {
      const at = answered?.updatedAt ?? new Date(sentAtMs - skewMs).toISOString();
      return recent.set(keyOf(tenant, incidentId), { tags, at }).catch((thrown: unknown) => {
        log.warn('The tags of an incident could not be noted', { tenant: tenant.name, err: asError(thrown) });
      });
    },
    /** An incident as it was read, with the tags that it was given since. Never rejects: what is not known is as it was read. */
    withThem: async (tenant: Tenant, incident: Incident): Promise<Incident> => {
      const last = await recent.get(keyOf(tenant, incident.incidentId)).catch((thrown: unknown) => {
        log.warn('The tags of an incident could not be looked up', { tenant: tenant.name, err: asError(thrown) });
        return undefined;
      });
      if (last === undefined || incident.updatedAt === null || compareTimes(incident.updatedAt, last.at) >= 0)
        return incident;
      return { ...incident, tags: last.tags };
    },
  };
};

export type RecentTagsOfIncidents = ReturnType<typeof createRecentTags>;
