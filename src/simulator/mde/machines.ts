import { mde } from '../../microsoft/mde/index.ts';
import { checkKeys, objectBody, oneOf, optionalText, optionalTexts, requiredText } from '../defender/body.ts';
import { DefenderFault } from '../defender/fault.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest } from '../http/types.ts';
import { project } from '../odata/project.ts';
import { applyQuery } from '../odata/query.ts';
import type { WorldMachine } from '../world/types.ts';
import { alertFields } from './alert-fields.ts';
import { alertShape } from './alert-shape.ts';
import { answerLinkedList } from './linked-list.ts';
import { askedPage, listRules } from './list.ts';
import { machineFields } from './machine-fields.ts';
import { machineNamed, machineShape } from './machine-shape.ts';
import { mdeAlerts } from './own-alerts.ts';
import { collection, entity, param } from './route.ts';
import { logonUserShape } from './user-shape.ts';

const deviceValues = ['Normal', 'Low', 'High'] as const;

/** Reading machines, their alerts and users, and their value (get-machines.md, update-machine-method.md). */
export function machineRoutes({ pageSize }: { readonly pageSize: number }): readonly Route[] {
  const rules = listRules(machineFields, pageSize);
  const usual = listRules(alertFields, pageSize, { expandable: ['evidence'] });
  // get-machine-related-alerts.md: the one list of Defender for Endpoint that counts.
  const alertRules = { ...usual, options: [...usual.options, '$count'] } satisfies typeof usual;
  const alertsOf = (request: SimRequest) => {
    const machine = machineNamed(request, param(request, 'id'));
    return mdeAlerts(request.tenant).filter((alert) => alert.machine === machine);
  };
  return [
    serve(mde.listMachines, (request) => {
      const page = askedPage(request, request.tenant.machines, rules);
      // Documented: nothing to show is a 404, not an empty list.
      if (page.items.length === 0) throw new DefenderFault('ResourceNotFound', 'No machine was found.');
      const rows = page.items.map((machine) => project(machineShape(machine), page.select));
      return collection(request, 'Machines', rows);
    }),
    serve(mde.getMachine, (request) => answerMachine(request, machineNamed(request, param(request, 'id')))),
    serve(mde.updateMachine, (request) => {
      const machine = machineNamed(request, param(request, 'id'));
      const body = objectBody(request.body);
      checkKeys(body, ['machineTags', 'deviceValue']);
      const tags = optionalTexts(body, 'machineTags');
      const value = optionalText(body, 'deviceValue');
      const deviceValue = value === undefined ? undefined : oneOf(value, 'deviceValue', deviceValues);
      // The list given replaces the tags; the page's other sentence, that it only appends, is not followed.
      if (tags !== undefined) machine.machineTags = [...tags];
      if (deviceValue !== undefined) machine.deviceValue = deviceValue;
      return answerMachine(request, machine);
    }),
    serve(mde.setDeviceValue, (request) => {
      const machine = machineNamed(request, param(request, 'machineId'));
      const value = requiredText(objectBody(request.body), 'DeviceValue');
      machine.deviceValue = oneOf(value, 'DeviceValue', deviceValues);
      return answerMachine(request, machine);
    }),
    serve(mde.listMachineLogonUsers, (request) => {
      const machine = machineNamed(request, param(request, 'id'));
      const users = machine.logonUsers.map((user) => logonUserShape(user, machine, request.tenant));
      return collection(request, 'Users', users);
    }),
    serve(mde.listMachineAlerts, (request) =>
      answerLinkedList(request, 'Alerts', alertsOf(request), alertRules, (alert, page) =>
        alertShape(alert, request.tenant, { evidence: page.expand.has('evidence') }),
      ),
    ),
    // A bare number, not an object (exposed-apis-odata-samples.md).
    serve(mde.countMachineAlerts, (request) => ({
      status: 200,
      body: applyQuery(alertsOf(request), request.query, alertRules, request.oddities.values).total,
    })),
  ];
}

export const answerMachine = (request: SimRequest, machine: WorldMachine) =>
  entity(request, 'Machines', machineShape(machine));
