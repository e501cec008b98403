import { FormData } from 'undici';
import type { WorldMachine } from '../../../../src/simulator/world/types.ts';
import { record } from '../call.ts';
import { startOdd } from '../oddities/live.ts';

/** How long an action takes here, in milliseconds of the clock that tests move. */
export const actionTimes = { pendingMs: 1_000, runningMs: 3_000, queueMs: 60_000 };
/** From the request to the end of an action. */
export const doneMs = actionTimes.pendingMs + actionTimes.runningMs;

export const merge = '/v1.0/security/incidents/mergeIncidents';
export const move = '/v1.0/security/alerts_v2/moveAlerts';
export const createAlert = '/api/alerts/CreateAlertByReference';
export const tagMany = '/api/machines/AddOrRemoveTagForMultipleMachines';
export const library = '/api/libraryfiles';

/** An upload of so many zeros. */
export const form = (fileName: string, bytes: number, fields: Readonly<Record<string, string>> = {}): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append('File', new Blob([new Uint8Array(bytes)]), fileName);
  return data;
};

/** The simulator with a caller who may do everything, and a clock that tests move. */
export async function startLive() {
  const startMs = Date.parse('2026-11-22T10:00:00.000Z');
  let passedMs = 0;
  const odd = await startOdd({ now: () => new Date(startMs + passedMs), actionTimes });
  const { world } = odd;
  const taken = new Set<WorldMachine>();
  const post = (api: 'mde' | 'graph', path: string, body: unknown) => odd.ask(api, path, { method: 'POST', body });
  return {
    ...odd,
    post,
    pass: (ms: number): void => {
      passedMs += ms;
    },
    /** A machine of that system with a sensor that nothing was done to yet, here or in the estate. */
    fresh: (osPlatform = 'Windows11'): WorldMachine => {
      const machine = world.machines.find(
        (one) =>
          one.osPlatform.startsWith(osPlatform) &&
          one.onboardingStatus === 'Onboarded' &&
          one.healthStatus === 'Active' &&
          !taken.has(one) &&
          ![...world.actions, ...world.investigations].some(({ machine }) => machine === one),
      );
      if (machine === undefined) throw new Error(`The estate has no machine with ${osPlatform} left`);
      taken.add(machine);
      return machine;
    },
    /** A machine without a sensor. */
    unmanaged: (): WorldMachine => {
      const machine = world.machines.find(({ onboardingStatus }) => onboardingStatus === 'CanBeOnboarded');
      if (machine === undefined) throw new Error('The estate has no machine without a sensor');
      return machine;
    },
    order: ({ id }: { readonly id: string }, action: string, body: unknown = { Comment: 'x' }) =>
      post('mde', `/api/machines/${id}/${action}`, body),
    action: async (id: unknown) => record((await odd.ask('mde', `/api/machineactions/${String(id)}`)).json),
    openIncidents: () => world.incidents.filter(({ status }) => status !== 'redirected'),
  };
}

export type Live = Awaited<ReturnType<typeof startLive>>;

/** The body of an alert by reference; of an event that never was unless changed. */
export const reference = (
  machineId: string,
  change: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> => ({
  machineId,
  severity: 'Low',
  title: 't',
  description: 'd',
  recommendedAction: 'r',
  eventTime: '2026-11-20T16:45:21.7115183Z',
  reportId: '20776',
  category: 'Exploit',
  ...change,
});
