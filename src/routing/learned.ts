import type { Clock } from '../clock.ts';
import type { ApiName } from '../clouds/endpoints.ts';
import { type TenantIdentity, tenantKey } from '../config/tenant-keys.ts';
import type { Log } from '../log.ts';
import { createWholeLists, type WholeLists } from './whole-lists.ts';

/** Microsoft's services change without notice: what was learned about one is tried anew after this time. */
const lifetimeMs = 10 * 60_000;

/** What a fact is about. */
export interface FactPlace {
  readonly tenant: TenantIdentity;
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
    [tenantKey(tenant), api, operation, fact, of].join('\n');

  const tell = ({ api, fact }: FactPlace): void => {
    let known = 0;
    for (const { place, until } of facts.values())
      if (until > clock.now() && place.api === api && place.fact === fact) known += 1;
    report({ api, fact, known });
  };
  const forget = (place: FactPlace): void => {
    if (facts.delete(keyOf(place))) tell(place);
  };
  /** Nobody may ask for it again: the condition is asked no more, or its tenant is gone. */
  const forgetEnded = (): void => {
    for (const { place, until } of facts.values()) {
      if (until > clock.now()) return;
      forget(place);
    }
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
    note: (place, value) => {
      const isNews = recall(place) !== value;
      // A fact lives from when it was found, not from when it was last used: it is to be tried anew.
      if (isNews) {
        // In the order in which they end.
        facts.delete(keyOf(place));
        facts.set(keyOf(place), { value, until: clock.now() + lifetimeMs, place });
        forgetEnded();
        tell(place);
        const { tenant, api, operation, fact, of = '' } = place;
        log?.info('learned about an upstream', { tenant: tenant.name, api, operation, fact, of, value });
      }
      return isNews;
    },
  };
};
