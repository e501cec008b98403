import type { MachineActs } from '../../routing/acts.ts';
import type { CallScope } from '../../scope.ts';
import type { Acting } from '../acting.ts';
import { catalogue } from '../catalogue.ts';
import type { IsolateMachinesInput, MachinesInput, ScanMachinesInput } from '../inputs.ts';
import type { Submit } from './submit.ts';

/** The mutations that do one thing to many machines. */
export const createMachineMutations = ({ submit, acts }: { readonly submit: Submit; readonly acts: MachineActs }) => ({
  isolateMachines: (acting: Acting, input: IsolateMachinesInput, scope: CallScope) => {
    const isolationType = input.isolationType ?? 'FULL';
    return submit(
      acting,
      {
        row: catalogue.isolate,
        input,
        defaultWaitSeconds: 0,
        particulars: { isolationType },
        send: (tenant, machineId, comment, sendScope) =>
          acts.isolate(tenant, machineId, { comment, isolationType }, sendScope),
      },
      scope,
    );
  },

  releaseMachines: (acting: Acting, input: MachinesInput, scope: CallScope) =>
    submit(
      acting,
      {
        row: catalogue.release,
        input,
        defaultWaitSeconds: 0,
        particulars: {},
        send: (tenant, machineId, comment, sendScope) => acts.release(tenant, machineId, { comment }, sendScope),
      },
      scope,
    ),

  scanMachines: (acting: Acting, input: ScanMachinesInput, scope: CallScope) => {
    const scanType = input.scanType ?? 'QUICK';
    return submit(
      acting,
      {
        row: catalogue.scan,
        input,
        defaultWaitSeconds: 0,
        particulars: { scanType },
        send: (tenant, machineId, comment, sendScope) => acts.scan(tenant, machineId, { comment, scanType }, sendScope),
      },
      scope,
    );
  },
});
