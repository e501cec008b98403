import type { AccessOf } from '../../access/access.ts';
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
  readonly accessOf: AccessOf;
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
    const { accessOf, clock, log, guardrails, auditTrail, journal, idempotency } = parts;
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
      const visible = await kind.judge(caller, kind.permissions.write, tenant, scope)?.(entities);
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
      const access = accessOf(caller);
      const tenant = access.tenantFor(input.tenant, kind.permissions.write);
      const ids = checkTargets(kind.idsField, given, parts.targetsPerMutation);
      const key = checkKeys(input);
      const distinct = [...new Set(ids)];
      /** Who may change an entity and not read it does not see it by changing it. */
      const readable = async (made: readonly Done<Entity>[]): Promise<ReadonlySet<Entity>> => {
        const entities = made.flatMap(({ entity }) => (entity === null ? [] : [entity]));
        if (entities.length === 0 || !access.mayInPart(kind.permissions.read, tenant)) return new Set();
        const judge = kind.judge(caller, kind.permissions.read, tenant, scope);
        return judge === null ? new Set(entities) : judge(entities);
      };

      const rowsOf = (made: readonly Done<Entity>[], shown: ReadonlySet<Entity>): readonly Changed<Entity>[] => {
        const byId = new Map(distinct.map((id, index) => [id, made[index]]));
        return ids.map((id) => {
          const { entity = null, error = null } = byId.get(id) ?? {};
          const isShown = entity !== null && shown.has(entity);
          return { id, entity: isShown ? entity : null, error: error === null ? null : errorRow(error, log) };
        });
      };

      const guard = guardrails({ ...acting, action: kind.mutation, tenant, targets: distinct.length, comment });
      /** No condition is on the machines of an entity, but a role may lift a rule for those alone that it covers. */
      const guardrail = async (): Promise<(id: string) => Refusal | null> => {
        const possible = distinct.filter((id) => hasIdForm(kind.noun, id));
        const covered =
          guard.asksCoverage && possible.length > 0
            ? await kind.machinesOf(tenant, possible, scope)
            : new Map<string, never>();
        return (id) => guard.refusal(null, covered.get(id));
      };

      if (input.dryRun === true) {
        access.requireInPart(kind.permissions.read, tenant);
        const wouldBe = await readSeen(caller, tenant, distinct, scope);
        const refusalOf = await guardrail();
        const refused = wouldBe.map((each, index) => ({
          ...each,
          error: each.error ?? refusalOf(distinct[index] ?? '')?.error ?? null,
        }));
        return rowsOf(refused, await readable(wouldBe));
      }

      const work = async (resumed: boolean): Promise<Worked<readonly Changed<Entity>[]>> => {
        const refusalOf = await guardrail();
        const mustRead =
          resumed || guard.asksCoverage || kind.judge(caller, kind.permissions.write, tenant, scope) !== null;
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
          (id) => ({ target: id, refusal: refusalOf(id), subject: kind.subject(id, change) }),
          scope,
        );
        const allowed = recorded.filter(({ item }) => refusalOf(item) === null);
        const changes =
          allowed.length === 0
            ? []
            : await changeAll(
                tenant,
                allowed.map(({ item }) => item),
                change,
                scope,
              );
        const refused = open.flatMap((id): [string, Done<Entity>][] => {
          const refusal = refusalOf(id);
          return refusal === null ? [] : [[id, { entity: null, error: refusal.error }]];
        });
        const changed = new Map([...refused, ...allowed.map(({ item }, index) => [item, changes[index]] as const)]);
        await Promise.all(allowed.map(({ item, act }) => act.end(endOf(changed.get(item) ?? none))));
        const made = planned.map((each) => each.settled ?? changed.get(each.id) ?? none);
        const outcomes = planned.map((each, index) =>
          each.settled === null ? outcomeOf(made[index] ?? none) : each.outcome,
        );
        // What cannot be judged any more is not shown: it was changed all the same.
        const shown = await readable(made).catch((err: unknown) => {
          log.warn('What was changed could not be judged', { tenant: tenant.name, mutation: kind.mutation, err });
          return new Set<Entity>();
        });
        return { result: rowsOf(made, shown), progress: progressOf(outcomes) };
      };
      return idempotency.once(
        {
          ...keyOwnerOf(acting),
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
