import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import { hasIdForm } from '../../domain/id-forms.ts';
import { GatewayError, NotFoundError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Done } from '../../routing/act-on-each.ts';
import { UnansweredActError } from '../../routing/send-once.ts';
import type { CallScope } from '../../scope.ts';
import { committedScope, lookScope } from '../committed-scope.ts';
import type { EntityChange } from './entity-change.ts';

/** A change of which nobody knows whether it was done. */
class UnknownOutcomeError extends GatewayError {}

const unknownOutcome = (error: GatewayError, noun: string): GatewayError =>
  new UnknownOutcomeError(
    error.code,
    `${error.message}. It may or may not have been changed, and was not sent again: the ${noun} is shown as it is now`,
    error.details,
    error,
  );

/** Whether nobody knows what became of the change. */
export const isUnknown = ({ error }: Done<unknown>): boolean => error instanceof UnknownOutcomeError;

/** An entity that does not exist, or not for the caller. */
export const unknownEntity = (tenant: Tenant, noun: string, id: string): GatewayError =>
  new NotFoundError(`There is no ${noun} ${id} in ${tenant.name}`, { tenant: tenant.name });

const needsRead = (outcome: Done<unknown> | undefined): boolean =>
  outcome !== undefined &&
  outcome.entity === null &&
  (outcome.error === null || outcome.error instanceof UnansweredActError);

/** Sends one change of many entities, once, and reads again what the answers did not bring. Answers in the order of the ids. */
export const createChangeAll =
  <Entity, Change>(
    kind: Pick<EntityChange<Entity, Change>, 'mutation' | 'noun' | 'readByIds' | 'update'>,
    { clock, log }: { readonly clock: Clock; readonly log: Log },
  ) =>
  async (
    tenant: Tenant,
    ids: readonly string[],
    change: Change,
    scope: CallScope,
  ): Promise<readonly Done<Entity>[]> => {
    /** Entities whose change was not answered with them. A failed read leaves them out: what was done stands. */
    const readAgain = async (unread: readonly string[]): Promise<ReadonlyMap<string, Entity | Error>> => {
      if (unread.length === 0) return new Map();
      try {
        return await kind.readByIds(tenant, unread, lookScope(scope, clock));
      } catch (err) {
        log.warn('What was changed could not be read again', { tenant: tenant.name, mutation: kind.mutation, err });
        return new Map();
      }
    };

    const possible = ids.filter((id) => hasIdForm(kind.noun, id));
    const done = possible.length === 0 ? [] : await kind.update(tenant, possible, change, committedScope(scope, clock));
    const byId = new Map(possible.map((id, index) => [id, done[index]]));
    const again = await readAgain(possible.filter((id) => needsRead(byId.get(id))));
    return ids.map((id): Done<Entity> => {
      const outcome = byId.get(id);
      if (outcome === undefined || outcome.error?.code === 'NOT_FOUND') {
        return { entity: null, error: unknownEntity(tenant, kind.noun, id) };
      }
      const read = again.get(id);
      const entity = outcome.entity ?? (read === undefined || read instanceof Error ? null : read);
      const { error } = outcome;
      return { entity, error: error instanceof UnansweredActError ? unknownOutcome(error, kind.noun) : error };
    });
  };
