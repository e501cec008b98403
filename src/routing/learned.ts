import type { Clock } from '../clock.ts';
import type { ApiName } from '../clouds/endpoints.ts';
import type { Tenant } from '../config/tenants.ts';
import type { Log } from '../log.ts';
import { createWholeLists, type WholeLists } from './whole-lists.ts';

/** Microsoft's services change without notice: what was learned about one is tried anew after this time. */
const lifetimeMs = 10 * 60_000;

/** What a fact is about. */
export interface FactPlace {
  readonly tenant: Pick<Tenant, 'name'>;
  readonly api: ApiName;
  /** The operation's id. */
  readonly operation: string;
  /** E.g. `idForm`: few, fixed, a label of the metric. */
  readonly fact: string;
  /** What in the operation, e.g. a condition of a filter. */
  readonly of?: string;
}

/** What the gateway found out about an upstream by asking it; for some minutes, in this process. */
export interface Learned {
  /** `undefined`: nothing is known (any more). */
  recall(place: FactPlace): string | undefined;
  /** Whether it is news: unknown until now, or known otherwise. */
  note(place: FactPlace, value: string): boolean;
  forget(place: FactPlace): void;
  readonly wholeLists: WholeLists;
  /** Forgets all of a tenant: it is gone, or another one has its name. */
  forgetTenant(name: string): void;
}

/** Told how many facts of a kind are known of an API, over all tenants: it names none. */
export type LearnedFacts = (sample: { readonly api: string; readonly fact: string; readonly known: number }) => void;

/** What facts are kept with. */
export interface LearnedParts {
  readonly clock: Pick<Clock, 'now'>;
  /** Each fact is logged once, when it is news. */
  readonly log?: Pick<Log, 'info'>;
  /** Feeds the metric. */
  readonly report?: LearnedFacts;
}

/** Facts with a lifetime of ten minutes. */
export const createLearned = ({ clock, log, report = () => {} }: LearnedParts): Learned => {
  const facts = new Map<string, { readonly value: string; readonly until: number; readonly place: FactPlace }>();
  const keyOf = ({ tenant, api, operation, fact, of = '' }: FactPlace): string =>
    [tenant.name, api, operation, fact, of].join('\n');

  const tell = ({ api, fact }: FactPlace): void => {
    let known = 0;
    for (const { place, until } of facts.values())
      if (until > clock.now() && place.api === api && place.fact === fact) known += 1;
    report({ api, fact, known });
  };
  const forget = (place: FactPlace): void => {
    if (facts.delete(keyOf(place))) tell(place);
  };
  const recall = (place: FactPlace): string | undefined => {
    const found = facts.get(keyOf(place));
    if (found === undefined) return undefined;
    if (found.until > clock.now()) return found.value;
    forget(place);
    return undefined;
  };

  const wholeLists = createWholeLists(clock, (api, known) => report({ api, fact: 'wholeList', known }));
  return {
    recall,
    forget,
    wholeLists,
    forgetTenant: (name) => {
      wholeLists.forgetTenant(name);
      for (const { place } of [...facts.values()]) if (place.tenant.name === name) forget(place);
    },
    note: (place, value) => {
      const isNews = recall(place) !== value;
      // A fact lives from when it was found, not from when it was last used: it is to be tried anew.
      if (isNews) {
        facts.set(keyOf(place), { value, until: clock.now() + lifetimeMs, place });
        tell(place);
        const { tenant, api, operation, fact, of = '' } = place;
        log?.info('learned about an upstream', { tenant: tenant.name, api, operation, fact, of, value });
      }
      return isNews;
    },
  };
};
