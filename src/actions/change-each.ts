import type { Access } from '../access/authorize.ts';
import type { Caller } from '../access/caller.ts';
import type { Permission } from '../access/roles.ts';
import type { Clock } from '../clock.ts';
import type { GuardedAction } from '../config/guardrails.ts';
import type { Tenant } from '../config/tenants.ts';
import { asGatewayError, GatewayError, NotFoundError, type ResultError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Done } from '../routing/act-on-each.ts';
import { UnansweredActError } from '../routing/send-once.ts';
import type { CallScope } from '../scope.ts';
import { checkIdempotencyKey, checkTargets } from './check-input.ts';
import { committedScope, lookScope } from './committed-scope.ts';
import type { Guardrails } from './guardrails/guardrails.ts';
import type { Idempotency } from './idempotency.ts';
import type { MutationInput } from './inputs.ts';
import { errorRow } from './results.ts';
import type { ActEnd, Trail } from './trail.ts';

/** One change of many entities of one kind. */
export interface EntityChange<Entity, Change> {
  /** The mutation's name, and the guardrails'. */
  readonly mutation: GuardedAction;
  /** As messages call it, e.g. `incident`. */
  readonly noun: string;
  readonly permissions: { readonly read: Permission; readonly write: Permission };
  readonly idsField: string;
  /** Ids of another form exist nowhere, and are not asked for. */
  readonly idForm: RegExp;
  readonly update: (
    tenant: Tenant,
    ids: readonly string[],
    change: Change,
    scope: CallScope,
  ) => Promise<readonly Done<Entity>[]>;
  readonly readByIds: (
    tenant: Tenant,
    ids: readonly string[],
    scope: CallScope,
  ) => Promise<ReadonlyMap<string, Entity | Error>>;
}

/** What is asked: the change checked, the ids as given. */
export interface ChangeRequest<Change> {
  readonly input: MutationInput;
  readonly ids: readonly string[];
  readonly change: Change;
  /** What guardrails see of the change. */
  readonly comment: string | null;
}

/** What became of one target. */
export interface Changed<Entity> {
  readonly id: string;
  /** After the change; before it on a dry run. */
  readonly entity: Entity | null;
  readonly error: ResultError | null;
}

/**
 * Changes each of many entities: authorize, check, dry run or idempotency, guardrails, audit, send each change once, read again what the answers
 * did not bring. Results are in the order of the ids.
 */
export const createChangeEach =
  ({ access, clock, log, guardrails, trail, idempotency, targetsPerMutation }: ChangeParts) =>
  <Entity, Change>(kind: EntityChange<Entity, Change>) => {
    const unknown = (tenant: Tenant, id: string): GatewayError =>
      new NotFoundError(`There is no ${kind.noun} ${id} in ${tenant.name}`, { tenant: tenant.name });

    const readAll = async (
      tenant: Tenant,
      ids: readonly string[],
      scope: CallScope,
    ): Promise<readonly Done<Entity>[]> => {
      const found = await kind.readByIds(
        tenant,
        ids.filter((id) => kind.idForm.test(id)),
        scope,
      );
      return ids.map((id) => {
        const entity = found.get(id);
        if (entity === undefined) return { entity: null, error: unknown(tenant, id) };
        return entity instanceof Error ? { entity: null, error: asGatewayError(entity) } : { entity, error: null };
      });
    };

    /** Entities whose change was not answered with them. A failed read leaves them out: what was done stands. */
    const readAgain = async (
      tenant: Tenant,
      ids: readonly string[],
      scope: CallScope,
    ): Promise<ReadonlyMap<string, Entity | Error>> => {
      if (ids.length === 0) return new Map();
      try {
        return await kind.readByIds(tenant, ids, lookScope(scope, clock));
      } catch (err) {
        log.warn('What was changed could not be read again', { tenant: tenant.name, mutation: kind.mutation, err });
        return new Map();
      }
    };

    const changeAll = async (
      tenant: Tenant,
      ids: readonly string[],
      change: Change,
      scope: CallScope,
    ): Promise<{ readonly outcomes: readonly Done<Entity>[]; readonly begun: boolean }> => {
      const possible = ids.filter((id) => kind.idForm.test(id));
      const done =
        possible.length === 0 ? [] : await kind.update(tenant, possible, change, committedScope(scope, clock));
      const byId = new Map(possible.map((id, index) => [id, done[index]]));
      const unread = possible.filter((id) => needsRead(byId.get(id)));
      const again = await readAgain(tenant, unread, scope);
      const outcomes = ids.map((id): Done<Entity> => {
        const outcome = byId.get(id);
        if (outcome === undefined || outcome.error?.code === 'NOT_FOUND')
          return { entity: null, error: unknown(tenant, id) };
        const read = again.get(id);
        const entity = outcome.entity ?? (read === undefined || read instanceof Error ? null : read);
        const { error } = outcome;
        return { entity, error: error instanceof UnansweredActError ? unknownOutcome(error, kind.noun) : error };
      });
      const begun = done.some(
        ({ entity, error }) => entity !== null || error === null || error instanceof UnansweredActError,
      );
      return { outcomes, begun };
    };

    return async (
      caller: Caller,
      { input, ids: given, change, comment }: ChangeRequest<Change>,
      scope: CallScope,
    ): Promise<readonly Changed<Entity>[]> => {
      access.require(caller, kind.permissions.write);
      const tenant = access.tenant(caller, input.tenant);
      const ids = checkTargets(kind.idsField, given, targetsPerMutation);
      const key = checkIdempotencyKey(input.idempotencyKey);
      const distinct = [...new Set(ids)];
      const mayRead = caller.permissions.has(kind.permissions.read);

      const rowsOf = (outcomes: readonly Done<Entity>[]): readonly Changed<Entity>[] => {
        const byId = new Map(distinct.map((id, index) => [id, outcomes[index]]));
        return ids.map((id) => {
          const { entity = null, error = null } = byId.get(id) ?? {};
          return { id, entity: mayRead ? entity : null, error: error === null ? null : errorRow(error, log) };
        });
      };

      // Entities have no machine that a condition could be on, so what is said of one is said of all.
      const guardrail = () =>
        guardrails({ caller, action: kind.mutation, tenant: tenant.name, targets: distinct.length, comment }).refusal(
          null,
        );

      if (input.dryRun === true) {
        access.require(caller, kind.permissions.read);
        const wouldBe = await readAll(tenant, distinct, scope);
        const error = guardrail()?.error ?? null;
        return rowsOf(wouldBe.map((each) => ({ ...each, error: each.error ?? error })));
      }
      return idempotency.once(
        {
          caller,
          mutation: kind.mutation,
          key,
          input: [tenant.name, ids, change],
          work: async () => {
            const refusal = guardrail();
            const acts = await trail.begin(
              { caller, mutation: kind.mutation, tenant: tenant.name, input: change },
              distinct.map((target) => ({ target, refusal })),
              scope,
            );
            if (refusal !== null) {
              return { result: rowsOf(distinct.map(() => ({ entity: null, error: refusal.error }))), remember: false };
            }
            const { outcomes, begun } = await changeAll(tenant, distinct, change, scope);
            await Promise.all(outcomes.map((each, index) => acts[index]?.end(endOf(each))));
            return { result: rowsOf(outcomes), remember: begun };
          },
        },
        scope,
      );
    };
  };

export interface ChangeParts {
  readonly access: Access;
  readonly clock: Clock;
  readonly log: Log;
  readonly guardrails: Guardrails;
  readonly trail: Trail;
  readonly idempotency: Idempotency;
  readonly targetsPerMutation: number;
}

const needsRead = (outcome: Done<unknown> | undefined): boolean =>
  outcome !== undefined &&
  outcome.entity === null &&
  (outcome.error === null || outcome.error instanceof UnansweredActError);

/** What the audit is told. A change that was not answered has the error of `unknownOutcome`. */
const endOf = ({ error }: Done<unknown>): ActEnd => {
  if (error === null) return { outcome: 'DONE' };
  const end = { code: error.code, upstreamRequestId: error.details.upstreamRequestId ?? null };
  return { outcome: error instanceof UnknownOutcomeError ? 'UNKNOWN' : 'FAILED', error: end };
};

/** A change of which nobody knows whether it was done. */
class UnknownOutcomeError extends GatewayError {}

const unknownOutcome = (error: GatewayError, noun: string): GatewayError =>
  new UnknownOutcomeError(
    error.code,
    `${error.message}. It may or may not have been changed, and was not sent again: the ${noun} is shown as it is now`,
    error.details,
    error,
  );
