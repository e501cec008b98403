import type { Alert } from '../../../domain/alert.ts';
import { longestComment } from '../../../domain/comment.ts';
import { asGatewayError, NotFoundError } from '../../../errors.ts';
import { canonical } from '../../../routing/named-machines.ts';
import { isNewAlertSeverity, type NewAlert } from '../../../routing/new-alerts.ts';
import { readOne } from '../../../routing/reads-by-id.ts';
import { checkTargets, checkText, fault } from '../../check-input.ts';
import type { CreateAlertInput } from '../../inputs.ts';
import type { Of } from '../../once/journal.ts';
import type { NewAlertResult } from '../../payloads.ts';
import { readableOf, visibilityOf } from '../../readable.ts';
import { tenantAction } from '../../tenant-action.ts';
import { onMachines } from '../machine/targets.ts';
import { madeKind } from './kind.ts';

/** The page says none; these are longer than people read. */
const maxTitle = 256;
const maxText = longestComment;

/** Rows of hunting are in UTC, and few APIs say so. */
const eventTimeOf = (time: string): string => {
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?Z?$/.test(time)) return time.replace(/Z?$/, 'Z');
  throw fault('eventTime', 'must be the Timestamp of a row, e.g. 2026-01-31T08:00:00.1234567Z');
};

const newAlertOf = (input: CreateAlertInput): Omit<NewAlert, 'machineId'> => {
  const { severity, category } = input;
  if (!isNewAlertSeverity(severity)) throw fault('severity', `cannot be ${severity}; it can be LOW, MEDIUM, HIGH`);
  const eventTime = eventTimeOf(input.eventTime.trim());
  const reportId = input.reportId.trim();
  if (!/^\d{1,19}$/.test(reportId)) throw fault('reportId', 'must be digits');
  return {
    ...{ severity, category, eventTime, reportId },
    title: checkText('title', input.title, maxTitle),
    description: checkText('description', input.description, maxText),
    recommendedAction: checkText('recommendedAction', input.recommendedAction, maxText),
  };
};

/** An alert on a machine, of an event that hunting found. Calls: 1 to read the machine, 1 for the action. */
export const createAlert = tenantAction({
  guardrail: 'createAlert',
  permission: 'alert:write',
  read: 'alert:read',
  targetsOf: ({ machineId }: CreateAlertInput) => [machineId],
  order: (mutation) => {
    const { parts, acting, tenant, input } = mutation;
    const { reads } = parts;
    const wanted = newAlertOf(input);
    const { title, eventTime, reportId } = wanted;
    const asked = checkTargets('machineId', [input.machineId], 1).map(canonical);
    const judge = visibilityOf(mutation).alerts('alert:read', tenant);
    const kind = madeKind<Alert, Of<'newAlert'>, NewAlertResult>(
      {
        ...{ mutation, capability: 'alerts.create', find: parts.finders.newAlert },
        plan: async (where) => {
          const plans = await onMachines(mutation, 'alert:write', asked).plan(true, where);
          return plans.map(({ target, ...planned }) => ({ ...planned, target: { ...target, before: null } }));
        },
        subjectOf: ({ id }) => ({ kind: 'newAlert', machineId: id, title, eventTime, reportId }),
        idOf: ({ alertId }) => alertId,
        read: (id, where) => readOne(reads.alerts, tenant, id, where),
        readable: (alerts) => readableOf(alerts, acting.access.mayInPart('alert:read', tenant), judge),
        send: ({ id }, where) =>
          parts.createAlert(tenant, { ...wanted, machineId: id }, where).catch((thrown: unknown) => {
            const error = asGatewayError(thrown);
            if (error.code !== 'NOT_FOUND') throw error;
            const what = 'There is no event with this machineId, reportId and eventTime';
            throw new NotFoundError(what, error.details, error);
          }),
      },
      ({ target }, { outcome, error, shown: alert, actionId: alertId }) => ({
        ...{ machineId: target.id, outcome, error, alertId, alert },
      }),
    );
    return { kind, asked, particulars: wanted, comment: wanted.description };
  },
});
