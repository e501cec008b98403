import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type IBreaker,
} from 'cockatiel';
import type { ApiName } from '../../clouds/endpoints.ts';
import { type TenantIdentity, tenantKey } from '../../config/tenant-keys.ts';
import { GatewayError, UpstreamError } from '../../errors.ts';
import { createRecent } from '../../recent.ts';
import type { Policy } from './call.ts';
import { ForeignAnswerError, wasMalformed } from './failure.ts';
import { wasNotTaken } from './not-taken.ts';
import type { Operation } from './operation.ts';

const failuresToOpen = 5;
/** So many different operations have to fail, one after the other and none well between, before the API itself is down. */
const operationsToOpen = 3;
const halfOpenAfterMs = 15_000;

/** Only what says that Microsoft's side is down: no 4xx, no 429, no answer of a proxy, none that cannot be read. */
const tripsCircuit = (error: unknown): boolean =>
  error instanceof UpstreamError &&
  (error.code === 'UPSTREAM_UNAVAILABLE' || error.code === 'UPSTREAM_TIMEOUT') &&
  !(error instanceof ForeignAnswerError) &&
  !wasMalformed(error) &&
  !wasNotTaken(error);

/** Whether a breaker kept the call back. Waiting for it would only delay what another API can answer now. */
export const wasKeptBack = ({ cause }: GatewayError): boolean => cause instanceof BrokenCircuitError;

/** What a breaker is of: an operation in a tenant. */
export interface CircuitPlace {
  readonly tenant: TenantIdentity;
  readonly operation: Pick<Operation<unknown>, 'id' | 'api'> & Partial<Pick<Operation<unknown>, 'repeatable'>>;
}

/**
 * Breakers by tenant, API and operation: five faults in a row close the way of that operation for 15 s, then one call tries
 * it. The whole API of a tenant is closed only when several reads fail and none succeeds: a list that is too heavy must not
 * take hunting with it. That closes the way of reads alone: an action is kept back by what became of its own kind.
 */
export interface Circuits {
  run<T>(place: CircuitPlace, work: () => Promise<T>): Promise<T>;
  /** Whether calls of this kind are kept back now. */
  isOpen(place: CircuitPlace): boolean;
}

interface Breaker {
  readonly policy: CircuitBreakerPolicy;
  /** Whether it keeps the next call back; once its time is over, that one tries the way. */
  isOpen(): boolean;
}

interface ApiBreaker extends Breaker {
  readonly failing: Set<string>;
}

interface TenantBreakers {
  readonly apis: Map<ApiName, ApiBreaker>;
  /** By their ids, which name the API too. */
  readonly operations: Map<string, Breaker>;
}

/** Whether it changes something; what does not say is a read. */
const isAction = ({ operation }: CircuitPlace): boolean => operation.repeatable === false;

/** An end of a call that tells that the API answers, well or not. */
type Ended<T> = { readonly value: T } | { readonly refusal: GatewayError };

const breakerOn = (breaker: IBreaker): Breaker => {
  const policy = circuitBreaker(handleWhen(tripsCircuit), { halfOpenAfter: halfOpenAfterMs, breaker });
  let openedAtMs = 0;
  policy.onBreak(() => {
    openedAtMs = Date.now();
  });
  return {
    policy,
    isOpen: () => policy.state === CircuitState.Open && Date.now() - openedAtMs < halfOpenAfterMs,
  };
};

const createApiBreaker = (): ApiBreaker => {
  const failing = new Set<string>();
  let failures = 0;
  const breaker = breakerOn({
    state: null,
    success: () => {
      failing.clear();
      failures = 0;
    },
    failure: () => {
      failures += 1;
      return failures >= failuresToOpen && failing.size >= operationsToOpen;
    },
  });
  return { ...breaker, failing };
};

/** Tenants whose breakers are kept, at most: those that are gone, or were set otherwise, make room. */
const mostTenants = 10_000;

const keptBack = ({ tenant, operation }: CircuitPlace, cause: BrokenCircuitError): UpstreamError =>
  new UpstreamError(
    'UPSTREAM_UNAVAILABLE',
    `The last calls to ${operation.api} in ${tenant.name} failed; it is tried again shortly`,
    { tenant: tenant.name, api: operation.api, sent: 'no', retryAfterSeconds: halfOpenAfterMs / 1000 },
    cause,
  );

/** Breakers of this process, made as they are needed. */
export const createCircuits = (): Circuits => {
  const tenants = createRecent<TenantBreakers>(mostTenants);
  const breakersOf = ({ tenant, operation }: CircuitPlace) => {
    const ofTenant = tenants.getOrCreate(tenantKey(tenant), () => ({ apis: new Map(), operations: new Map() }));
    const ofApi = ofTenant.apis.get(operation.api) ?? createApiBreaker();
    const ofOperation = ofTenant.operations.get(operation.id) ?? breakerOn(new ConsecutiveBreaker(failuresToOpen));
    ofTenant.apis.set(operation.api, ofApi);
    ofTenant.operations.set(operation.id, ofOperation);
    return { ofApi, ofOperation };
  };

  return {
    isOpen: (place) => {
      const { ofApi, ofOperation } = breakersOf(place);
      return (!isAction(place) && ofApi.isOpen()) || ofOperation.isOpen();
    },
    run: async (place, work) => {
      const { ofApi, ofOperation } = breakersOf(place);
      const attempt = async (): Promise<Ended<Awaited<ReturnType<typeof work>>>> => {
        try {
          return { value: await work() };
        } catch (error) {
          if (tripsCircuit(error)) {
            if (!isAction(place)) ofApi.failing.add(place.operation.id);
          } else if (error instanceof GatewayError) return { refusal: error };
          throw error;
        }
      };
      try {
        const run = () => ofOperation.policy.execute(attempt);
        const ended = await (isAction(place) ? run() : ofApi.policy.execute(run));
        if ('refusal' in ended) throw ended.refusal;
        return ended.value;
      } catch (error) {
        throw error instanceof BrokenCircuitError ? keptBack(place, error) : error;
      }
    },
  };
};

/** Keeps calls back from what is down. */
export const guarded =
  (circuits: Circuits): Policy =>
  (call, next) =>
    circuits.run(call, () => next(call));

/** What is kept back takes nothing of a budget or a quota, which are for calls that are sent. */
export const spared =
  (circuits: Pick<Circuits, 'isOpen'>): Policy =>
  async (call, next) => {
    if (circuits.isOpen(call)) throw keptBack(call, new BrokenCircuitError());
    return next(call);
  };
