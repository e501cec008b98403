import type { Caller } from '../../access/caller.ts';
import type { JudgedMachine } from '../../access/machine-visibility.ts';
import type { AlertPermission } from '../../access/roles.ts';
import type { Judge } from '../../access/visibility.ts';
import type { GuardedAction } from '../../config/guardrails.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { Done } from '../../routing/act-on-each.ts';
import type { CallScope } from '../../scope.ts';
import type { JournalSubject } from '../once/journal.ts';

/** One change of many entities of one kind. */
export interface EntityChange<Entity, Change> {
  /** The mutation's name, and the guardrails'. */
  readonly mutation: GuardedAction;
  /** As messages call it, e.g. `incident`, and the form of its ids: of another one none exists, and none is asked for. */
  readonly noun: 'incident' | 'alert';
  readonly permissions: { readonly read: AlertPermission; readonly write: AlertPermission };
  readonly idsField: string;
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
  /** Which of them the caller has the permission for; null: all. */
  readonly judge: (
    caller: Caller,
    permission: AlertPermission,
    tenant: Tenant,
    scope: CallScope,
  ) => Judge<Entity> | null;
  /** The machines that each of them is about, by its id: what roles that are limited to machines are held against. */
  readonly machinesOf: (
    tenant: Tenant,
    ids: readonly string[],
    scope: CallScope,
  ) => Promise<ReadonlyMap<string, readonly JudgedMachine[]>>;
  /** How the change is found again. */
  readonly subject: (id: string, change: Change) => JournalSubject;
  /** Whether an interrupted run did all of it. */
  readonly isDone: (change: Change, entity: Entity) => boolean;
}
