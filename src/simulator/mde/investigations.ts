import { mde } from '../../microsoft/mde/index.ts';
import { objectBody, requiredText } from '../defender/body.ts';
import { DefenderFault, notFound, refusals } from '../defender/fault.ts';
import { pascal } from '../defender/names.ts';
import { serve } from '../http/serve.ts';
import type { Route, SimRequest } from '../http/types.ts';
import type { ODataField } from '../odata/rules.ts';
import { isoTime } from '../world/times.ts';
import type { TenantWorld, WorldInvestigation, WorldMachine } from '../world/types.ts';
import { isOlderThan, platformOf } from './action-kinds.ts';
import { type ActionTimes, outcomeTags } from './action-progress.ts';
import { raiseAlert } from './alert-raised.ts';
import { beginInvestigation } from './investigation-begin.ts';
import { answerList, listRules } from './list.ts';
import { machineNamed } from './machine-shape.ts';
import { callerName, entity, param } from './route.ts';

/** What the service says of a state, where it says anything. */
const detailsOf: Readonly<Record<string, string>> = {
  pendingApproval: 'Waiting for approval of remediation actions',
  partiallyInvestigated: 'Some of the devices could not be reached',
};

/** An investigation as investigation.md prints it: the id is text, while `Alert.investigationId` is a number. */
const shape = (investigation: WorldInvestigation): Readonly<Record<string, unknown>> => ({
  id: String(investigation.id),
  startTime: investigation.startedAt,
  endTime: investigation.endedAt,
  state: pascal(investigation.state),
  cancelledBy: investigation.cancelledBy ?? null,
  statusDetails: detailsOf[investigation.state] ?? null,
  machineId: investigation.machine.id,
  computerDnsName: investigation.machine.computerDnsName,
  triggeringAlertId: investigation.triggeringAlertId,
});

const fields: readonly ODataField<WorldInvestigation>[] = [
  { name: 'id', type: 'id', of: (investigation) => String(investigation.id) },
  { name: 'startTime', type: 'time', of: (investigation) => investigation.startedAt },
  { name: 'state', type: 'string', of: (investigation) => pascal(investigation.state) },
  { name: 'machineId', type: 'id', of: (investigation) => investigation.machine.id },
  { name: 'triggeringAlertId', type: 'id', of: (investigation) => investigation.triggeringAlertId },
];

/** An investigation that a caller started finds nothing after its time, unless its machine is stuck; those of alerts stay as they were seeded. */
function settle({ investigations }: TenantWorld, times: ActionTimes, now: Date): void {
  for (const investigation of investigations) {
    if (investigation.askedFor !== true || investigation.endedAt !== null) continue;
    if (investigation.machine.machineTags.includes(outcomeTags.stuck)) continue;
    const endMs = Date.parse(investigation.startedAt) + times.pendingMs + times.runningMs;
    if (now.getTime() < endMs) continue;
    investigation.state = 'benign';
    investigation.endedAt = isoTime(endMs);
  }
}

/** Automated investigations (get-investigation-collection.md, initiate-autoir-investigation.md). */
export function investigationRoutes({
  pageSize,
  times,
}: {
  readonly pageSize: number;
  readonly times: ActionTimes;
}): readonly Route[] {
  const rules = listRules(fields, pageSize);
  return [
    serve(mde.listInvestigations, (request) => {
      settle(request.tenant, times, request.now);
      return answerList(request, 'Investigations', request.tenant.investigations, rules, shape);
    }),
    serve(mde.getInvestigation, (request) => {
      settle(request.tenant, times, request.now);
      const id = param(request, 'id');
      const found = request.tenant.investigations.find((one) => String(one.id) === id || one.triggeringAlertId === id);
      if (found === undefined) throw notFound('investigation', id);
      return entity(request, 'Investigations', shape(found));
    }),
    serve(mde.startInvestigation, (request) => {
      requiredText(objectBody(request.body), 'Comment');
      settle(request.tenant, times, request.now);
      return entity(request, 'Investigations', shape(start(request)), 201);
    }),
  ];
}

/** First version of Windows 10 that they run on (initiate-autoir-investigation.md). */
const since = 1709;

/** Automated investigations run on Windows, where there is a sensor. */
function checkInvestigable(machine: WorldMachine): void {
  if (machine.onboardingStatus !== 'Onboarded') {
    throw new DefenderFault('InvalidInput', 'The action does not fit: the machine is not onboarded.');
  }
  if (!platformOf(machine)?.startsWith('Windows')) throw refusals.platform(machine.osPlatform);
  if (isOlderThan(machine, since)) throw refusals.version('StartInvestigation', since);
}

/** What `startInvestigation` begins. @throws DefenderFault ActiveRequestAlreadyExists while one that was asked for runs */
function start(request: SimRequest): WorldInvestigation {
  const machine = machineNamed(request, param(request, 'id'));
  const { investigations } = request.tenant;
  checkInvestigable(machine);
  const running = investigations.some(
    (one) => one.machine === machine && one.askedFor === true && one.endedAt === null,
  );
  if (running) throw refusals.busy();
  return request.oddities.values.investigationAlerts
    ? raiseAlert(request, machine, startedManually(request, machine)).investigation
    : beginInvestigation(request, machine, null);
}

/** What the service says of an investigation that somebody asked for. */
const startedManually = (request: SimRequest, { computerDnsName }: WorldMachine) =>
  ({
    severity: 'informational',
    category: 'SuspiciousActivity',
    title: 'Automated investigation started manually',
    description: `${callerName(request)} initiated an Automated investigation on ${computerDnsName}.`,
    recommendedActions: 'Review the investigation.',
    detectionSource: 'automatedInvestigation',
    detectorId: 'started-manually',
  }) as const;
