import type { AlertPermission } from '../../../access/roles.ts';
import type { JudgeOf, Visibility } from '../../../access/visibility.ts';
import type { Tenant } from '../../../config/tenants.ts';
import type { Alert } from '../../../domain/alert.ts';
import type { Incident } from '../../../domain/incident.ts';
import type { Done } from '../../../routing/perform-on-each.ts';
import type { ReadsById } from '../../../routing/reads-by-id.ts';
import type { AlertChange, IncidentChange } from '../../../routing/triage.ts';
import type { CallScope } from '../../../scope.ts';
import type { ActionParts } from '../../action.ts';
import type { ActionKind } from '../../pipeline/kind.ts';
import type { TenantMutation } from '../../tenant-action.ts';
import type { CheckQuestion, EntityChecks } from './checks.ts';

/** An entity that is changed. */
export interface EntityTarget<Entity> {
  /** As the caller gave it. */
  readonly id: string;
  /** Null: it was not read for the plan. */
  readonly entity: Entity | null;
}

/** What a change is about, and its finder. */
type FoundAs<Entity> = Pick<ActionKind<EntityTarget<Entity>, Entity, unknown>, 'subjectOf' | 'find'>;

/** How entities of one kind are read, judged and changed. */
export interface ChangedEntities<Entity extends Incident | Alert, Change extends AlertChange | IncidentChange> {
  /** As messages call it, and the form of its ids: of another one none exists, and none is asked for. */
  readonly noun: 'incident' | 'alert';
  readonly idsField: string;
  readonly permissions: { readonly read: AlertPermission; readonly write: AlertPermission };
  /** How a change is found again. */
  readonly foundOf: (mutation: TenantMutation, change: Change) => FoundAs<Entity>;
  readonly readsOf: (parts: ActionParts) => ReadsById<Entity>;
  /** Sends a change of many; without ids it throws what would be thrown for any. */
  readonly update: (
    parts: ActionParts,
    tenant: Tenant,
    ids: readonly string[],
    change: Change,
    scope: CallScope,
  ) => Promise<readonly Done<Entity>[]>;
  readonly judgeOf: (visibility: Visibility) => JudgeOf<Entity, AlertPermission>;
  readonly machineIdsOf: (entity: Entity) => readonly string[];
  /** What speaks against it; read anew for each mutation. Throws what concerns the whole of it. */
  readonly checksOf: (question: CheckQuestion<Change>) => Promise<EntityChecks<Entity>>;
  /** Given: it is not sent to what cannot be read, as anything else is. */
  readonly mustBeRead?: true;
  /** The change as it is sent to one entity, where it hangs on what that has; null: it is the same for all. */
  readonly resolverOf: (change: Change) => ((change: Change, entity: Entity) => Change) | null;
  /** What an entity was given a moment ago, which a read may not show yet; absent: no change hangs on what an entity has. */
  readonly recentOf?: (parts: ActionParts) => {
    /** The entity as it was read, with what it was given since. */
    readonly withIt: (tenant: Tenant, entity: Entity) => Promise<Entity>;
    /** It was sent at a time of this clock, and answered. */
    readonly note: (
      tenant: Tenant,
      id: string,
      change: Change,
      sent: { readonly answered: Entity | null; readonly sentAtMs: number },
    ) => Promise<void>;
  };
  /** What is left when all but the last call of a change was made; null: it is one call. */
  readonly restOf: (change: Change) => Change | null;
}

/** One change of entities of one kind; its input is checked. */
export interface EntityJob<Entity extends Incident | Alert, Change extends AlertChange | IncidentChange> {
  readonly mutation: TenantMutation;
  readonly row: ChangedEntities<Entity, Change>;
  readonly ids: readonly string[];
  readonly change: Change;
  /** As the row's `resolverOf` makes it. */
  readonly resolve: ((change: Change, entity: Entity) => Change) | null;
  readonly checks: EntityChecks<Entity>;
  readonly visibility: Visibility;
}
