import { mde } from '../../microsoft/mde/index.ts';
import { type Body, objectBody, oneOf, requiredText } from '../defender/body.ts';
import { DefenderFault } from '../defender/fault.ts';
import type { RunKql } from '../defender/hunting.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest } from '../http/types.ts';
import { narrowed } from '../oddities/answers.ts';
import type { WorldAlert, WorldMachine } from '../world/types.ts';
import { raiseAlert, type Told } from './alert-raised.ts';
import { alertShape } from './alert-shape.ts';
import { machineNamed } from './machine-shape.ts';
import { mdeAlerts } from './own-alerts.ts';
import { entity } from './route.ts';

const severities = { Low: 'low', Medium: 'medium', High: 'high' } as const;

const categories = [
  'General',
  'CommandAndControl',
  'Collection',
  'CredentialAccess',
  'DefenseEvasion',
  'Discovery',
  'Exfiltration',
  'Exploit',
  'Execution',
  'InitialAccess',
  'LateralMovement',
  'Malware',
  'Persistence',
  'PrivilegeEscalation',
  'Ransomware',
  'SuspiciousActivity',
] as const;

/** The tables whose rows an alert can be made of. */
const eventTables = [
  'DeviceProcessEvents',
  'DeviceFileEvents',
  'DeviceNetworkEvents',
  'DeviceRegistryEvents',
  'DeviceLogonEvents',
  'DeviceImageLoadEvents',
  'DeviceEvents',
] as const;

interface Reference {
  readonly machine: WorldMachine;
  readonly reportId: bigint;
  readonly eventTime: string;
}

/** What the body refers to; all three are needed, since a `ReportId` repeats between machines and over time. */
function referenceOf(request: SimRequest, body: Body): Reference {
  const reportId = requiredText(body, 'reportId');
  if (!/^\d{1,19}$/.test(reportId)) throw new DefenderFault('InvalidInput', `Invalid input reportId: ${reportId}.`);
  const eventTime = requiredText(body, 'eventTime');
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?Z?$/.test(eventTime)) {
    throw new DefenderFault('InvalidInput', `Invalid input eventTime: ${eventTime}.`);
  }
  const machine = machineNamed(request, requiredText(body, 'machineId'));
  const sent = BigInt(reportId);
  return {
    machine,
    reportId: request.oddities.values.bigInts ? narrowed(sent) : sent,
    // Times are UTC with or without their zone.
    eventTime: `${eventTime.replace(/Z$/, '')}Z`,
  };
}

/** @throws DefenderFault ResourceNotFound */
function checkEvent({ tenant, now }: SimRequest, reference: Reference, runKql: RunKql): void {
  const { machine, reportId, eventTime } = reference;
  const where = `where DeviceId == "${machine.id}" and ReportId == ${reportId} and Timestamp == datetime(${eventTime})`;
  const found = eventTables.some((table) => runKql(tenant, `${table} | ${where} | take 1`, now).rows.length > 0);
  if (!found) throw new DefenderFault('ResourceNotFound', 'The event of the alert was not found.');
}

/** `POST /api/alerts/CreateAlertByReference`: an alert on an event that hunting found. */
export function alertCreateRoutes({ runKql }: { readonly runKql: RunKql }): readonly Route[] {
  return [
    serve(mde.createAlertByReference, (request) => {
      const body = objectBody(request.body);
      const severity = severities[oneOf(requiredText(body, 'severity'), 'severity', ['Low', 'Medium', 'High'])];
      const category = oneOf(requiredText(body, 'category'), 'category', categories);
      const title = requiredText(body, 'title');
      const description = requiredText(body, 'description');
      const recommendedActions = requiredText(body, 'recommendedAction');
      const reference = referenceOf(request, body);
      checkEvent(request, reference, runKql);
      const told = { severity, category, title, description, recommendedActions };
      const alert = openAlert(request, reference.machine, title) ?? createAlert(request, reference, told);
      return entity(request, 'Alerts', alertShape(alert, request.tenant, { evidence: true }));
    }),
  ];
}

/** An open alert of the same title on the machine takes the event in (create-alert-by-reference.md). */
const openAlert = ({ tenant }: SimRequest, machine: WorldMachine, title: string): WorldAlert | undefined =>
  mdeAlerts(tenant).find((alert) => alert.machine === machine && alert.title === title && alert.status !== 'resolved');

/** The alert, its incident, and the investigation that it sets off. */
const createAlert = (request: SimRequest, { machine, eventTime }: Reference, told: Told): WorldAlert =>
  raiseAlert(request, machine, {
    ...told,
    detectionSource: 'customTi',
    detectorId: 'created-by-reference',
    eventTime,
  }).alert;
