import type { JudgedMachine } from '../../../access/machine-visibility.ts';
import type { Alert } from '../../../domain/alert.ts';
import { hasIdForm } from '../../../domain/id-forms.ts';
import { type Incident, survivorOf } from '../../../domain/incident.ts';
import { asGatewayError, GatewayError, InputError, NotFoundError } from '../../../errors.ts';
import { readOne } from '../../../routing/reads-by-id.ts';
import type { AlertMove } from '../../../routing/triage.ts';
import { fault, givenComment } from '../../check-input.ts';
import type { MergeIncidentsInput, MoveAlertsInput } from '../../inputs.ts';
import type { MergeResult, MoveResult } from '../../payloads.ts';
import { foundBy } from '../../pipeline/kind.ts';
import { refusedIn } from '../../results.ts';
import type { TenantMutation } from '../../tenant-action.ts';
import { changedAlerts, changedIncidents, entityAction } from './actions.ts';
import { type CheckQuestion, mergedAway } from './checks.ts';
import { gone, machinesOf } from './machines-of.ts';

/** A merge is of all that are named, or of none. */
interface IncidentMerge {
  readonly comment?: string;
  readonly incidentIds: readonly string[];
}

const alreadySo = ({ tenant }: { readonly tenant: string }, message: string): GatewayError =>
  refusedIn(tenant, 'ALREADY_IN_STATE', message);

const nothingMerged = (): GatewayError =>
  new GatewayError('CONFLICT', 'Nothing was merged, for another of the incidents cannot be: see its error', {
    sent: 'no',
  });

const mergeOf = (input: MergeIncidentsInput): IncidentMerge => {
  const incidentIds = [...new Set(input.incidentIds.map((id) => id.trim()))].sort();
  if (incidentIds.length > 1) return { ...givenComment(input), incidentIds };
  throw fault('incidentIds', 'must name at least two incidents');
};

export const mergeIncidents = entityAction({
  ...changedIncidents,
  guardrail: 'mergeIncidents',
  targetsOf: ({ incidentIds }: MergeIncidentsInput) => incidentIds,
  changeOf: mergeOf,
  foundOf: ({ parts, tenant }, { incidentIds }: IncidentMerge) =>
    foundBy(tenant, () => ({ kind: 'merge', incidentIds }), parts.finders.merge),
  resolverOf: () => null,
  restOf: () => null,
  // It cannot be undone, and is of all.
  mustBeRead: true,
  checksOf: async () => ({
    check: (incident, all) => {
      const incidents = new Map(
        [...all].flatMap(([id, one]) => (one === null || one instanceof Error ? [] : [[id, one] as const])),
      );
      const survivors = new Set([...incidents.values()].map((one) => survivorOf(one, incidents)));
      const into = survivorOf(incident, incidents);
      if (incidents.size === all.size && survivors.size === 1)
        return alreadySo(incident, `They are one already: ${into}`);
      // Into one that is not named it is another merge than what is asked for.
      if (into !== incident.incidentId)
        return incidents.has(into) ? alreadySo(incident, `It was merged into ${into} already`) : mergedAway(incident);
      const isWhole =
        incidents.size === all.size && [...incidents].every(([id, one]) => survivorOf(one, incidents) === id);
      return isWhole ? null : nothingMerged();
    },
  }),
  // One that a guardrail keeps back keeps back all.
  update: async ({ triageActions }, tenant, ids, change, scope) =>
    ids.length > 0 && ids.length < change.incidentIds.length
      ? ids.map(() => ({ entity: null, error: nothingMerged() }))
      : triageActions.mergeIncidents(tenant, ids, change, scope),
  result: (incidentId, incident: Incident | null, { outcome, error, became: targetIncidentId }): MergeResult => ({
    ...{ incidentId, incident, outcome, error, targetIncidentId },
  }),
});

const moveOf = (input: MoveAlertsInput): AlertMove => {
  const incidentId = input.incidentId?.trim() ?? null;
  const move = { incidentId, ...givenComment(input) };
  if (incidentId !== null || move.comment !== undefined) return move;
  throw new InputError('A move into a new incident needs a comment: by it the move is found again', {
    field: 'comment',
  });
};

/** Where alerts are to go. */
interface Destination {
  /** Null: there is none for the caller, or it could not be read. */
  readonly incident: Incident | null;
  /** Why it does not take alerts; null: nothing is known against it. */
  readonly error: GatewayError | null;
}

/** One read; rejects when that fails. */
const destinationOf = async (
  { mutation: { parts, tenant, scope }, visibility }: CheckQuestion<AlertMove>,
  incidentId: string,
): Promise<Destination> => {
  const about = { tenant: tenant.name, field: 'incidentId', sent: 'no' } as const;
  const unknown = new NotFoundError(`There is no incident ${incidentId} in ${tenant.name}`, about);
  if (!hasIdForm('incident', incidentId)) return { incident: null, error: unknown };
  const incident = await readOne(parts.reads.incidents, tenant, incidentId, scope);
  const visible = incident === null ? null : await visibility.incidents('incident:write', tenant)?.([incident]);
  if (incident === null || visible?.has(incident) === false) return { incident: null, error: unknown };
  const merged = mergedAway(incident);
  return { incident, error: merged === null ? null : new GatewayError(merged.code, merged.message, about) };
};

/** The machines that an incident is about. One that names none, or could not be read, is covered by nobody. */
const machinesIn = async (mutation: TenantMutation, incident: Incident | null): Promise<readonly JudgedMachine[]> => {
  if (incident === null) return [gone];
  const found = await machinesOf(mutation, new Map([[incident.incidentId, changedIncidents.machineIdsOf(incident)]]));
  const machines = [...found.values()].flat();
  return machines.length === 0 ? [gone] : machines;
};

export const moveAlerts = entityAction({
  ...changedAlerts,
  guardrail: 'moveAlerts',
  targetsOf: ({ alertIds }: MoveAlertsInput) => alertIds,
  changeOf: moveOf,
  foundOf: ({ parts, tenant }, move: AlertMove) =>
    foundBy(tenant, ({ id }) => ({ kind: 'move', id, move }), parts.finders.move),
  restOf: () => null,
  update: ({ triageActions }, ...sent) => triageActions.moveAlerts(...sent),
  checksOf: async (question) => {
    const { incidentId } = question.change;
    if (incidentId === null) return { check: () => null };
    const { visibility, mutation } = question;
    const { acting, tenant, isDryRun, scope } = mutation;
    acting.access.requireInPart('incident:write', tenant);
    const { incident, error } = await destinationOf(question, incidentId).catch((thrown: unknown): Destination => {
      scope.signal.throwIfAborted();
      // Who may write to every incident is not kept back by one that cannot be read now: Microsoft judges it.
      const mustKnow = isDryRun && acting.isProposal !== true;
      const isKept = mustKnow || visibility.incidents('incident:write', tenant) != null;
      return { incident: null, error: isKept ? asGatewayError(thrown) : null };
    });
    return {
      againstAll: error,
      machinesBesides: () => machinesIn(mutation, incident),
      check: (alert) =>
        alert.incidentId === incidentId ? alreadySo(alert, `It is in incident ${incidentId} already`) : null,
    };
  },
  result: (alertId, alert: Alert | null, { outcome, error, became: targetIncidentId }): MoveResult => ({
    ...{ alertId, alert, outcome, error, targetIncidentId },
  }),
});
