import type { Tenant } from '../config/tenants.ts';
import { type GatewayError, UpstreamError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { listIncidents } from '../upstream/graph/incidents.ts';
import type { GraphIncident } from '../upstream/graph/wire.ts';
import type { AskedPage } from './collection.ts';
import type { RoutingDependencies } from './dependencies.ts';
import type { FactPlace } from './learned.ts';
import type { PageOptions } from './list-source.ts';

/** How often a page is halved before its incidents are listed without their alerts. */
const maxHalvings = 2;

/** Below this many a page is not halved. */
const leastTop = 4;

/** Refused where it would be taken without its alerts: 413 for an answer that is too large, 400 for the expansion itself. */
const refusals: readonly number[] = [400, 413, 501];

const isOverburdened = (error: unknown): error is GatewayError =>
  error instanceof UpstreamError &&
  (error.code === 'UPSTREAM_UNAVAILABLE' ||
    error.code === 'UPSTREAM_TIMEOUT' ||
    refusals.includes(error.details.upstreamStatus ?? 0));

/** Whether a smaller page may be answered. */
const isTooMuch = ({ code, details }: GatewayError): boolean =>
  code !== 'UPSTREAM_TIMEOUT' && details.upstreamStatus !== 400 && details.upstreamStatus !== 501;

/**
 * Pages of Graph's incidents with their alerts inside (`$expand=alerts`), which Graph answers with 500 or not at all where
 * incidents are large. The page is halved twice, then the incidents are listed without alerts: those are read with each
 * incident when they are asked for (20 a `$batch`), so that one that cannot be read is an error at its alerts alone. What works
 * is kept in mind for some minutes.
 *
 * Calls: one a page; where nothing of it works, once in ten minutes, three that fail.
 */
export const createExpandedIncidents = (
  { send, learned }: Pick<RoutingDependencies, 'send' | 'learned'>,
  tenant: Tenant,
  scope: CallScope,
) => {
  const { id: operation } = listIncidents();
  const fact: FactPlace = { tenant, api: 'graph', operation, fact: 'expandedTop' };
  /** The largest page that works; 0: none. */
  const largest = (): number => Number(learned.recall(fact) ?? Number.POSITIVE_INFINITY);

  let lastTop = 0;

  return {
    ask: async (page: PageOptions): Promise<AskedPage<GraphIncident>> => {
      const start = Math.min(page.top, largest());
      const tops = start === 0 ? [] : [start];
      for (let top = start; tops.length > 0 && tops.length <= maxHalvings && top > leastTop; ) {
        top = Math.ceil(top / 2);
        tops.push(top);
      }
      for (const top of tops) {
        try {
          // Not sent again as it is: a smaller page is the repetition.
          const listed = { ...listIncidents({ ...page, top, expandAlerts: true }), once: true };
          const answer = await send(tenant, listed, scope);
          if (top < page.top && top < largest()) learned.note(fact, String(top));
          lastTop = top;
          return { ...answer, top };
        } catch (error) {
          scope.signal.throwIfAborted();
          if (!isOverburdened(error)) throw error;
          if (!isTooMuch(error)) break;
        }
      }
      const answer = await send(tenant, listIncidents(page), scope);
      learned.note(fact, '0');
      return { ...answer, top: page.top };
    },
    /** `null`: the page behind the link cannot be had with its alerts; it is asked for by its place. */
    follow: async (link: string): Promise<AskedPage<GraphIncident> | null> => {
      const listed = { ...listIncidents({ expandAlerts: true }), once: true };
      try {
        return { ...(await send.follow(tenant, listed, link, scope)), top: lastTop };
      } catch (error) {
        scope.signal.throwIfAborted();
        if (!isOverburdened(error)) throw error;
        return null;
      }
    },
  };
};
