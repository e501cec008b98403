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

interface ApiBreaker {
  readonly policy: CircuitBreakerPolicy;
  readonly failing: Set<string>;
}

interface TenantBreakers {
  readonly apis: Map<ApiName, ApiBreaker>;
  /** By their ids, which name the API too. */
  readonly operations: Map<string, CircuitBreakerPolicy>;
}

/** Whether it changes something; what does not say is a read. */
const isAction = ({ operation }: CircuitPlace): boolean => operation.repeatable === false;

/** An end of a call that tells that the API answers, well or not. */
type Ended<T> = { readonly value: T } | { readonly refusal: GatewayError };

const breakerOn = (breaker: IBreaker): CircuitBreakerPolicy =>
  circuitBreaker(handleWhen(tripsCircuit), { halfOpenAfter: halfOpenAfterMs, breaker });

const createApiBreaker = (): ApiBreaker => {
  const failing = new Set<string>();
  let failures = 0;
  const policy = breakerOn({
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
  return { policy, failing };
};

/** Tenants whose breakers are kept, at most: those that are gone, or were set otherwise, make room. */
const mostTenants = 10_000;

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
      return (!isAction(place) && ofApi.policy.state === CircuitState.Open) || ofOperation.state === CircuitState.Open;
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
        const run = () => ofOperation.execute(attempt);
        const ended = await (isAction(place) ? run() : ofApi.policy.execute(run));
        if ('refusal' in ended) throw ended.refusal;
        return ended.value;
      } catch (error) {
        if (!(error instanceof BrokenCircuitError)) throw error;
        throw new UpstreamError(
          'UPSTREAM_UNAVAILABLE',
          `The last calls to ${place.operation.api} in ${place.tenant.name} failed; it is tried again shortly`,
          {
            tenant: place.tenant.name,
            api: place.operation.api,
            sent: 'no',
            retryAfterSeconds: halfOpenAfterMs / 1000,
          },
          error,
        );
      }
    },
  };
};

/** Keeps calls back from what is down. */
export const guarded =
  (circuits: Circuits): Policy =>
  (call, next) =>
    circuits.run(call, () => next(call));
