import type { Alert } from '../../../domain/alert.ts';
import type { Incident } from '../../../domain/incident.ts';
import { asGatewayError, type GatewayError, isSurelyNotSent, retold } from '../../../errors.ts';
import type { Done } from '../../../routing/perform-on-each.ts';
import type { AlertChange, IncidentChange } from '../../../routing/triage.ts';
import { committedScope, lookAgain } from '../../committed-scope.ts';
import { type ActionKind, done, type Ended, type Sending, stopped, unanswered } from '../../pipeline/kind.ts';
import { sendTogether } from '../../pipeline/send-each.ts';
import { readableOf } from '../../readable.ts';
import { createBefore } from './before.ts';
import type { EntityJob, EntityTarget } from './job.ts';
import { machinesOf } from './machines-of.ts';
import { isCommented } from './shown.ts';

/** A change sent to some entities together. */
interface Batch<Change> {
  readonly change: Change;
  readonly ids: readonly string[];
}

/**
 * Changes of entities, found again by what they were to become. Calls: those of the change, those of reading each by its id before it,
 * and once more where the answers bring no entity or leave it unclear.
 */
export const entityKind = <Entity extends Incident | Alert, Change extends AlertChange | IncidentChange, Result>(
  job: EntityJob<Entity, Change>,
  result: ActionKind<EntityTarget<Entity>, Entity, Result>['result'],
): ActionKind<EntityTarget<Entity>, Entity, Result> => {
  const { mutation, row, change, resolve, checks, visibility } = job;
  const { parts, acting, tenant, scope: ofRequest } = mutation;
  const { noun, permissions } = row;
  const rest = row.restOf(change);
  const recent = row.recentOf?.(parts);
  const judgeOf = row.judgeOf(visibility);
  const before = createBefore(job);

  /** As they are now, where that can be read: what was done stands. */
  const readAgain = async (some: readonly string[], what: string): Promise<ReadonlyMap<string, Entity>> => {
    const about = { tenant: tenant.name, what };
    const found = await lookAgain(parts, 'What was changed could not be read again', about, ofRequest, (look) =>
      before.read(some, look),
    );
    return new Map(
      [...(found ?? [])].flatMap(([id, entity]) => (entity instanceof Error ? [] : [[id, entity] as const])),
    );
  };

  /** What became of a change, given the entity as it was read afterwards. */
  const endedOf = (
    id: string,
    { entity, error, partly, became = null }: Done<Entity>,
    now: Entity | undefined,
    sentAt: number,
  ): Ended<Entity> => {
    const shown = entity ?? now ?? null;
    if (error === null) return done(shown, became);
    if (partly === true) {
      const isThere = !isSurelyNotSent(error) && shown !== null && isCommented(change, shown, sentAt);
      return isThere ? done(shown) : stopped('PARTLY_DONE', known(error), shown);
    }
    if (isSurelyNotSent(error)) {
      const was = before.of(id);
      return stopped('FAILED', was === null ? error : known(error), was);
    }
    return stopped('UNKNOWN', unanswered(error, 'changed', `the ${noun} is shown as it is now`), shown);
  };

  /** What is sent to one: the rest, where an earlier run did all but that. */
  const partOf = ({ target, earlier }: Sending<EntityTarget<Entity>>): Change => {
    if (earlier !== null && rest !== null) return rest;
    return resolve === null || target.entity === null ? change : resolve(change, target.entity);
  };

  const sendAll = async (sendings: readonly Sending<EntityTarget<Entity>>[]): Promise<readonly Ended<Entity>[]> => {
    const sentAt = parts.clock.now();
    const batches = new Map<string, Batch<Change>>();
    for (const sending of sendings) {
      const part = partOf(sending);
      const key = JSON.stringify(part);
      batches.set(key, { change: part, ids: [...(batches.get(key)?.ids ?? []), sending.target.id] });
    }
    const committed = committedScope(ofRequest, parts.clock);
    const sent = new Map<string, Done<Entity>>();
    for (const batch of batches.values()) {
      const changed = await row
        .update(parts, tenant, batch.ids, batch.change, committed)
        .catch((thrown: unknown) =>
          batch.ids.map((): Done<Entity> => ({ entity: null, error: asGatewayError(thrown) })),
        );
      await Promise.all(
        batch.ids.map(async (id, index) => {
          const one = changed[index] ?? { entity: null, error: null };
          sent.set(id, one);
          if (one.error === null || one.partly === true)
            await recent?.note(tenant, id, batch.change, { answered: one.entity, sentAtMs: sentAt });
        }),
      );
    }
    for (const { target, earlier } of sendings) {
      const one = sent.get(target.id);
      // What an earlier run did stands.
      if (earlier !== null && one !== undefined && one.error !== null) sent.set(target.id, { ...one, partly: true });
    }
    const bare = [...sent].flatMap(([id, { entity, error, partly }]) => {
      const isUnclear = error !== null && !isSurelyNotSent(error);
      return isUnclear || (entity === null && (error === null || partly === true)) ? [id] : [];
    });
    const again = await readAgain(bare, 'sent');
    return sendings.map(({ target: { id } }) => {
      const one = sent.get(id) ?? { entity: null, error: null };
      const now = again.get(id);
      const error = one.error !== null && !isSurelyNotSent(one.error);
      // What was read since says more than an answer that came before the rest was sent.
      return endedOf(id, error && now !== undefined ? { ...one, entity: now } : one, now, sentAt);
    });
  };

  return {
    ...row.foundOf(mutation, change),
    // No condition is on the machines of an entity, but a role may lift a rule for those alone that it covers.
    coveredOf: async (targets) => {
      const named = targets.flatMap(({ id, entity }) =>
        entity === null ? [] : [[id, row.machineIdsOf(entity)] as const],
      );
      const covered = await machinesOf(mutation, new Map(named));
      const besides = (await checks.machinesBesides?.()) ?? [];
      // One that names none is covered by nobody.
      return new Map([...covered].map(([id, own]) => [id, own.length === 0 ? own : [...own, ...besides]]));
    },
    readable: (shown) =>
      readableOf(shown, acting.access.mayInPart(permissions.read, tenant), judgeOf(permissions.read, tenant)),
    check: before.check,
    looks: [before.look],
    result,

    plan: async (reading, scope) => {
      await row.update(parts, tenant, [], change, scope);
      return before.plan(reading, scope);
    },

    before: ({ entity }) => entity,
    capability: null,

    recall: async (ended) => {
      const ofEnded = ended.map(({ target: { id } }) => id);
      const now = await readAgain(ofEnded, 'recalled');
      return ofEnded.map((id) => now.get(id) ?? null);
    },

    send: (sendings) => sendTogether(sendings, sendAll),
  };
};

/** Of an entity that is there: what is not found is something else. */
const known = (error: GatewayError): GatewayError =>
  error.code === 'NOT_FOUND' ? retold(error, error.message, 'UPSTREAM_REJECTED') : error;
