import type { JudgedMachine } from '../../../access/machine-visibility.ts';
import type { Judge } from '../../../access/visibility.ts';
import type { Clock } from '../../../clock.ts';
import type { Tenant } from '../../../config/tenants.ts';
import { hasIdForm } from '../../../domain/id-forms.ts';
import { asGatewayError, type GatewayError, isSurelyNotSent, NotFoundError, retold } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import type { Done } from '../../../routing/act-on-each.ts';
import type { CallScope } from '../../../scope.ts';
import { committedScope, lookScope } from '../../committed-scope.ts';
import type { JournalSubject } from '../../once/journal.ts';
import { type ActKind, type Ended, type Sending, stopped } from '../../pipeline/kind.ts';
import { sendTogether } from '../../pipeline/send-each.ts';
import type { FindOutcomes } from '../../recovery/sought.ts';

/** An entity that is changed. */
export interface EntityTarget<Entity> {
  /** As the caller gave it. */
  readonly id: string;
  /** Null: it was not read. */
  readonly entity: Entity | null;
}

/** One change of entities of one kind, by one caller; its input is checked. */
export interface EntityJob<Entity, Change, Subject extends JournalSubject> {
  readonly tenant: Tenant;
  readonly ids: readonly string[];
  readonly change: Change;
  /** As messages call it, and the form of its ids: of another one none exists, and none is asked for. */
  readonly noun: 'incident' | 'alert';
  /** Whether an entity shows the last part of the change, if it was sent then (epoch milliseconds). */
  readonly isDone: (entity: Entity, sentAt: number) => boolean;
  /** What is left when all but the last call of a change was made; null: it is one call. */
  readonly rest: Change | null;
  readonly subjectOf: (id: string) => Subject;
  readonly find: FindOutcomes<Subject, Entity>;
  readonly readByIds: (
    tenant: Tenant,
    ids: readonly string[],
    scope: CallScope,
  ) => Promise<ReadonlyMap<string, Entity | Error>>;
  /** Sends a change of many; without ids it throws what would be thrown for any. */
  readonly update: (ids: readonly string[], change: Change, scope: CallScope) => Promise<readonly Done<Entity>[]>;
  /** Which of them the caller sees; null: all. */
  readonly judge: Judge<Entity> | null;
  /** Whether the caller reads any of them. Who may change an entity and not read it does not see it by changing it. */
  readonly mayRead: boolean;
  /** Which of them the caller reads, who reads any; null: all. */
  readonly readable: Judge<Entity> | null;
  /** The machines that each is about, by its id. Calls: those that read the entities, and their machines together. */
  readonly machinesOf: (ids: readonly string[]) => Promise<ReadonlyMap<string, readonly JudgedMachine[]>>;
  /** The change as it is sent to one entity, where it hangs on what that has; null: it is the same for all. */
  readonly resolve: ((change: Change, entity: Entity) => Change) | null;
  /** Why one of them is not changed, where that hangs on what all of them are; null: they need not be read for it. */
  readonly check: ((entity: Entity, all: ReadonlyMap<string, Entity | null>) => GatewayError | null) | null;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the request. */
  readonly scope: CallScope;
}

/** A change sent to some entities together. */
interface Batch<Change> {
  readonly change: Change;
  readonly ids: readonly string[];
}

/**
 * Changes of entities, found again by what they were to become. Calls: those of the change, and those of reading
 * by id where the change hangs on what is there, the caller sees only some, or the answers bring no entity.
 */
export const entityKind = <Entity, Change, Subject extends JournalSubject, Result>(
  job: EntityJob<Entity, Change, Subject>,
  result: ActKind<EntityTarget<Entity>, Entity, Result>['result'],
): ActKind<EntityTarget<Entity>, Entity, Result> => {
  const { tenant, ids, change, noun, readByIds, update, judge, resolve, clock, log } = job;
  /** As the plan found them; null: there is none for the caller. */
  const planned = new Map<string, Entity | null>();

  const unknown = (id: string): GatewayError =>
    new NotFoundError(`There is no ${noun} ${id} in ${tenant.name}`, { tenant: tenant.name, sent: 'no' });

  const read = async (some: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, Entity | Error>> => {
    const possible = some.filter((id) => hasIdForm(noun, id));
    return possible.length === 0 ? new Map() : readByIds(tenant, possible, scope);
  };

  /** As they are now, where that can be read: what was done stands. */
  const readAgain = async (some: readonly string[], what: string): Promise<ReadonlyMap<string, Entity>> => {
    if (some.length === 0) return new Map();
    try {
      const found = await read(some, lookScope(job.scope, clock));
      return new Map([...found].flatMap(([id, entity]) => (entity instanceof Error ? [] : [[id, entity] as const])));
    } catch (err) {
      log.warn('What was changed could not be read again', { tenant: tenant.name, what, err });
      return new Map();
    }
  };

  /** What became of a change, given the entity as it was read afterwards. */
  const endedOf = (
    id: string,
    { entity, error, partly, became = null }: Done<Entity>,
    now: Entity | undefined,
    sentAt: number,
  ): Ended<Entity> => {
    const shown = entity ?? now ?? null;
    if (error === null) return { outcome: 'DONE', error: null, shown, actionId: became };
    if (partly === true) {
      const isThere = !isSurelyNotSent(error) && shown !== null && job.isDone(shown, sentAt);
      return isThere
        ? { outcome: 'DONE', error: null, shown, actionId: null }
        : stopped('PARTLY_DONE', known(error), shown);
    }
    if (isSurelyNotSent(error)) {
      // A 404 of its comments does not say that there is no entity: it is there when it can be read.
      if (now === undefined) return stopped('FAILED', error.code === 'NOT_FOUND' ? unknown(id) : error);
      return stopped('FAILED', known(error), now);
    }
    return stopped('UNKNOWN', unknownOutcome(error, noun), shown);
  };

  /** What is sent to one: the rest, where an earlier run did all but that. */
  const partOf = ({ target, earlier }: Sending<EntityTarget<Entity>>): Change => {
    if (earlier !== null && job.rest !== null) return job.rest;
    return resolve === null || target.entity === null ? change : resolve(change, target.entity);
  };

  const sendAll = async (sendings: readonly Sending<EntityTarget<Entity>>[]): Promise<readonly Ended<Entity>[]> => {
    for (const { renew } of sendings) await renew();
    const sentAt = clock.now();
    const batches = new Map<string, Batch<Change>>();
    for (const sending of sendings) {
      const part = partOf(sending);
      const key = JSON.stringify(part);
      batches.set(key, { change: part, ids: [...(batches.get(key)?.ids ?? []), sending.target.id] });
    }
    const committed = committedScope(job.scope, clock);
    const done = new Map<string, Done<Entity>>();
    for (const batch of batches.values()) {
      const changed = await update(batch.ids, batch.change, committed).catch((thrown: unknown) =>
        batch.ids.map((): Done<Entity> => ({ entity: null, error: asGatewayError(thrown) })),
      );
      batch.ids.forEach((id, index) => {
        done.set(id, changed[index] ?? { entity: null, error: null });
      });
    }
    for (const { target, earlier } of sendings) {
      const one = done.get(target.id);
      // What an earlier run did stands.
      if (earlier !== null && one !== undefined && one.error !== null) done.set(target.id, { ...one, partly: true });
    }
    const bare = [...done].flatMap(([id, { entity, error, partly }]) => {
      const isUnclear = error !== null && (!isSurelyNotSent(error) || error.code === 'NOT_FOUND');
      return isUnclear || (entity === null && (error === null || partly === true)) ? [id] : [];
    });
    const again = await readAgain(bare, 'sent');
    return sendings.map(({ target: { id } }) => {
      const one = done.get(id) ?? { entity: null, error: null };
      const now = again.get(id);
      const error = one.error !== null && !isSurelyNotSent(one.error);
      // What was read since says more than an answer that came before the rest was sent.
      return endedOf(id, error && now !== undefined ? { ...one, entity: now } : one, now, sentAt);
    });
  };

  return {
    isUnmistakable: false,
    subjectOf: ({ id }) => job.subjectOf(id),
    machineOf: () => null,
    // No condition is on the machines of an entity, but a role may lift a rule for those alone that it covers.
    coveredOf: (targets) => job.machinesOf(targets.map(({ id }) => id).filter((id) => hasIdForm(noun, id))),
    readable: async (shown) => {
      if (shown.length === 0 || !job.mayRead) return new Set();
      return job.readable === null ? new Set(shown) : job.readable(shown);
    },
    check: ({ entity }) => {
      const error = entity === null ? null : (job.check?.(entity, planned) ?? null);
      return error === null ? null : stopped('REFUSED', error, entity);
    },
    result,

    plan: async (reading, scope) => {
      await update([], change, scope);
      const distinct = [...new Set(ids)];
      if (!reading && judge === null && resolve === null && job.check === null) {
        return distinct.map((id) => ({
          asked: id,
          target: { id, entity: null },
          error: hasIdForm(noun, id) ? null : unknown(id),
        }));
      }
      const found = await read(distinct, scope).catch((thrown: unknown): ReadonlyMap<string, Entity | Error> => {
        scope.signal.throwIfAborted();
        const error = asGatewayError(thrown);
        return new Map(distinct.flatMap((id) => (hasIdForm(noun, id) ? [[id, error] as const] : [])));
      });
      const entities = [...found.values()].flatMap((entity) => (entity instanceof Error ? [] : [entity]));
      const visible = await judge?.(entities);
      return distinct.map((id) => {
        const entity = found.get(id);
        if (entity instanceof Error) {
          planned.set(id, null);
          return { asked: id, target: { id, entity: null }, error: asGatewayError(entity) };
        }
        const isSeen = entity !== undefined && (visible === undefined || visible.has(entity));
        planned.set(id, isSeen ? entity : null);
        return { asked: id, target: { id, entity: isSeen ? entity : null }, error: isSeen ? null : unknown(id) };
      });
    },

    before: ({ entity }) => entity,
    // The plan throws it.
    refusal: async () => null,
    looks: [],

    find: (sought, scope) =>
      job.find(
        tenant,
        sought.map(({ target, ...one }) => ({ ...one, subject: job.subjectOf(target.id) })),
        scope,
      ),

    recall: async (done) => {
      const now = await readAgain(
        done.map(({ target }) => target.id),
        'recalled',
      );
      return done.map(({ target }) => now.get(target.id) ?? null);
    },

    send: (sendings) => sendTogether(sendings, sendAll),
  };
};

/** Of an entity that is there: what is not found is something else. */
const known = (error: GatewayError): GatewayError =>
  error.code === 'NOT_FOUND' ? retold(error, error.message, 'UPSTREAM_REJECTED') : error;

const unknownOutcome = (error: GatewayError, noun: string): GatewayError =>
  retold(
    error,
    `${error.message}. It may or may not have been changed, and was not sent again: the ${noun} is shown as it is now`,
  );
