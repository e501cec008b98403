import type { Access } from '../../access/authorize.ts';
import type { Caller } from '../../access/caller.ts';
import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import { hasIdForm } from '../../domain/id-forms.ts';
import { asGatewayError, type ResultError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Done } from '../../routing/act-on-each.ts';
import type { CallScope } from '../../scope.ts';
import { type Acting, keyOwnerOf } from '../acting.ts';
import type { ActEnd, AuditTrail } from '../audit-trail.ts';
import { checkKeys, checkTargets } from '../check-input.ts';
import type { Guardrails, Refusal } from '../guardrails/guardrails.ts';
import type { MutationInput } from '../inputs.ts';
import type { Idempotency, Worked } from '../once/idempotency.ts';
import type { Journal, JournalSubject } from '../once/journal.ts';
import type { ClearUp } from '../once/unsettled.ts';
import { settlingOf } from '../once/unsettled.ts';
import { type Outcome, progressOf, unsettled } from '../outcome.ts';
import { errorRow } from '../results.ts';
import { createChangeAll, isUnknown, unknownEntity } from './change-all.ts';
import type { EntityChange } from './entity-change.ts';

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

export interface ChangeParts {
  readonly access: Access;
  readonly clock: Clock;
  readonly log: Log;
  readonly guardrails: Guardrails;
  readonly auditTrail: AuditTrail;
  readonly journal: Pick<Journal, 'unsettled'>;
  readonly idempotency: Idempotency;
  readonly clearUp: ClearUp;
  readonly targetsPerMutation: number;
}

/** A target as it stands before it is changed: settled without a change, or to be changed. */
type Planned<Entity> =
  | { readonly id: string; readonly settled: Done<Entity>; readonly outcome: Outcome }
  | { readonly id: string; readonly settled: null };

/**
 * Changes each of many entities: authorize, check, dry run or idempotency, guardrails, journal and audit, send each change
 * once, read again what the answers did not bring. Results are in the order of the ids.
 */
export const createChangeEach =
  (parts: ChangeParts) =>
  <Entity, Change>(kind: EntityChange<Entity, Change>) => {
    const { access, clock, log, guardrails, auditTrail, journal, idempotency } = parts;
    const changeAll = createChangeAll(kind, parts);

    const readAll = async (
      tenant: Tenant,
      ids: readonly string[],
      scope: CallScope,
    ): Promise<readonly Done<Entity>[]> => {
      const found = await kind.readByIds(
        tenant,
        ids.filter((id) => hasIdForm(kind.noun, id)),
        scope,
      );
      return ids.map((id) => {
        const entity = found.get(id);
        if (entity === undefined) return { entity: null, error: unknownEntity(tenant, kind.noun, id) };
        return entity instanceof Error ? { entity: null, error: asGatewayError(entity) } : { entity, error: null };
      });
    };

    /** As they are now, for the caller: what the caller does not see is not there. */
    const readSeen = async (
      caller: Caller,
      tenant: Tenant,
      ids: readonly string[],
      scope: CallScope,
    ): Promise<readonly Done<Entity>[]> => {
      const found = await readAll(tenant, ids, scope);
      const entities = found.flatMap(({ entity }) => (entity === null ? [] : [entity]));
      const visible = await kind.judge(caller, tenant, scope)?.(entities);
      if (visible === undefined) return found;
      return found.map((done, index) =>
        done.entity === null || visible.has(done.entity)
          ? done
          : { entity: null, error: unknownEntity(tenant, kind.noun, ids[index] ?? '') },
      );
    };

    /** What is to be done where that has to be read first: of an interrupted run what it left, and only what the caller sees. */
    const planByReading = async (
      caller: Caller,
      tenant: Tenant,
      ids: readonly string[],
      { change, resumed }: { readonly change: Change; readonly resumed: boolean },
      scope: CallScope,
    ): Promise<readonly Planned<Entity>[]> => {
      const settlesIn = resumed ? await settlingOf(journal, clock) : () => null;
      const now = await readSeen(caller, tenant, ids, scope);
      return now.map((done, index): Planned<Entity> => {
        const id = ids[index] ?? '';
        if (done.entity === null) return { id, settled: done, outcome: 'NOT_BEGUN' };
        if (resumed && kind.isDone(change, done.entity)) return { id, settled: done, outcome: 'BEGUN' };
        const subject = JSON.stringify(kind.subject(id, change));
        const seconds = settlesIn((open) => JSON.stringify(open) === subject);
        if (seconds === null) return { id, settled: null };
        return { id, settled: { entity: done.entity, error: unsettled(tenant, seconds) }, outcome: 'UNKNOWN' };
      });
    };

    return async (
      acting: Acting,
      { input, ids: given, change, comment }: ChangeRequest<Change>,
      scope: CallScope,
    ): Promise<readonly Changed<Entity>[]> => {
      const { caller } = acting;
      const tenant = access.tenantFor(caller, input.tenant, kind.permissions.write);
      const ids = checkTargets(kind.idsField, given, parts.targetsPerMutation);
      const key = checkKeys(input);
      const distinct = [...new Set(ids)];
      const mayRead = access.holds(caller, kind.permissions.read, tenant);

      const rowsOf = (made: readonly Done<Entity>[]): readonly Changed<Entity>[] => {
        const byId = new Map(distinct.map((id, index) => [id, made[index]]));
        return ids.map((id) => {
          const { entity = null, error = null } = byId.get(id) ?? {};
          return { id, entity: mayRead ? entity : null, error: error === null ? null : errorRow(error, log) };
        });
      };

      // Entities have no machine that a condition could be on, so what is said of one is said of all.
      const guardrail = (): Refusal | null =>
        guardrails({ ...acting, action: kind.mutation, tenant, targets: distinct.length, comment }).refusal(null);

      if (input.dryRun === true) {
        access.require(caller, kind.permissions.read, tenant);
        const wouldBe = await readSeen(caller, tenant, distinct, scope);
        const error = guardrail()?.error ?? null;
        return rowsOf(wouldBe.map((each) => ({ ...each, error: each.error ?? error })));
      }

      const work = async (resumed: boolean): Promise<Worked<readonly Changed<Entity>[]>> => {
        const refusal = guardrail();
        const mustRead = resumed || kind.judge(caller, tenant, scope) !== null;
        const planned = mustRead
          ? await planByReading(caller, tenant, distinct, { change, resumed }, scope)
          : distinct.map((id) => ({ id, settled: null }) as const);
        const open = planned.flatMap(({ id, settled }) => (settled === null ? [id] : []));
        if (resumed && open.length > 0) {
          const isOurs = (subject: JournalSubject) => subject.kind === kind.noun && open.includes(subject.id);
          await parts.clearUp(tenant.name, isOurs, scope);
        }
        const recorded = await auditTrail.begin(
          { ...acting, mutation: kind.mutation, tenant: tenant.name, input: change },
          open,
          (id) => ({ target: id, refusal, subject: kind.subject(id, change) }),
          scope,
        );
        const changes =
          refusal === null
            ? await changeAll(tenant, open, change, scope)
            : open.map(() => ({ entity: null, error: refusal.error }));
        const changed = new Map(open.map((id, index) => [id, changes[index]]));
        if (refusal === null) {
          await Promise.all(recorded.map(({ item, act }) => act.end(endOf(changed.get(item) ?? none))));
        }
        const made = planned.map((each) => each.settled ?? changed.get(each.id) ?? none);
        const outcomes = planned.map((each, index) =>
          each.settled === null ? outcomeOf(made[index] ?? none) : each.outcome,
        );
        return { result: rowsOf(made), progress: progressOf(outcomes) };
      };
      return idempotency.once(
        {
          owner: keyOwnerOf(acting),
          mutation: kind.mutation,
          key,
          input: [tenant.name, ids, change],
          work: ({ resumed }) => work(resumed),
        },
        scope,
      );
    };
  };

/** A change that was taken without an answer to show. */
const none: Done<never> = { entity: null, error: null };

const outcomeOf = (done: Done<unknown>): Outcome => {
  if (isUnknown(done)) return 'UNKNOWN';
  // An entity beside an error: a part of the change was made.
  return done.error === null || done.entity !== null ? 'BEGUN' : 'NOT_BEGUN';
};

/** What the audit is told. */
const endOf = (done: Done<unknown>): ActEnd => {
  const { error } = done;
  if (error === null) return { outcome: 'DONE' };
  const end = { code: error.code, upstreamRequestId: error.details.upstreamRequestId ?? null };
  return { outcome: isUnknown(done) ? 'UNKNOWN' : 'FAILED', error: end };
};
