import { createVisibility } from '../../../access/visibility.ts';
import type { Alert } from '../../../domain/alert.ts';
import { longestComment } from '../../../domain/comment.ts';
import { asGatewayError, InputError, NotFoundError } from '../../../errors.ts';
import { isNewAlertSeverity, type NewAlert } from '../../../routing/new-alerts.ts';
import type { Act } from '../../act.ts';
import { checkLength, checkTargets } from '../../check-input.ts';
import type { CreateAlertInput } from '../../inputs.ts';
import type { Of } from '../../once/journal.ts';
import type { NewAlertResult } from '../../payloads.ts';
import { errorRow, payloadOf } from '../../results.ts';
import { canonical, planMachines } from '../machine/targets.ts';
import { madeKind } from './kind.ts';

/** The page says none; these are longer than people read. */
const maxTitle = 256;
const maxText = longestComment;

const checkText = (field: string, text: string, most: number): string => {
  const trimmed = text.trim();
  if (trimmed === '') throw new InputError(`${field} is blank`, { field });
  return checkLength(field, trimmed, most);
};

/** Rows of hunting are in UTC, and few APIs say so. */
const eventTimeOf = (time: string): string => {
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,7})?Z?$/.test(time)) return time.replace(/Z?$/, 'Z');
  throw new InputError('eventTime must be the Timestamp of a row, e.g. 2026-01-31T08:00:00.1234567Z', {
    field: 'eventTime',
  });
};

const newAlertOf = (input: CreateAlertInput): Omit<NewAlert, 'machineId'> => {
  const { severity, category } = input;
  if (!isNewAlertSeverity(severity)) {
    throw new InputError(`severity cannot be ${severity}; it can be LOW, MEDIUM, HIGH`, { field: 'severity' });
  }
  const eventTime = eventTimeOf(input.eventTime.trim());
  const reportId = input.reportId.trim();
  if (!/^\d{1,19}$/.test(reportId)) throw new InputError('reportId must be digits', { field: 'reportId' });
  return {
    ...{ severity, category, eventTime, reportId },
    title: checkText('title', input.title, maxTitle),
    description: checkText('description', input.description, maxText),
    recommendedAction: checkText('recommendedAction', input.recommendedAction, maxText),
  };
};

/** An alert on a machine, of an event that hunting found. Calls: 1 to read the machine, 1 for the act. */
export const createAlert: Act<CreateAlertInput, NewAlertResult> = {
  guardrail: 'createAlert',
  permission: 'alert:write',
  targetsOf: ({ machineId }) => [machineId],
  perform: async (parts, mutation, acting, input, scope) => {
    const { access } = acting;
    const { reads, log } = parts;
    const alert = newAlertOf(input);
    const { title, eventTime, reportId } = alert;
    const tenant = access.tenantFor(input.tenant, 'alert:write');
    const asked = checkTargets('machineId', [input.machineId], 1).map(canonical);
    const sees = createVisibility(access, {
      machines: (where, ids) => reads.machines.byIds(where, ids, scope),
      alerts: (where, ids) => reads.alerts.byIds(where, ids, scope),
      incidents: (where, ids) => reads.incidents.byIds(where, ids, scope),
    });
    const kind = madeKind<Alert, Of<'newAlert'>, NewAlertResult>(
      {
        ...{ tenant, parts, scope, capability: 'alerts.create', find: parts.finders.newAlert },
        ...{ acting, mutation, input },
        plan: async (where) => {
          const visibility = access.machineVisibility('alert:write', tenant);
          const plans = await planMachines(
            { machines: reads.machines, tenant, asked, visibility, reading: true },
            where,
          );
          return plans.map(({ target, ...planned }) => ({ ...planned, target: { ...target, before: null } }));
        },
        check: () => null,
        subjectOf: ({ id }) => ({ kind: 'newAlert', machineId: id, title, eventTime, reportId }),
        idOf: ({ alertId }) => alertId,
        read: async (id, where) => {
          const found = (await reads.alerts.byIds(tenant, [id], where)).get(id) ?? null;
          if (found instanceof Error) throw found;
          return found;
        },
        readable: async (alerts) => {
          if (alerts.length === 0 || !access.mayInPart('alert:read', tenant)) return new Set();
          return (await sees.alerts('alert:read', tenant)?.(alerts)) ?? new Set(alerts);
        },
        send: ({ id }, where) =>
          parts.createAlert(tenant, { ...alert, machineId: id }, where).catch((thrown: unknown) => {
            const error = asGatewayError(thrown);
            if (error.code !== 'NOT_FOUND') throw error;
            const what = 'There is no event with this machineId, reportId and eventTime';
            throw new NotFoundError(what, error.details, error);
          }),
      },
      ({ target }, { outcome, error, shown, actionId }, isReadable) => ({
        ...{ machineId: target.id, outcome, error: errorRow(error, log) },
        alertId: actionId,
        alert: isReadable ? shown : null,
      }),
    );
    const order = { acting, mutation, guardrail: 'createAlert', tenant, input, kind, asked } as const;
    const about = { read: 'alert:read', particulars: alert, comment: alert.description } as const;
    return payloadOf(input, await parts.pipeline({ ...order, ...about }, scope));
  },
};
