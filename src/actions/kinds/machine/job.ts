import type { MachinePermission } from '../../../access/roles.ts';
import type { MachineActionType } from '../../../domain/enums.ts';
import type { MachineAction } from '../../../domain/machine-action.ts';
import type { GatewayError } from '../../../errors.ts';
import type { Commented, MachineCall } from '../../../routing/acts.ts';
import type { CallScope } from '../../../scope.ts';
import type { FoundMachinesInput } from '../../inputs.ts';
import type { CorrelationTag } from '../../once/correlation.ts';
import type { TenantMutation } from '../../tenant-act.ts';
import type { Precondition, StateEffect } from './preconditions.ts';
import type { PlannedMachine } from './targets.ts';

/** A machine that is acted on. */
export interface MachineTarget extends PlannedMachine {
  /** In the comment of what is sent to it. */
  readonly tag: CorrelationTag;
}

/** What is known of an act on machines beside its input. */
export interface MachineActFacts<Particulars> {
  readonly permission: MachinePermission;
  /** As Defender lists it. */
  readonly type: MachineActionType;
  /** Whether an action of the type is the very one that is asked for; without it every one is. */
  readonly isSame?: (action: MachineAction, particulars: Particulars) => boolean;
  readonly preconditions: readonly Precondition<Particulars>[];
  readonly effect?: StateEffect;
  readonly call: MachineCall<Particulars & Commented>;
  /** Given: acts of this kind wait for their turn. */
  readonly isQueued?: true;
  /** Why it cannot be done on any machine; null: nothing is known against it. Rejects when that cannot be read. */
  readonly missing?: (
    mutation: TenantMutation,
    particulars: Particulars,
    scope: CallScope,
  ) => Promise<GatewayError | null>;
}

/** One act on machines, its input checked. */
export interface MachineJob<Particulars> {
  readonly facts: MachineActFacts<Particulars>;
  readonly mutation: TenantMutation<FoundMachinesInput>;
  readonly particulars: Particulars;
  readonly asked: readonly string[];
  readonly comment: string;
  /** What is known of a machine does not keep the act from it: Microsoft judges. */
  readonly isForced: boolean;
  /** Epoch milliseconds until which it waits for its turn, where it has to, or until its caller leaves. */
  readonly until: number;
}
