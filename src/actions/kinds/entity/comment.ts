import type { Alert } from '../../../domain/alert.ts';
import type { Incident } from '../../../domain/incident.ts';
import { InputError } from '../../../errors.ts';
import type { AlertChange, IncidentChange } from '../../../routing/triage.ts';
import type { Action } from '../../action.ts';
import { checkComment } from '../../check-input.ts';
import type { AddCommentInput } from '../../inputs.ts';
import type { CommentResult } from '../../payloads.ts';
import { changedAlerts, changedIncidents, entityAction } from './actions.ts';

const changeOf = ({ comment }: AddCommentInput) => ({ comment: checkComment(comment) });

const none = { incidentId: null, incident: null, alertId: null, alert: null } as const;

const onIncidents = entityAction({
  ...changedIncidents,
  guardrail: 'addComment',
  targetsOf: ({ incidentIds }: AddCommentInput) => incidentIds ?? [],
  changeOf: (input: AddCommentInput): IncidentChange => changeOf(input),
  particularsOf: ({ comment }) => ({ on: 'incidents', comment }),
  result: (incidentId, incident: Incident | null, { outcome, error }): CommentResult => ({
    ...{ ...none, incidentId, incident, outcome, error },
  }),
});

const onAlerts = entityAction({
  ...changedAlerts,
  guardrail: 'addComment',
  targetsOf: ({ alertIds }: AddCommentInput) => alertIds ?? [],
  changeOf: (input: AddCommentInput): AlertChange => changeOf(input),
  particularsOf: ({ comment }) => ({ on: 'alerts', comment }),
  result: (alertId, alert: Alert | null, { outcome, error }): CommentResult => ({
    ...{ ...none, alertId, alert, outcome, error },
  }),
});

/** Throws unless exactly one kind of target is given. */
const actionFor = ({ incidentIds, alertIds }: AddCommentInput): typeof onIncidents => {
  if ((incidentIds == null) !== (alertIds == null)) return incidentIds == null ? onAlerts : onIncidents;
  throw new InputError('Give either incidentIds or alertIds', {
    field: incidentIds == null ? 'incidentIds' : 'alertIds',
  });
};

/**
 * A comment is a change of which nothing else is asked. It is found again by its text since that moment, and never sent
 * twice. Calls: those of the change.
 */
export const addComment: Action<AddCommentInput, CommentResult> = {
  guardrail: 'addComment',
  // On alerts `alert:write`, as the row of alerts has it.
  permission: 'incident:write',
  targetsOf: ({ incidentIds, alertIds }) => [...(incidentIds ?? []), ...(alertIds ?? [])],
  perform: (parts, mutation, acting, input, scope) => actionFor(input).perform(parts, mutation, acting, input, scope),
};
