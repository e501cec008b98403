import { type ApiName, apiNames } from '../../clouds/endpoints.ts';
import { type TenantIdentity, tenantKey } from '../../config/tenant-keys.ts';
import { asGatewayError, type GatewayError, shownMessage } from '../../errors.ts';
import type { TokenOptions, Tokens } from '../../identity/tokens.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { Call, Policy } from './call.ts';
import type { Circuits } from './circuit.ts';
import { foundNoConnection } from './connections.ts';
import { ForeignAnswerError } from './failure.ts';
import { wasNotTaken } from './not-taken.ts';
import { mayRepeat } from './retry.ts';

/** How an API of a tenant stands, the worst last: what several operations meet is told by the worst of them. */
export const standings = [
  'works',
  'throttled',
  'unavailable',
  'timed_out',
  'forbidden',
  'breaker_open',
  'not_microsoft',
  'no_token',
] as const;
/** One of them; the metric `gateway_tenant_apis` counts by them. */
export type Standing = (typeof standings)[number];

/** What an operation, or `tokens`, met last in an API of a tenant. */
export interface Standings {
  /** `failure` absent: it works. A failure that says nothing about the API, but about one thing asked, changes nothing. */
  note(tenant: TenantIdentity, api: ApiName, subject: string, standing: Standing, failure?: GatewayError): void;
  /** Counts a tenant no more: it is gone, or another one has its name. */
  forget(tenant: TenantIdentity): void;
}

const keyOf = (tenant: TenantIdentity, api: ApiName): string => `${tenantKey(tenant)}\n${api}`;

const detailsOf = (failure: GatewayError | undefined) =>
  failure === undefined
    ? {}
    : {
        reason: shownMessage(failure),
        code: failure.code,
        upstreamCode: failure.details.upstreamCode,
        upstreamStatus: failure.details.upstreamStatus,
      };

/** One warning when the standing of an API changes, and how many APIs stand so in a gauge (which names no tenant). */
export const createStandings = ({
  log,
  metrics,
  counts = () => true,
}: {
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'apiStandings'>;
  /** Whether a tenant counts: what goes on in one that was taken out is no news of any. By default each does. */
  readonly counts?: (tenant: TenantIdentity) => boolean;
}): Standings => {
  /** By tenant and API, what does not work at present. */
  const troubles = new Map<string, Map<string, Standing>>();
  const current = new Map<string, { readonly api: ApiName; readonly standing: Standing }>();

  const count = (api: ApiName): void =>
    metrics.apiStandings(
      api,
      Object.fromEntries(
        standings.map((standing) => [
          standing,
          [...current.values()].filter((one) => one.api === api && one.standing === standing).length,
        ]),
      ),
    );

  return {
    forget: (tenant) => {
      for (const api of apiNames) {
        const key = keyOf(tenant, api);
        troubles.delete(key);
        if (current.delete(key)) count(api);
      }
    },
    note: (tenant, api, subject, standing, failure) => {
      const key = keyOf(tenant, api);
      const before = current.get(key)?.standing;
      // What works as it did costs nothing.
      if ((standing === 'works' && before === 'works') || !counts(tenant)) return;
      const met = troubles.get(key) ?? new Map<string, Standing>();
      troubles.set(key, met);
      if (standing === 'works') met.delete(subject);
      else met.set(subject, standing);
      const worst = standings[Math.max(0, ...[...met.values()].map((one) => standings.indexOf(one)))] ?? 'works';
      if (worst === before) return;
      current.set(key, { api, standing: worst });
      count(api);
      if (before === undefined && worst === 'works') return;
      log.warn(worst === 'works' ? 'An API of a tenant works again' : 'An API of a tenant does not work as it should', {
        tenant: tenant.name,
        api,
        standing: worst,
        before: before ?? null,
        subject,
        ...detailsOf(failure),
      });
    },
  };
};

const standingOf = (failure: GatewayError, { tenant, operation }: Call, isOpen: boolean): Standing | null => {
  // What the gateway itself has no room for is no news of the API.
  if (foundNoConnection(failure.cause) || wasNotTaken(failure)) return null;
  if (failure instanceof ForeignAnswerError) return 'not_microsoft';
  if (failure.code === 'UPSTREAM_THROTTLED') return 'throttled';
  // An action may be refused for the state of its target, and a call on behalf of a caller for who that is.
  const isForbidden =
    failure.code === 'MISSING_PERMISSION' || (operation.repeatable && failure.details.upstreamStatus === 403);
  if (isForbidden && tenant.auth.kind !== 'onBehalfOf') return 'forbidden';
  if (isOpen) return 'breaker_open';
  if (failure.code === 'UPSTREAM_TIMEOUT') return 'timed_out';
  // What is read once is tried in another way, and an action tells by itself.
  return failure.code === 'UPSTREAM_UNAVAILABLE' && mayRepeat(operation) ? 'unavailable' : null;
};

/** Tells how calls end, once for all attempts of one. */
export const observed =
  (watch: Standings, circuits: Pick<Circuits, 'isOpen'>): Policy =>
  async (call, next) => {
    const { tenant, operation } = call;
    try {
      const answer = await next(call);
      watch.note(tenant, operation.api, operation.id, 'works');
      return answer;
    } catch (thrown) {
      if (!call.scope.signal.aborted) {
        const failure = asGatewayError(thrown);
        const standing = standingOf(failure, call, circuits.isOpen(call));
        if (standing !== null) watch.note(tenant, operation.api, operation.id, standing, failure);
      }
      throw thrown;
    }
  };

/** Tokens whose refusals are told. What only concerns the caller, on whose behalf a tenant is used, is no news of the tenant. */
export const observedTokens = (tokens: Tokens, watch: Standings): Tokens => ({
  get: async (tenant, api, options?: TokenOptions) => {
    try {
      const token = await tokens.get(tenant, api, options);
      watch.note(tenant, api, 'tokens', 'works');
      return token;
    } catch (thrown) {
      const failure = asGatewayError(thrown);
      const isCallers = tenant.auth.kind === 'onBehalfOf' && !failure.code.startsWith('UPSTREAM_');
      if (options?.signal?.aborted !== true && failure.code !== 'NOT_AVAILABLE_IN_CLOUD' && !isCallers)
        watch.note(tenant, api, 'tokens', 'no_token', failure);
      throw thrown;
    }
  },
});
