import { type Clock, systemClock } from '../clock.ts';
import type { ApiName } from '../clouds/endpoints.ts';
import type { Tenant } from '../config/tenants.ts';
import { asGatewayError, GatewayError, TenantAccessError, UnsupportedInCloudError } from '../errors.ts';
import { carriedOf, isDelegated, namesToGrant } from '../identity/permissions.ts';
import type { Tokens } from '../identity/tokens.ts';
import { isOutOfCalls } from '../scope/call-budget.ts';
import { timeFor } from '../scope/time-left.ts';
import type { CallScope } from '../scope.ts';
import { ThrottledError } from '../upstream/http/failure.ts';
import type { Standings } from '../upstream/http/standing.ts';
import { type Capability, type CapabilityRow, type CapabilitySource, capabilities, sourcesOf } from './capabilities.ts';

/** What one API can do for a capability of a tenant, before any call of it. */
export interface SourceState {
  readonly api: ApiName;
  /** Of which one is enough, by the names that a token of this tenant carries. */
  readonly permissions: readonly string[];
  readonly granted: readonly string[];
  /** Whether a call may be tried. */
  readonly usable: boolean;
  readonly state: 'AVAILABLE' | 'NOT_IN_CLOUD' | 'MISSING_PERMISSION' | 'NO_TOKEN' | 'UNKNOWN';
  readonly reason: string | null;
  /** Why there is no token. */
  readonly error: GatewayError | null;
}

/**
 * How a thing is had from each API that has it. `failed`: why an API that comes before could not answer now, for those that know of
 * less than it: what they have not is not known to be absent.
 */
export type Sources<T> = Readonly<Partial<Record<ApiName, (failed: GatewayError | null) => Promise<T>>>>;

/** Only the source of `api`, when a cursor has to go on where it began; all of them otherwise. */
export const sourcesFor = <T>(sources: Sources<T>, api: ApiName | undefined): Sources<T> => {
  if (api === undefined) return sources;
  const source = sources[api];
  return source === undefined ? {} : { [api]: source };
};

/** Picks the API that answers: by cloud, by what the token permits, by preference, by what fails. */
export interface Routing {
  /** Every source of the capability with its state, in the order of trying. Makes token requests only. */
  survey(tenant: Tenant, capability: Capability, scope: CallScope): Promise<readonly SourceState[]>;
  /** The same for who is told what is missing: where no source is usable, tokens that are old enough are asked for anew. */
  surveyAnew(tenant: Tenant, capability: Capability, scope: CallScope): Promise<readonly SourceState[]>;
  /** Why `run` would not even begin, without any call but for tokens; null: nothing speaks against it. */
  refusal(tenant: Tenant, capability: Capability, scope: CallScope): Promise<GatewayError | null>;
  /**
   * Asks the first usable source. A read falls back to the next usable one when Microsoft's side fails; an action does not.
   * Throws `NOT_AVAILABLE_IN_CLOUD` or `MISSING_PERMISSION` when no source is usable.
   */
  run<T>(tenant: Tenant, capability: Capability, scope: CallScope, answers: Sources<T>): Promise<T>;
}

/**
 * Microsoft's own word that this API does not do it, or does not do it any more, or takes no token of the gateway's: another one may, which has
 * a token and rules of its own. A challenge is another code: its caller can meet it.
 */
const notHere: readonly (number | undefined)[] = [401, 410, 501];

/** Failures of one source that another source need not share. A quota of the whole tenant is every source's. */
export const worthFallingBack = (error: unknown): boolean =>
  error instanceof GatewayError &&
  !(error instanceof ThrottledError && error.shared) &&
  (error.details.upstreamStatus === 403 ||
    // Of a whole list: a thing that is not there is no failure.
    error.details.upstreamStatus === 404 ||
    (error.code === 'UPSTREAM_REJECTED' && notHere.includes(error.details.upstreamStatus)) ||
    error.code === 'UPSTREAM_UNAVAILABLE' ||
    error.code === 'UPSTREAM_TIMEOUT' ||
    error.code === 'UPSTREAM_THROTTLED' ||
    error.code === 'MISSING_PERMISSION');

/** Failures that tell nothing of what the source has: it has it still, where a tenant without a licence has nothing there. */
const passes = ({ code }: GatewayError): boolean =>
  code === 'UPSTREAM_UNAVAILABLE' || code === 'UPSTREAM_TIMEOUT' || code === 'UPSTREAM_THROTTLED';

const isUsable = ({ usable }: SourceState): boolean => usable;
const isLacking = ({ state }: SourceState): boolean => state === 'MISSING_PERMISSION';

interface RouteParts {
  readonly tokens: Tokens;
  /** Told of capabilities that no token permits; absent: nobody watches. */
  readonly standings?: Standings;
  readonly clock?: Clock;
}

/** Tokens tell what is permitted; nothing else is asked. */
export const createRouting = ({ tokens, standings, clock = systemClock }: RouteParts): Routing => {
  const stateOf = async (
    tenant: Tenant,
    source: CapabilitySource,
    scope: CallScope,
    lacking = false,
  ): Promise<SourceState> => {
    const { api } = source;
    const permissions = namesToGrant(source, isDelegated(tenant));
    const none = { api, permissions, granted: [], error: null, usable: false };
    if (tenant.apis[api] === null) {
      return { ...none, state: 'NOT_IN_CLOUD', reason: `The cloud ${tenant.cloud} has no ${api} API` };
    }
    try {
      const token = await tokens.get(tenant, api, {
        signal: scope.signal,
        callerToken: scope.callerToken,
        waitMs: timeFor(scope, true, clock.now()),
        lateness: scope.lateness,
        lacking,
      });
      if (token.permissions === null)
        return { ...none, usable: true, state: 'UNKNOWN', reason: 'The token does not say what it permits' };
      if (permissions.length === 0)
        return { ...none, usable: true, state: 'UNKNOWN', reason: 'Its documentation names no permission' };
      const granted = carriedOf(token.permissions, source);
      return granted.length > 0
        ? { api, permissions, granted, error: null, usable: true, state: 'AVAILABLE', reason: null }
        : { ...none, state: 'MISSING_PERMISSION', reason: `None of ${permissions.join(', ')} is granted` };
    } catch (thrown) {
      if (!(thrown instanceof GatewayError)) throw thrown;
      return { ...none, state: 'NO_TOKEN', reason: thrown.message, error: thrown };
    }
  };

  const orderOf = (tenant: Tenant, capability: Capability): CapabilityRow['sources'] => {
    const row: CapabilityRow = capabilities[capability];
    return sourcesOf(row, row.subject === undefined ? undefined : tenant.prefer[row.subject]);
  };

  /** What a caller may, on whose behalf a tenant is used, is no news of the tenant. */
  const tell = (
    tenant: Tenant,
    api: ApiName,
    capability: Capability,
    standing: 'works' | 'forbidden',
    failure?: GatewayError,
  ): void => {
    if (tenant.auth.kind !== 'onBehalfOf') standings?.note(tenant, api, capability, standing, failure);
  };

  const survey: Routing['survey'] = (tenant, capability, scope) =>
    Promise.all(orderOf(tenant, capability).map((source) => stateOf(tenant, source, scope)));

  /** The same, where tokens that lack a permission are asked for anew when it is time: it may have been granted since. */
  const anew = (
    tenant: Tenant,
    capability: Capability,
    scope: CallScope,
    states: readonly SourceState[],
  ): Promise<readonly SourceState[]> =>
    Promise.all(
      states.map((state) => {
        const source = orderOf(tenant, capability).find(({ api }) => api === state.api);
        return isLacking(state) && source !== undefined ? stateOf(tenant, source, scope, true) : state;
      }),
    );

  const surveyAnew: Routing['surveyAnew'] = async (tenant, capability, scope) => {
    const states = await survey(tenant, capability, scope);
    return states.some(isUsable) ? states : anew(tenant, capability, scope, states);
  };

  const runOn = async <T>(
    tenant: Tenant,
    capability: Capability,
    scope: CallScope,
    answers: Sources<T>,
    mayAskAnew: boolean,
  ): Promise<T> => {
    const fallsBack = capabilities[capability].kind === 'read';
    const refused: SourceState[] = [];
    let failure: GatewayError | null = null;
    for (const source of orderOf(tenant, capability)) {
      const answer = answers[source.api];
      if (answer === undefined) continue;
      const state = await stateOf(tenant, source, scope);
      if (!state.usable) {
        refused.push(state);
        continue;
      }
      if (state.state === 'AVAILABLE') tell(tenant, source.api, capability, 'works');
      try {
        return await answer(failure !== null && passes(failure) ? failure : null);
      } catch (error) {
        scope.signal.throwIfAborted();
        // There are no calls left to ask another API: what is told is how the first failed.
        if (failure !== null && error instanceof GatewayError && isOutOfCalls(error)) throw failure;
        if (!fallsBack || !worthFallingBack(error)) throw error;
        failure ??= asGatewayError(error);
      }
    }
    if (failure !== null) throw failure;
    if (mayAskAnew && (await anew(tenant, capability, scope, refused)).some(isUsable))
      return runOn(tenant, capability, scope, answers, false);
    const none = noSource(tenant, capability, refused);
    for (const state of refused) if (isLacking(state)) tell(tenant, state.api, capability, 'forbidden', none);
    throw none;
  };

  return {
    survey,
    surveyAnew,

    refusal: async (tenant, capability, scope) => {
      const states = await surveyAnew(tenant, capability, scope);
      return states.some(isUsable) ? null : noSource(tenant, capability, states);
    },

    run: (tenant, capability, scope, answers) => runOn(tenant, capability, scope, answers, true),
  };
};

/**
 * Why no source is usable. What passes by itself is told first (Entra is down: nothing is known of permissions), then a
 * permission that an administrator can grant, then a sign-in that fails, then the cloud.
 */
const noSource = (tenant: Tenant, capability: Capability, refused: readonly SourceState[]): GatewayError => {
  const tokenErrors = refused.flatMap(({ error }) => (error === null ? [] : [error]));
  const passing = tokenErrors.find(({ code }) => code.startsWith('UPSTREAM_'));
  if (passing !== undefined) return passing;
  const missing = refused.filter(isLacking);
  if (missing.length > 0) {
    const missingPermissions = missing.flatMap(({ permissions }) => permissions.slice(0, 1));
    return new TenantAccessError(
      'MISSING_PERMISSION',
      `${capability} in ${tenant.name} needs one of these permissions: ${missingPermissions.join(', ')}`,
      { tenant: tenant.name, missingPermissions, sent: 'no' },
    );
  }
  return (
    tokenErrors[0] ??
    new UnsupportedInCloudError(`The cloud of ${tenant.name} (${tenant.cloud}) has no API for ${capability}`, {
      tenant: tenant.name,
    })
  );
};
