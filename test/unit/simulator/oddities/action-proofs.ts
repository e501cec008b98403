import { FormData } from 'undici';
import { expect } from 'vitest';
import type { OddityName } from '../../../../src/simulator/index.ts';
import { settleAction } from '../../../../src/simulator/mde/action-progress.ts';
import type { WorldAction, WorldMachine } from '../../../../src/simulator/world/types.ts';
import { record } from '../call.ts';
import { valueAt } from '../small-simulator.ts';
import { errorOf, idsOf, rowsOf, type startOdd } from './live.ts';
import type { Proof } from './proofs.ts';

type Odd = Awaited<ReturnType<typeof startOdd>>;

/** A machine with Windows and a sensor that nothing was done to yet. */
const untouched = ({ world }: Odd): WorldMachine => {
  const machine = world.machines.find(
    (one) =>
      one.osPlatform === 'Windows11' &&
      one.onboardingStatus === 'Onboarded' &&
      one.healthStatus === 'Active' &&
      !world.actions.some((action) => action.machine === one),
  );
  if (machine === undefined) throw new Error('The estate has no such machine');
  return machine;
};

const isolate = (odd: Odd, { id }: WorldMachine, comment = 'x') =>
  odd.ask('mde', `/api/machines/${id}/isolate`, { method: 'POST', body: { Comment: comment, IsolationType: 'Full' } });
const tag = (odd: Odd, { id }: WorldMachine, value: string) =>
  odd.ask('mde', `/api/machines/${id}/tags`, { method: 'POST', body: { Value: value, Action: 'Add' } });
const newest = ({ world }: Odd, machine: WorldMachine): WorldAction | undefined =>
  world.actions.find((action) => action.machine === machine);
/** The machine's last action as if it had succeeded long ago. */
const succeed = (odd: Odd, machine: WorldMachine): void => {
  const action = newest(odd, machine);
  if (action !== undefined) action.status = 'Succeeded';
};
const listed = (odd: Odd, machine: WorldMachine) =>
  odd.ask('mde', `/api/machineactions?$filter=${encodeURIComponent(`machineId eq '${machine.id}'`)}`);
const upload = (odd: Odd, fileName: string) => {
  const form = new FormData();
  form.append('File', new Blob(['Write-Output 1']), fileName);
  return odd.ask('mde', '/api/libraryfiles', { method: 'POST', body: form });
};

/** How changes are taken and answered. */
export const actionProofs = {
  secondAction: [
    {
      set: { secondAction: 'pendingReturned' },
      sees: async (odd) => {
        const machine = untouched(odd);
        const first = await isolate(odd, machine, 'of one caller');
        const second = await isolate(odd, machine, 'of another');
        expect(second.status).toBe(201);
        expect(second.json).toMatchObject({ id: valueAt(first.json, 'id'), requestorComment: 'of one caller' });
      },
    },
  ],
  alreadyInEffect: [
    {
      set: { alreadyInEffect: 'refused' },
      sees: async (odd) => {
        const machine = untouched(odd);
        await isolate(odd, machine);
        succeed(odd, machine);
        expect(errorOf(await isolate(odd, machine))).toMatchObject({ status: 400, code: 'InvalidInput' });
      },
    },
    {
      set: { alreadyInEffect: 'stuck' },
      sees: async (odd) => {
        const machine = untouched(odd);
        await isolate(odd, machine);
        succeed(odd, machine);
        expect((await isolate(odd, machine)).status).toBe(201);
        expect(newest(odd, machine)).toMatchObject({ status: 'Pending', unanswered: true });
      },
    },
  ],
  actionsAnswered: [
    {
      set: { actionsAnswered: 'emptyOk' },
      sees: async (odd) => {
        const machine = untouched(odd);
        expect(await isolate(odd, machine)).toMatchObject({ status: 200, text: '' });
        expect(newest(odd, machine)?.type).toBe('Isolate');
      },
    },
    {
      set: { actionsAnswered: 'created' },
      sees: async (odd) => {
        const machine = untouched(odd);
        expect(await tag(odd, machine, 'created')).toMatchObject({ status: 201, json: { id: machine.id } });
      },
    },
    {
      set: { actionsAnswered: 'unavailable' },
      sees: async (odd) => {
        const machine = untouched(odd);
        const answer = await isolate(odd, machine);
        expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
        expect(newest(odd, machine)?.type).toBe('Isolate');
        // What is refused is refused in its own words, and reads are as ever.
        expect(errorOf(await isolate(odd, machine)).code).toBe('ActiveRequestAlreadyExists');
        expect((await odd.ask('mde', `/api/machines/${machine.id}`)).status).toBe(200);
      },
    },
    {
      set: { actionsAnswered: 'reset' },
      sees: async (odd) => {
        const machine = untouched(odd);
        await expect(tag(odd, machine, 'reset')).rejects.toThrow();
        expect(machine.machineTags).toContain('reset');
      },
    },
  ],
  failedCommand: [
    {
      set: { failedCommand: 'overlooked' },
      sees: async (odd) => {
        const machine = untouched(odd);
        const command = { type: 'GetFile', params: [{ key: 'Path', value: 'C:\\missing.txt' }] };
        const body = { Commands: [command], Comment: 'x' };
        const begun = await odd.ask('mde', `/api/machines/${machine.id}/runliveresponse`, { method: 'POST', body });
        const action = newest(odd, machine);
        const times = { pendingMs: 1, runningMs: 1, queueMs: 1 };
        if (action !== undefined) settleAction(action, odd.world, times, new Date('2026-11-22T11:00:00.000Z'));
        const ended = record((await odd.ask('mde', `/api/machineactions/${valueAt(begun.json, 'id')}`)).json);
        expect(ended).toMatchObject({ status: 'Succeeded', commands: [{ commandStatus: 'Failed' }] });
      },
    },
  ],
  scriptReports: (['packed', 'utf16'] as const).map((scriptReports) => ({
    set: { scriptReports },
    sees: async (odd: Odd) => {
      const machine = untouched(odd);
      const [fileName = ''] = odd.world.libraryFiles.keys();
      const command = { type: 'RunScript', params: [{ key: 'ScriptName', value: fileName }] };
      const body = { Commands: [command], Comment: 'x' };
      const begun = await odd.ask('mde', `/api/machines/${machine.id}/runliveresponse`, { method: 'POST', body });
      const action = newest(odd, machine);
      const times = { pendingMs: 1, runningMs: 1, queueMs: 1 };
      if (action !== undefined) settleAction(action, odd.world, times, new Date('2026-11-22T11:00:00.000Z'));
      const path = `/api/machineactions/${valueAt(begun.json, 'id')}/GetLiveResponseResultDownloadLink(index=0)`;
      const got = await odd.download(String(valueAt((await odd.ask('mde', path)).json, 'value')));
      expect(got.head.subarray(0, 2).toString('hex')).toBe(scriptReports === 'packed' ? '1f8b' : 'fffe');
    },
  })),
  actionsListedAfter: [
    {
      set: { actionsListedAfter: 10 },
      sees: async (odd) => {
        const machine = untouched(odd);
        const id = valueAt((await isolate(odd, machine)).json, 'id');
        expect(idsOf(await listed(odd, machine))).toEqual([]);
        expect((await odd.ask('mde', `/api/machineactions/${id}`)).status).toBe(200);
        odd.simulator.oddities.set({ actionsListedAfter: null });
        expect(idsOf(await listed(odd, machine))).toEqual([id]);
      },
    },
  ],
  oldReads: [
    {
      set: { oldReads: ['listLibraryFiles'] },
      sees: async (odd) => {
        const names = async () => rowsOf(await odd.ask('mde', '/api/libraryfiles')).map(({ fileName }) => fileName);
        const before = await names();
        expect((await upload(odd, 'late.ps1')).status).toBe(200);
        expect(await names()).toEqual(before);
        odd.simulator.oddities.set({ oldReads: [] });
        expect(await names()).toEqual([...before, 'late.ps1']);
      },
    },
  ],
  listedComments: (['cut', 'absent'] as const).map((listedComments) => ({
    set: { listedComments },
    sees: async (odd: Odd) => {
      const machine = untouched(odd);
      const comment = 'a comment with its mark far behind '.repeat(4);
      const id = valueAt((await isolate(odd, machine, comment)).json, 'id');
      const [row] = rowsOf(await listed(odd, machine));
      expect(row?.requestorComment).toBe(listedComments === 'cut' ? comment.slice(0, 64) : null);
      const single = record((await odd.ask('mde', `/api/machineactions/${id}`)).json);
      expect(single.requestorComment).toBe(comment);
    },
  })),
  commentsNotFound: [
    {
      set: { commentsNotFound: true },
      sees: async (odd) => {
        const path = `/v1.0/security/incidents/${odd.world.incidents[0]?.id}`;
        expect((await odd.ask('graph', path, { method: 'PATCH', body: { assignedTo: 'x' } })).status).toBe(200);
        const body = { '@odata.type': 'microsoft.graph.security.alertComment', comment: 'x' };
        const refused = errorOf(await odd.ask('graph', `${path}/comments`, { method: 'POST', body }));
        expect(refused).toMatchObject({ status: 404, code: 'itemNotFound' });
      },
    },
  ],
  packageMegabytes: [
    {
      set: { packageMegabytes: 2 },
      sees: async (odd) => {
        const machine = untouched(odd);
        const path = `/api/machines/${machine.id}/collectInvestigationPackage`;
        const id = valueAt((await odd.ask('mde', path, { method: 'POST', body: { Comment: 'x' } })).json, 'id');
        succeed(odd, machine);
        const { json } = await odd.ask('mde', `/api/machineactions/${id}/getPackageUri`);
        const got = await odd.download(String(valueAt(json, 'value')).replaceAll('"', ''));
        expect(got.bytes).toBeGreaterThan(2 * 1_048_576);
      },
    },
  ],
  investigationAlerts: [
    {
      set: { investigationAlerts: true },
      sees: async (odd) => {
        const path = `/api/machines/${untouched(odd).id}/startInvestigation`;
        const started = await odd.ask('mde', path, { method: 'POST', body: { Comment: 'x' } });
        const alert = await odd.ask('mde', `/api/alerts/${valueAt(started.json, 'triggeringAlertId')}`);
        expect(record(alert.json)).toMatchObject({
          title: 'Automated investigation started manually',
          detectionSource: 'AutomatedInvestigation',
        });
      },
    },
  ],
  libraryNameTaken: [
    {
      set: { libraryNameTaken: 'conflict' },
      sees: async (odd) => {
        expect((await upload(odd, 'taken.ps1')).status).toBe(200);
        expect(errorOf(await upload(odd, 'taken.ps1'))).toMatchObject({ status: 409, code: 'Conflict' });
      },
    },
  ],
  alertFlagUnshown: [
    {
      set: { alertFlagUnshown: true },
      sees: async (odd) => {
        for (const row of rowsOf(await odd.ask('mde', '/api/indicators'))) {
          expect(row).not.toHaveProperty('generateAlert');
        }
      },
    },
  ],
} as const satisfies Partial<Record<OddityName, readonly Proof[]>>;
