import type { AlertPermission } from '../../../access/roles.ts';
import { createVisibility, type JudgeOf, type Visibility } from '../../../access/visibility.ts';
import type { GuardedAction } from '../../../config/guardrails.ts';
import type { Tenant } from '../../../config/tenants.ts';
import type { Alert } from '../../../domain/alert.ts';
import type { Incident } from '../../../domain/incident.ts';
import type { Done } from '../../../routing/act-on-each.ts';
import type { AlertChange, IncidentChange, TriageActs } from '../../../routing/triage.ts';
import type { CallScope } from '../../../scope.ts';
import type { Act, ActParts } from '../../act.ts';
import { checkTargets } from '../../check-input.ts';
import type { MutationInput } from '../../inputs.ts';
import type { JournalSubject } from '../../once/journal.ts';
import type { FieldChange, TargetResult } from '../../payloads.ts';
import type { FindOutcomes, OutcomeFinders } from '../../recovery/outcomes.ts';
import { errorRow, payloadOf } from '../../results.ts';
import { type EntityJob, entityKind } from './kind.ts';
import { machinesOf } from './machines-of.ts';
import { isCommented } from './shown.ts';

/** What every result of a change has. */
export interface ChangeResult extends TargetResult {
  /** Null unless it is a dry run. */
  readonly changes: readonly FieldChange[] | null;
}

/** One row of the table: a change of incidents or alerts, found again by what it was to make of them. */
export interface EntityActRow<
  Input extends MutationInput,
  Entity,
  Change,
  Subject extends JournalSubject,
  Result extends TargetResult,
> {
  readonly guardrail: GuardedAction;
  readonly permission: AlertPermission;
  /** What the caller needs to be shown the entity. */
  readonly read: AlertPermission;
  readonly noun: 'incident' | 'alert';
  /** The input's field with the ids, for messages. */
  readonly idsField: string;
  readonly targetsOf: (input: Input) => readonly string[];
  /** The input checked; throws when Microsoft would not take it. */
  readonly changeOf: (input: Input) => Change;
  readonly subjectOf: (id: string, change: Change) => Subject;
  readonly find: (finders: OutcomeFinders) => FindOutcomes<Subject, Entity>;
  readonly readByIds: (reads: ActParts['reads']) => EntityJob<Entity, Change, Subject>['readByIds'];
  readonly update: (
    acts: TriageActs,
  ) => (tenant: Tenant, ids: readonly string[], change: Change, scope: CallScope) => Promise<readonly Done<Entity>[]>;
  readonly judge: (visibility: Visibility) => JudgeOf<Entity, AlertPermission>;
  /** The machines that it is about: what roles that are limited to machines are held against. */
  readonly machineIdsOf: (entity: Entity) => readonly string[];
  /** The change as it is sent to one entity, where it hangs on what that has; null: it is the same for all. */
  readonly resolve: (change: Change) => ((change: Change, entity: Entity) => Change) | null;
  /** What is left when all but the last call of a change was made; null: it is one call. */
  readonly rest: (change: Change) => Change | null;
  readonly result: (id: string, entity: Entity | null, common: ChangeResult) => Result;
}

/** Graph takes a comment by a call of its own, after all else. */
export const commentAlone = ({ comment }: Pick<AlertChange, 'comment'>): Pick<AlertChange, 'comment'> | null =>
  comment === undefined ? null : { comment };

/** The tags that an incident is to have; null: the change says nothing of single ones. */
export const withTags = ({ addTags, removeTags }: IncidentChange) =>
  addTags === undefined && removeTags === undefined
    ? null
    : ({ addTags: added = [], removeTags: removed = [], ...change }: IncidentChange, { tags }: Incident) => ({
        ...change,
        tags: [...new Set([...tags, ...added])].filter((tag) => !removed.includes(tag)),
      });

/** What a change makes of an entity, field by field. */
const changesOf = (change: AlertChange | IncidentChange, entity: Incident | Alert): readonly FieldChange[] => {
  const now = new Map<string, unknown>(Object.entries(entity));
  return Object.entries(change).map(([field, to]) => ({
    field,
    from: field === 'comment' ? null : (now.get(field) ?? null),
    to,
  }));
};

/** An act of the table. */
export const entityAct = <
  Input extends MutationInput,
  Entity extends Incident | Alert,
  Change extends AlertChange | IncidentChange,
  Subject extends JournalSubject,
  Result extends TargetResult,
>(
  row: EntityActRow<Input, Entity, Change, Subject, Result>,
): Act<Input, Result> => ({
  guardrail: row.guardrail,
  permission: row.permission,
  targetsOf: row.targetsOf,
  perform: async (parts, mutation, acting, input, scope) => {
    const { clock, log, reads } = parts;
    const { access } = acting;
    const { guardrail, read, noun } = row;
    const change = row.changeOf(input);
    const { comment } = change;
    const tenant = access.tenantFor(input.tenant, row.permission);
    const asked = checkTargets(row.idsField, row.targetsOf(input), parts.targetsPerMutation);
    const readByIds = row.readByIds(reads);
    const judgeOf = row.judge(
      createVisibility(access, {
        machines: (where, ids) => reads.machines.byIds(where, ids, scope),
        alerts: (where, ids) => reads.alerts.byIds(where, ids, scope),
        incidents: (where, ids) => reads.incidents.byIds(where, ids, scope),
      }),
    );
    const resolve = row.resolve(change);
    const update = row.update(parts.triageActs);
    const kind = entityKind<Entity, Change, Subject, Result>(
      {
        ...{ tenant, ids: asked, change, noun, clock, log, scope, resolve, readByIds },
        subjectOf: (id) => row.subjectOf(id, change),
        isDone: (entity, sentAt) => isCommented(change, entity, sentAt),
        rest: row.rest(change),
        find: row.find(parts.finders),
        update: (ids, part, callScope) => update(tenant, ids, part, callScope),
        judge: judgeOf(row.permission, tenant),
        mayRead: access.mayInPart(read, tenant),
        readable: judgeOf(read, tenant),
        machinesOf: (ids) => machinesOf(readByIds, row.machineIdsOf, reads.machines)(tenant, ids, scope),
      },
      ({ asked: id, target }, { outcome, error, shown }, isReadable) => {
        const isDryRun = input.dryRun === true;
        const entity = isReadable ? (shown ?? (isDryRun ? target.entity : null)) : null;
        const changes =
          isDryRun && entity !== null ? changesOf(resolve === null ? change : resolve(change, entity), entity) : null;
        return row.result(id, entity, { outcome, error: errorRow(error, log), changes });
      },
    );
    const order = { acting, mutation, guardrail, tenant, input, read, asked, kind, particulars: change };
    return payloadOf(input, await parts.pipeline({ ...order, comment: comment ?? null }, scope));
  },
});
