import type { Alert } from '../../../domain/alert.ts';
import { hasIdForm } from '../../../domain/id-forms.ts';
import type { Incident } from '../../../domain/incident.ts';
import { asGatewayError, type GatewayError } from '../../../errors.ts';
import type { AlertChange, IncidentChange } from '../../../routing/triage.ts';
import type { CallScope } from '../../../scope.ts';
import { type Ended, type Look, type Planned, refusedFor, stopped } from '../../pipeline/kind.ts';
import { notThere } from '../../results.ts';
import type { EntityJob, EntityTarget } from './job.ts';

/**
 * Entities as they are before a change, each read once: for the plan where the change, a role or a rule asks for it, else
 * by the look before it is sent. Calls: those of reading by id.
 */
export const createBefore = <Entity extends Incident | Alert, Change extends AlertChange | IncidentChange>({
  mutation: { parts, tenant },
  row,
  ids,
  resolve,
  checks,
  visibility,
}: EntityJob<Entity, Change>) => {
  const { noun, permissions } = row;
  const reads = row.readsOf(parts);
  const judge = row.judgeOf(visibility)(permissions.write, tenant);
  /** Whether one that cannot be read is refused. Else it is sent: Microsoft judges it too. */
  const mustBeRead = judge !== null || resolve !== null || row.mustBeRead === true;
  /** Null: there is none for the caller. */
  const known = new Map<string, Entity | Error | null>();

  const unknown = (id: string): GatewayError => notThere(tenant, `There is no ${noun} ${id} in ${tenant.name}`);

  const read = async (some: readonly string[], scope: CallScope): Promise<ReadonlyMap<string, Entity | Error>> => {
    const possible = some.filter((id) => hasIdForm(noun, id));
    return possible.length === 0 ? new Map() : reads.byIds(tenant, possible, scope);
  };

  const learn = async (some: readonly string[], scope: CallScope): Promise<void> => {
    const found = new Map(await read(some, scope));
    const recent = resolve === null ? undefined : row.recentOf?.(parts);
    await Promise.all(
      [...found].map(async ([id, entity]) => {
        if (recent !== undefined && !(entity instanceof Error)) found.set(id, await recent.withIt(tenant, entity));
      }),
    );
    const entities = [...found.values()].flatMap((entity) => (entity instanceof Error ? [] : [entity]));
    const visible = await judge?.(entities);
    for (const id of some) {
      const entity = found.get(id) ?? null;
      const isHidden = entity !== null && !(entity instanceof Error) && visible?.has(entity) === false;
      known.set(id, isHidden ? null : entity);
    }
  };

  /** What speaks against one, by how it is. */
  const against = (entity: Entity): Ended<Entity> | null => refusedFor(checks.check(entity, known), entity);

  /** The same of all, and of one that was read for the plan. */
  const check = ({ entity }: EntityTarget<Entity>): Ended<Entity> | null =>
    refusedFor(checks.againstAll ?? null, entity) ?? (entity === null ? null : against(entity));

  const look: Look<EntityTarget<Entity>, Entity> = async (targets, _isDryRun, scope) => {
    const unread = targets.flatMap(({ id, entity }) => (entity === null ? [id] : []));
    await learn(unread, scope);
    const failures = unread.flatMap((id) => {
      const entity = known.get(id);
      return entity instanceof Error ? [entity] : [];
    });
    if (failures.length > 0) {
      const about = { tenant: tenant.name, noun, of: failures.length, err: failures[0] };
      parts.log.warn('What is there could not be read before an action', about);
    }
    return targets.map(({ id, entity }) => {
      // What was read for the plan was judged by then.
      if (entity !== null) return null;
      const now = known.get(id) ?? null;
      if (now === null) return stopped('FAILED', unknown(id));
      return now instanceof Error ? null : against(now);
    });
  };

  const plan = async (reading: boolean, scope: CallScope): Promise<readonly Planned<EntityTarget<Entity>>[]> => {
    // Ids that differ in letter case alone are one target, by the first of them.
    const spelled = new Map([...ids].reverse().map((id) => [id.toLowerCase(), id]));
    const named = [...new Set(ids)].map((asked) => ({ asked, id: spelled.get(asked.toLowerCase()) ?? asked }));
    if (!reading && !mustBeRead) {
      return named.map(({ asked, id }) => ({
        ...{ asked, target: { id, entity: null } },
        error: hasIdForm(noun, id) ? null : unknown(id),
      }));
    }
    const distinct = [...new Set(named.map(({ id }) => id))];
    await learn(distinct, scope).catch((thrown: unknown) => {
      scope.signal.throwIfAborted();
      const error = asGatewayError(thrown);
      for (const id of distinct) known.set(id, hasIdForm(noun, id) ? error : null);
    });
    return named.map(({ asked, id }) => {
      const entity = known.get(id) ?? null;
      if (entity instanceof Error) return { asked, target: { id, entity: null }, error: asGatewayError(entity) };
      return { asked, target: { id, entity }, error: entity === null ? unknown(id) : null };
    });
  };

  return {
    ...{ plan, check, look, read },
    /** One as it was read; null: it is not there, or could not be read. */
    of: (id: string): Entity | null => {
      const entity = known.get(id) ?? null;
      return entity instanceof Error ? null : entity;
    },
  };
};
