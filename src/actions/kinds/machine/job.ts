import type { MachinePermission } from '../../../access/roles.ts';
import type { MachineActionType } from '../../../domain/enums.ts';
import type { MachineAction } from '../../../domain/machine-action.ts';
import type { GatewayError } from '../../../errors.ts';
import type { Commented, MachineCall } from '../../../routing/actions.ts';
import type { CallScope } from '../../../scope.ts';
import type { FoundMachinesInput } from '../../inputs.ts';
import type { CorrelationTag } from '../../once/correlation.ts';
import type { TenantMutation } from '../../tenant-action.ts';
import type { Precondition, StateEffect } from './preconditions.ts';
import type { PlannedMachine } from './targets.ts';

/** A machine that is acted on. */
export interface MachineTarget extends PlannedMachine {
  /** In the comment of what is sent to it. */
  readonly tag: CorrelationTag;
}

/** What is known of an action on machines beside its input. */
export interface MachineActionFacts<Particulars> {
  readonly permission: MachinePermission;
  /** As Defender lists it. */
  readonly type: MachineActionType;
  /** Whether an action of the type is the very one that is asked for; without it every one is. */
  readonly isSame?: (action: MachineAction, particulars: Particulars) => boolean;
  readonly preconditions: readonly Precondition<Particulars>[];
  readonly effect?: StateEffect;
  readonly call: MachineCall<Particulars & Commented>;
  /** Given: actions of this kind wait in the queue. */
  readonly isQueued?: true;
  /** Why it cannot be done on any machine; null: nothing is known against it. Rejects when that cannot be read. */
  readonly missing?: (
    mutation: TenantMutation,
    particulars: Particulars,
    scope: CallScope,
  ) => Promise<GatewayError | null>;
}

/** One action on machines, its input checked. */
export interface MachineJob<Particulars> {
  readonly facts: MachineActionFacts<Particulars>;
  readonly mutation: TenantMutation<FoundMachinesInput>;
  readonly particulars: Particulars;
  readonly asked: readonly string[];
  readonly comment: string;
  /** What is known of a machine does not keep the action from it: Microsoft judges. */
  readonly isForced: boolean;
  /** Epoch milliseconds until which it waits in the queue, where it has to, or until its caller leaves. */
  readonly until: number;
}
