import { objectBody, requiredTexts } from '../defender/body.ts';
import { notFound } from '../defender/fault.ts';
import type { Route, SimRequest } from '../http/types.ts';
import type { WorldAlert } from '../world/types.ts';
import { alertFields } from './alert-fields.ts';
import { alertShape } from './alert-shape.ts';
import { readAlertChange } from './alert-update.ts';
import { answerList, listRules } from './list.ts';
import { mdeAlerts } from './own-alerts.ts';
import { entity, param, permissions, route } from './route.ts';

/** @throws DefenderFault ResourceNotFound */
export function alertNamed(request: SimRequest, id: string): WorldAlert {
  const alert = mdeAlerts(request.tenant).find((candidate) => candidate.id === id);
  if (alert === undefined) throw notFound('alert', id);
  return alert;
}

/** Reading and updating alerts (get-alerts.md, update-alert.md, batch-update-alerts.md). */
export function alertRoutes({ pageSize }: { readonly pageSize: number }): readonly Route[] {
  const rules = listRules(alertFields, pageSize, { expandable: ['evidence'] });
  return [
    route({
      id: 'listAlerts',
      method: 'GET',
      path: '/api/alerts',
      anyOf: permissions.readAlerts,
      handle: (request) =>
        answerList(request, 'Alerts', mdeAlerts(request.tenant), rules, (alert, page) =>
          alertShape(alert, request.tenant, { evidence: page.expand.has('evidence') }),
        ),
    }),
    route({
      id: 'getAlert',
      method: 'GET',
      path: '/api/alerts/{id}',
      anyOf: permissions.readAlerts,
      handle: (request) => answerAlert(request, alertNamed(request, param(request, 'id'))),
    }),
    route({
      id: 'updateAlert',
      method: 'PATCH',
      path: '/api/alerts/{id}',
      anyOf: permissions.writeAlerts,
      handle: (request) => {
        const alert = alertNamed(request, param(request, 'id'));
        readAlertChange(request, objectBody(request.body))(alert);
        return answerAlert(request, alert);
      },
    }),
    route({
      id: 'batchUpdateAlerts',
      method: 'POST',
      path: '/api/alerts/batchUpdate',
      anyOf: permissions.writeAlerts,
      quota: { perMinute: 10, perHour: 500 },
      handle: (request) => {
        const body = objectBody(request.body);
        const alerts = requiredTexts(body, 'alertIds').map((id) => alertNamed(request, id));
        const change = readAlertChange(request, body, ['alertIds']);
        for (const alert of alerts) change(alert);
        // The documented answer is an empty 200: callers read the alerts again.
        return { status: 200 };
      },
    }),
  ];
}

const answerAlert = (request: SimRequest, alert: WorldAlert) =>
  entity(request, 'Alerts', alertShape(alert, request.tenant, { evidence: true }));
