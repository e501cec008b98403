import type { ApiName } from '../clouds/endpoints.ts';
import type { Tenant } from '../config/tenants.ts';
import type { HuntTable } from '../domain/hunt.ts';
import { InputError, UpstreamError } from '../errors.ts';
import type { CallScope } from '../scope.ts';
import { asText } from '../upstream/call.ts';
import * as graph from '../upstream/graph/hunting.ts';
import { ranTooLong } from '../upstream/http/failure.ts';
import type { Operation } from '../upstream/http/operation.ts';
import type { HuntRead, HuntReading } from '../upstream/hunt-rows/hunt-reader.ts';
import * as m365d from '../upstream/m365d/hunting.ts';
import * as mde from '../upstream/mde/hunting.ts';
import type { RoutingDependencies } from './dependencies.ts';

/** The rows of a query, and which API gave them. */
export interface HuntAnswer<T = HuntTable> {
  readonly api: ApiName;
  readonly table: T;
}

/** A query in one tenant. */
export interface HuntAsked {
  readonly tenant: Tenant;
  readonly query: string;
  /** ISO 8601; Graph alone takes one. */
  readonly timespan: string | undefined;
}

/** Advanced hunting, over Graph, Microsoft 365 Defender or Defender for Endpoint. */
export interface HuntingReads {
  /** One query of the gateway's own in one tenant, one call. `timespan`: ISO 8601; Graph alone takes one. */
  run(tenant: Tenant, query: string, timespan: string | undefined, scope: CallScope): Promise<HuntAnswer>;
}

/** The query is the gateway's own, with its table in the first line: that it is refused is no fault of the caller's. */
const ofOwnQuery = ({ name }: Tenant, query: string, refusal: InputError): UpstreamError =>
  new UpstreamError(
    'UPSTREAM_REJECTED',
    `${query.split('\n')[0]} cannot be hunted in ${name}: ${refusal.message}`,
    refusal.details,
    refusal,
  );

/** The same for callers of hunts. */
export interface HuntingTextReads {
  /** One query in one tenant with its rows as text. Once some of them are given on, it is not asked again, and no other API is. */
  read(asked: HuntAsked, reading: HuntReading, scope: CallScope): Promise<HuntAnswer<HuntRead>>;
}

/** The three APIs behind one question. */
export const createHuntingReads = ({ routing, send }: RoutingDependencies): HuntingReads & HuntingTextReads => {
  const ask = <T>(
    { tenant, query, timespan }: HuntAsked,
    scope: CallScope,
    readingOf: (hunted: Operation<HuntTable>) => Operation<T>,
    isBegun: () => boolean,
  ): Promise<HuntAnswer<T>> => {
    let graphFailure: unknown;
    let lastFailure: unknown;
    const via = async (api: ApiName, hunted: Operation<HuntTable>): Promise<HuntAnswer<T>> => {
      if (lastFailure !== undefined) throw lastFailure;
      try {
        return { api, table: await send(tenant, readingOf(hunted), scope) };
      } catch (error) {
        if (isBegun() || ranTooLong(hunted, error)) lastFailure = error;
        if (api === 'graph') graphFailure = error;
        throw error;
      }
    };
    const withoutTimespan = (api: ApiName, hunted: () => Operation<HuntTable>) => async (): Promise<HuntAnswer<T>> => {
      if (timespan !== undefined) {
        // Where Graph is only down for now, that is the news, not what its stand-in cannot do.
        if (graphFailure !== undefined) throw graphFailure;
        throw new InputError(
          `${tenant.name} is hunted through ${api}, which takes no time span: write it into the query, e.g. | where Timestamp > ago(7d)`,
          { tenant: tenant.name, api, field: 'timespan' },
        );
      }
      return via(api, hunted());
    };
    return routing.run<HuntAnswer<T>>(tenant, 'hunting', scope, {
      graph: () => via('graph', graph.runHuntingQuery(query, timespan)),
      m365d: withoutTimespan('m365d', () => m365d.runAdvancedHunting(query)),
      mde: withoutTimespan('mde', () => mde.runAdvancedQuery(query)),
    });
  };

  return {
    run: (tenant, query, timespan, scope) =>
      ask(
        { tenant, query, timespan },
        scope,
        (hunted) => hunted,
        () => false,
      ).catch((thrown: unknown) => {
        throw thrown instanceof InputError ? ofOwnQuery(tenant, query, thrown) : thrown;
      }),
    read: (asked, reading, scope) => {
      let isBegun = false;
      const { give } = reading;
      const giving: HuntReading['give'] =
        give === undefined
          ? undefined
          : (part) => {
              isBegun = true;
              return give(part);
            };
      const wasBegun = (): boolean => isBegun;
      return ask(asked, scope, (hunted) => asText(hunted, { ...reading, give: giving }, wasBegun), wasBegun);
    },
  };
};

export type { HuntPart, HuntRead, HuntReading } from '../upstream/hunt-rows/hunt-reader.ts';
