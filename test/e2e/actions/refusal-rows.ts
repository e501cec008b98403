import { longestComment } from '../../../src/domain/comment.ts';
import type { ActionsLab, Mutation } from './lab.ts';

/** An input that an action refuses: answered with its code, and nothing of it reaches Microsoft's side. */
export interface RefusalRow {
  readonly what: string;
  readonly mutation: Mutation;
  readonly input: (lab: ActionsLab) => Readonly<Record<string, unknown>> | Promise<Readonly<Record<string, unknown>>>;
  readonly code: string;
  /** Of the whole mutation, or of each target, in order; null: nothing speaks against that one. */
  readonly of?: 'mutation' | readonly (string | null)[];
}

const incidentsOf = (lab: ActionsLab, count: number): readonly string[] =>
  Array.from({ length: count }, () => lab.freshIncident());

/** Incidents that were merged just now. */
const merged = async (lab: ActionsLab): Promise<readonly string[]> => {
  const incidentIds = incidentsOf(lab, 2);
  await lab.perform('mergeIncidents', { incidentIds });
  return incidentIds;
};

const alertOf = (lab: ActionsLab) => {
  const { alerts, incidents } = lab.simulator.world('contoso');
  const open = new Set(incidents.filter(({ redirectIncidentId }) => redirectIncidentId === null).map(({ id }) => id));
  const alert = alerts.find(({ incidentId }) => open.has(incidentId));
  if (alert === undefined) throw new Error('The estate has no alert');
  return { alertId: alert.id, incidentId: String(alert.incidentId) };
};

const quiet = (lab: ActionsLab) => {
  const { incidents, alerts } = lab.simulator.world('quiet');
  const [first, second] = incidents.filter(({ status }) => status === 'active');
  const alert = alerts.find(({ incidentId }) => incidentId !== first?.id);
  return { incidentIds: [String(first?.id), String(second?.id)], alertId: alert?.id };
};

const many = Array.from({ length: 201 }, (_, index) => String(index + 1));
const nobody = '999999999';
const mutation = 'mutation';

/** Rows of `addComment`, `mergeIncidents` and `moveAlerts`. */
export const regroupRefusals: readonly RefusalRow[] = [
  { what: 'no target', mutation: 'addComment', input: () => ({ comment: 'x' }), code: 'BAD_USER_INPUT', of: mutation },
  {
    what: 'both kinds of target',
    mutation: 'addComment',
    input: (lab) => ({ incidentIds: incidentsOf(lab, 1), alertIds: ['a'], comment: 'x' }),
    code: 'BAD_USER_INPUT',
    of: mutation,
  },
  {
    what: 'an empty list',
    mutation: 'addComment',
    input: () => ({ alertIds: [], comment: 'x' }),
    code: 'BAD_USER_INPUT',
    of: mutation,
  },
  {
    what: 'too many targets',
    mutation: 'addComment',
    input: () => ({ incidentIds: many, comment: 'x' }),
    code: 'BAD_USER_INPUT',
    of: mutation,
  },
  {
    what: 'a blank comment',
    mutation: 'addComment',
    input: (lab) => ({ incidentIds: incidentsOf(lab, 1), comment: ' \n' }),
    code: 'BAD_USER_INPUT',
    of: mutation,
  },
  {
    what: 'a comment of which nothing shows',
    mutation: 'addComment',
    input: (lab) => ({ incidentIds: incidentsOf(lab, 1), comment: '\u200b\u2060 \u202e' }),
    code: 'BAD_USER_INPUT',
    of: mutation,
  },
  {
    what: 'no comment',
    mutation: 'addComment',
    input: (lab) => ({ incidentIds: incidentsOf(lab, 1) }),
    code: 'BAD_USER_INPUT',
    of: mutation,
  },
  {
    what: 'an id of another form',
    mutation: 'addComment',
    input: () => ({ incidentIds: ['no-number'], comment: 'x' }),
    code: 'NOT_FOUND',
  },
  {
    what: 'a tenant without the permission',
    mutation: 'addComment',
    input: () => ({ tenant: 'reader', incidentIds: ['1'], comment: 'x' }),
    code: 'MISSING_PERMISSION',
    of: mutation,
  },
  {
    what: 'a tenant that there is not',
    mutation: 'addComment',
    input: () => ({ tenant: 'nowhere', incidentIds: ['1'], comment: 'x' }),
    code: 'NOT_FOUND',
    of: mutation,
  },
  {
    what: 'one incident alone',
    mutation: 'mergeIncidents',
    input: (lab) => {
      const [id] = incidentsOf(lab, 1);
      return { incidentIds: [id, id] };
    },
    code: 'BAD_USER_INPUT',
    of: mutation,
  },
  {
    what: 'no incident',
    mutation: 'mergeIncidents',
    input: () => ({ incidentIds: [] }),
    code: 'BAD_USER_INPUT',
    of: mutation,
  },
  {
    what: 'too many incidents',
    mutation: 'mergeIncidents',
    input: () => ({ incidentIds: many }),
    code: 'BAD_USER_INPUT',
    of: mutation,
  },
  {
    what: 'a blank comment',
    mutation: 'mergeIncidents',
    input: (lab) => ({ incidentIds: incidentsOf(lab, 2), comment: '' }),
    code: 'BAD_USER_INPUT',
    of: mutation,
  },
  {
    what: 'an unknown incident among them: nothing is merged',
    mutation: 'mergeIncidents',
    input: (lab) => ({ incidentIds: [...incidentsOf(lab, 1), nobody] }),
    code: 'CONFLICT',
    of: ['CONFLICT', 'NOT_FOUND'],
  },
  {
    what: 'merged already',
    mutation: 'mergeIncidents',
    input: async (lab) => ({ incidentIds: await merged(lab) }),
    code: 'ALREADY_IN_STATE',
  },
  {
    what: 'one that was merged into another already: nothing is merged',
    mutation: 'mergeIncidents',
    input: async (lab) => ({ incidentIds: [...(await merged(lab)).slice(1), ...incidentsOf(lab, 1)] }),
    code: 'CONFLICT',
    of: ['CONFLICT', 'CONFLICT'],
  },
  {
    what: 'one that was merged into another of them already: nothing is merged',
    mutation: 'mergeIncidents',
    input: async (lab) => ({ incidentIds: [...(await merged(lab)), ...incidentsOf(lab, 1)] }),
    code: 'CONFLICT',
    of: ['CONFLICT', 'ALREADY_IN_STATE', 'CONFLICT'],
  },
  {
    what: 'a tenant without the permission',
    mutation: 'mergeIncidents',
    input: () => ({ tenant: 'reader', incidentIds: ['1', '2'] }),
    code: 'MISSING_PERMISSION',
    of: mutation,
  },
  {
    what: 'no alert',
    mutation: 'moveAlerts',
    input: (lab) => ({ alertIds: [], incidentId: lab.freshIncident() }),
    code: 'BAD_USER_INPUT',
    of: mutation,
  },
  {
    what: 'too many alerts',
    mutation: 'moveAlerts',
    input: (lab) => ({ alertIds: many, incidentId: lab.freshIncident() }),
    code: 'BAD_USER_INPUT',
    of: mutation,
  },
  ...(['addComment', 'mergeIncidents', 'moveAlerts'] as const).map(
    (name): RefusalRow => ({
      ...{ what: 'a comment that is too long', mutation: name, code: 'BAD_USER_INPUT', of: mutation },
      input: (lab) => ({
        ...(name === 'moveAlerts' ? { alertIds: [alertOf(lab).alertId] } : { incidentIds: incidentsOf(lab, 2) }),
        comment: 'x'.repeat(longestComment + 1),
      }),
    }),
  ),
  {
    what: 'a new incident without a comment',
    mutation: 'moveAlerts',
    input: (lab) => ({ alertIds: [alertOf(lab).alertId] }),
    code: 'BAD_USER_INPUT',
    of: mutation,
  },
  {
    what: 'an unknown alert',
    mutation: 'moveAlerts',
    input: (lab) => ({ alertIds: ['da000_000'], incidentId: lab.freshIncident() }),
    code: 'NOT_FOUND',
  },
  {
    what: 'an unknown incident',
    mutation: 'moveAlerts',
    input: (lab) => ({ alertIds: [alertOf(lab).alertId], incidentId: nobody }),
    code: 'NOT_FOUND',
  },
  {
    what: 'an incident of another form',
    mutation: 'moveAlerts',
    input: (lab) => ({ alertIds: [alertOf(lab).alertId], incidentId: 'x' }),
    code: 'NOT_FOUND',
  },
  {
    what: 'an incident that was merged into another',
    mutation: 'moveAlerts',
    input: async (lab) => ({ incidentId: (await merged(lab))[1], alertIds: [alertOf(lab).alertId] }),
    code: 'CONFLICT',
  },
  {
    what: 'in that incident already',
    mutation: 'moveAlerts',
    input: (lab) => {
      const { alertId, incidentId } = alertOf(lab);
      return { alertIds: [alertId], incidentId };
    },
    code: 'ALREADY_IN_STATE',
  },
  {
    what: 'a tenant without the permission',
    mutation: 'moveAlerts',
    input: () => ({ tenant: 'reader', alertIds: ['a'], incidentId: '1' }),
    code: 'MISSING_PERMISSION',
    of: mutation,
  },
  {
    what: 'a guardrail',
    mutation: 'addComment',
    input: (lab) => ({ tenant: 'quiet', alertIds: [quiet(lab).alertId], comment: 'x' }),
    code: 'GUARDRAIL',
  },
  {
    what: 'a guardrail',
    mutation: 'mergeIncidents',
    input: (lab) => ({ tenant: 'quiet', incidentIds: quiet(lab).incidentIds }),
    code: 'GUARDRAIL',
  },
  {
    what: 'a guardrail',
    mutation: 'moveAlerts',
    input: (lab) => ({ tenant: 'quiet', alertIds: [quiet(lab).alertId], incidentId: quiet(lab).incidentIds[0] }),
    code: 'GUARDRAIL',
  },
];

const content = (text: string): string => Buffer.from(text).toString('base64');
const file = { fileName: 'new.ps1', contentBase64: content('Get-Date') };
const inLibrary = (lab: ActionsLab) => {
  const [first] = lab.simulator.world('contoso').libraryFiles.values();
  if (first === undefined) throw new Error('The library is empty');
  return { fileName: first.fileName, contentBase64: first.content.toString('base64') };
};
const names = { blank: ' ', folder: 'a/b.ps1', 'two dots': '..', 'a line break': 'a\nb.ps1' };
/** Reads `a1sp.exe` on a screen. */
const turned = 'a\u202eexe.ps1';

/** Rows of `uploadLibraryFile` and `deleteLibraryFile`. */
export const libraryRefusals: readonly RefusalRow[] = [
  ...(['uploadLibraryFile', 'deleteLibraryFile'] as const).flatMap((name): readonly RefusalRow[] => {
    const rest = name === 'uploadLibraryFile' ? file : { fileName: file.fileName };
    return [
      ...Object.entries(names).map(
        ([what, fileName]): RefusalRow => ({
          ...{ what: `a name: ${what}`, mutation: name, input: () => ({ ...rest, fileName }) },
          ...{ code: 'BAD_USER_INPUT', of: mutation },
        }),
      ),
      {
        ...{ what: 'a tenant without the permission', mutation: name },
        ...{ input: () => ({ ...rest, tenant: 'reader' }), code: 'MISSING_PERMISSION', of: mutation },
      },
      {
        ...{ what: 'a tenant that there is not', mutation: name },
        ...{ input: () => ({ ...rest, tenant: 'nowhere' }), code: 'NOT_FOUND', of: mutation },
      },
    ];
  }),
  {
    ...{ what: 'a guardrail', mutation: 'uploadLibraryFile', code: 'GUARDRAIL' },
    input: () => ({ ...file, tenant: 'quiet' }),
  },
  {
    ...{ what: 'a guardrail', mutation: 'deleteLibraryFile', code: 'GUARDRAIL' },
    input: (lab) => ({ fileName: inLibrary(lab).fileName, tenant: 'quiet' }),
  },
  ...Object.entries({ 'no base64': '###', 'base64 cut off': 'QUJDR', 'an empty file': '' }).map(
    ([what, contentBase64]): RefusalRow => ({
      ...{ what, mutation: 'uploadLibraryFile', input: () => ({ ...file, contentBase64 }) },
      ...{ code: 'BAD_USER_INPUT', of: mutation },
    }),
  ),
  {
    ...{ what: 'a name with a quote, which no form can carry', mutation: 'uploadLibraryFile' },
    input: () => ({ ...file, fileName: 'a"b.ps1' }),
    ...{ code: 'BAD_USER_INPUT', of: mutation },
  },
  {
    ...{ what: 'a name that reads as another', mutation: 'uploadLibraryFile' },
    input: () => ({ ...file, fileName: turned }),
    ...{ code: 'BAD_USER_INPUT', of: mutation },
  },
  {
    ...{ what: 'a file of more than 20 MiB', mutation: 'uploadLibraryFile', code: 'BAD_USER_INPUT', of: mutation },
    input: () => ({ ...file, contentBase64: Buffer.alloc(20 * 1024 * 1024 + 1).toString('base64') }),
  },
  {
    ...{ what: 'the same file is there', mutation: 'uploadLibraryFile', code: 'ALREADY_IN_STATE' },
    input: (lab) => ({ ...inLibrary(lab), overwrite: true }),
  },
  {
    ...{ what: 'another file of that name is there', mutation: 'uploadLibraryFile', code: 'CONFLICT' },
    input: (lab) => ({ ...file, fileName: inLibrary(lab).fileName }),
  },
  {
    ...{ what: 'a file that there is not', mutation: 'deleteLibraryFile', code: 'NOT_FOUND' },
    input: () => ({ fileName: 'nobody.ps1' }),
  },
];

const event = {
  ...{ reportId: '42', eventTime: '2026-01-31T08:00:00Z', severity: 'HIGH', category: 'EXECUTION' },
  ...{ title: 'Refused', description: 'x', recommendedAction: 'x' },
};
const machineOf = (lab: ActionsLab, tenant = 'contoso'): string => lab.simulator.world(tenant).machines[0]?.id ?? '';

/** Rows of `createAlert`. */
export const newAlertRefusals: readonly RefusalRow[] = [
  ...Object.entries({
    'no machine': { machineId: ' ' },
    'a blank title': { title: ' ' },
    'a title that is too long': { title: 'x'.repeat(257) },
    'a blank description': { description: '' },
    'no recommended action': { recommendedAction: null },
    'a severity that no alert is made with': { severity: 'INFORMATIONAL' },
    'a category that there is not': { category: 'MISCHIEF' },
    'a report id that is no number': { reportId: '0x2a' },
    'a time without a zone': { eventTime: 'yesterday' },
  }).map(
    ([what, wrong]): RefusalRow => ({
      ...{ what, mutation: 'createAlert', code: 'BAD_USER_INPUT', of: mutation },
      input: (lab) => ({ ...event, machineId: machineOf(lab), ...wrong }),
    }),
  ),
  {
    ...{ what: 'a machine that there is not', mutation: 'createAlert', code: 'NOT_FOUND' },
    input: () => ({ ...event, machineId: 'nobody.contoso.com' }),
  },
  {
    ...{ what: 'a tenant without the permission', mutation: 'createAlert', code: 'MISSING_PERMISSION' },
    input: (lab) => ({ ...event, tenant: 'reader', machineId: machineOf(lab, 'reader') }),
  },
  {
    ...{ what: 'a guardrail', mutation: 'createAlert', code: 'GUARDRAIL' },
    input: (lab) => ({ ...event, tenant: 'quiet', machineId: machineOf(lab, 'quiet') }),
  },
];
