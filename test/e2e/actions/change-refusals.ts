import type { ActionsLab } from './lab.ts';
import type { RefusalRow } from './refusal-rows.ts';

type Input = Readonly<Record<string, unknown>>;

/** An incident of the estate that was merged into another. */
const mergedAway = ({ simulator }: ActionsLab): Input => {
  const merged = simulator.world('contoso').incidents.find(({ redirectIncidentId }) => redirectIncidentId !== null);
  if (merged === undefined) throw new Error('The estate has no merged incident');
  return { incidentIds: [String(merged.id)] };
};

/** An incident with an owner and a tag, being worked on. */
const incidentIn = (lab: ActionsLab): Input => {
  const id = lab.freshIncident();
  const incident = lab.simulator.world('contoso').incidents.find((one) => String(one.id) === id);
  Object.assign(incident ?? {}, {
    ...{ status: 'inProgress', assignedTo: 'ana@contoso.com', tags: ['case-7', 'vip'] },
    ...{ classification: 'truePositive', determination: 'malware' },
  });
  return { incidentIds: [id] };
};

/** The same without any of it. */
const untouched = (lab: ActionsLab): Input => {
  const id = lab.freshIncident();
  const incident = lab.simulator.world('contoso').incidents.find((one) => String(one.id) === id);
  Object.assign(incident ?? {}, { status: 'active', assignedTo: null, tags: [] });
  return { incidentIds: [id] };
};

const alertIn = ({ simulator }: ActionsLab): Input => {
  const [alert] = simulator.world('contoso').alerts;
  Object.assign(alert ?? {}, { status: 'inProgress', assignedTo: 'ana@contoso.com' });
  return { alertIds: [alert?.id] };
};

const machineIn = (lab: ActionsLab): Input => {
  const machine = Object.assign(lab.freshMachine(), { machineTags: ['case-7'], deviceValue: 'High' });
  return { machineIds: [machine.id] };
};

const taken = { status: 'IN_PROGRESS', assignedTo: 'ana@contoso.com' };

/** Changes that leave everything as it is. */
const soAlready = {
  updateIncidents: {
    'a status': [incidentIn, { status: 'IN_PROGRESS' }],
    'an owner': [incidentIn, { assignedTo: 'ana@contoso.com' }],
    'no owner': [untouched, { assignedTo: null }],
    'a classification': [incidentIn, { classification: 'TRUE_POSITIVE', determination: 'MALWARE' }],
    'all tags, in another order': [incidentIn, { tags: ['vip', 'case-7'] }],
    'no tags': [untouched, { tags: [] }],
    'tags that are there, and one that is not': [incidentIn, { addTags: ['case-7'], removeTags: ['old'] }],
    'several fields': [incidentIn, { ...taken, tags: ['case-7', 'vip'] }],
  },
  updateAlerts: { 'several fields': [alertIn, taken] },
  tagMachines: {
    'a tag that is there': [machineIn, { tag: 'case-7', operation: 'ADD' }],
    'a tag that is not there': [machineIn, { tag: 'case-8', operation: 'REMOVE' }],
  },
  setDeviceValue: { 'a value': [machineIn, { deviceValue: 'HIGH' }] },
} as const satisfies Record<string, Record<string, readonly [(lab: ActionsLab) => Input, Input]>>;

/** Rows of changes of incidents, alerts and machines. */
export const changeRefusals: readonly RefusalRow[] = [
  {
    ...{ what: 'merged into another', mutation: 'updateIncidents', code: 'CONFLICT' },
    input: (lab) => ({ ...mergedAway(lab), ...taken, comment: 'Mine' }),
  },
  {
    ...{ what: 'tags of one that was merged into another', mutation: 'updateIncidents', code: 'CONFLICT' },
    input: (lab) => ({ ...mergedAway(lab), addTags: ['case-7'] }),
  },
  {
    ...{ what: 'an incident that was merged into another', mutation: 'addComment', code: 'CONFLICT' },
    input: (lab) => ({ ...mergedAway(lab), comment: 'Seen' }),
  },
  {
    what: 'merged into another, and one that was not',
    ...{ mutation: 'updateIncidents', code: 'CONFLICT', of: ['CONFLICT', 'ALREADY_IN_STATE'] },
    input: (lab) => ({
      incidentIds: [mergedAway(lab), incidentIn(lab)].flatMap(({ incidentIds }) => incidentIds),
      status: 'IN_PROGRESS',
    }),
  },
  ...(['updateIncidents', 'updateAlerts', 'tagMachines', 'setDeviceValue'] as const).flatMap((mutation) =>
    Object.entries<readonly [(lab: ActionsLab) => Input, Input]>(soAlready[mutation]).map(
      ([what, [targets, change]]): RefusalRow => ({
        ...{ what: `so already: ${what}`, mutation, code: 'ALREADY_IN_STATE' },
        input: (lab) => ({ ...targets(lab), ...change }),
      }),
    ),
  ),
];
