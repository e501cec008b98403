import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type ActsLab, startActsLab } from './lab.ts';

let lab: ActsLab;
beforeAll(async () => {
  lab = await startActsLab();
});
afterEach(() => {
  lab.simulator.faults.clear();
  lab.simulator.oddities.set({
    listedComments: 'whole',
    actionsListedAfter: null,
    actsAnswered: 'documented',
    commentsNotFound: false,
  });
});
afterAll(() => lab.stop());

const settledMs = 121_000;
const lost = { kind: 'reset', handled: true } as const;

test.each(['cut', 'absent'] as const)(
  'X1: a script whose answer is lost runs once where listed comments are %s',
  async (listedComments) => {
    lab.simulator.oddities.set({ listedComments });
    lab.simulator.faults.add({ operation: 'runLiveResponse', times: 1, effect: lost });
    const before = lab.calls('runLiveResponse');
    const commands = [{ type: 'RUN_SCRIPT', scriptName: 'collect-processes.ps1' }];
    const comment = 'Looks for what the beacon left behind on this machine, case 4711';
    const machineIds = [lab.freshMachine().id];
    const input = { machineIds, comment, commands, idempotencyKey: `${listedComments}-comments`, waitSeconds: 0 };
    const first = await lab.act('runLiveResponse', input);
    lab.clock.advance(settledMs);
    const again = await lab.act('runLiveResponse', input);
    expect(again.told).toMatchObject([{ outcome: 'DONE', error: null }]);
    expect(again.told[0]?.action?.actionId).toBe(first.told[0]?.action?.actionId);
    expect(lab.calls('runLiveResponse') - before).toBe(1);
  },
);
