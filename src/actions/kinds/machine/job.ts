import type { MachineVisibility } from '../../../access/machine-visibility.ts';
import type { Tenant } from '../../../config/tenants.ts';
import type { MachineActionType } from '../../../domain/enums.ts';
import type { MachineAction } from '../../../domain/machine-action.ts';
import type { GatewayError } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import type { Capability, MachineActs } from '../../../routing/acts.ts';
import type { MachineActionReads } from '../../../routing/machine-actions.ts';
import type { MachineReads } from '../../../routing/machines.ts';
import type { CallScope } from '../../../scope.ts';
import type { CorrelationTag } from '../../once/correlation.ts';
import type { LiveResponseQueue } from '../../queue/queue.ts';
import type { OutcomeFinders } from '../../recovery/outcomes.ts';
import type { Precondition, StateEffect } from './preconditions.ts';
import type { RecentStates } from './recent-states.ts';
import type { SendAct, SendOneParts } from './send-one.ts';
import type { PlannedMachine } from './targets.ts';

/** A machine that is acted on. */
export interface MachineTarget extends PlannedMachine {
  /** In the comment of what is sent to it. */
  readonly tag: CorrelationTag;
}

/** What is known of an act on machines beside its input. */
export interface MachineActFacts<Particulars> {
  /** As Defender lists it. */
  readonly type: MachineActionType;
  /** Whether an action of the type is the very one that is asked for; without it every one is. */
  readonly isSame?: (action: MachineAction, particulars: Particulars) => boolean;
  readonly preconditions: readonly Precondition<Particulars>[];
  readonly effect?: StateEffect;
}

/** One act on machines, its input checked. */
export interface MachineJob<Particulars> {
  readonly facts: MachineActFacts<Particulars>;
  readonly particulars: Particulars;
  readonly capability: Capability;
  readonly tenant: Tenant;
  readonly asked: readonly string[];
  readonly comment: string;
  readonly send: SendAct;
  /** Null: the caller sees every machine. */
  readonly visibility: MachineVisibility | null;
  /** Who may act on a machine and not read it does not learn of it by acting. Null: the caller reads every machine. */
  readonly readable: MachineVisibility | null;
  readonly tagOf: (machineId: string) => CorrelationTag;
  /** What is known of a machine does not keep the act from it: Microsoft judges. */
  readonly isForced: boolean;
  /** Why it cannot be done on any machine, besides what machines are; null: nothing is known against it. */
  readonly missing: (scope: CallScope) => Promise<GatewayError | null>;
  /** Given: it has to wait for its turn, until then (epoch milliseconds) or until its caller leaves. */
  readonly turn: { readonly queue: LiveResponseQueue; readonly until: number; readonly scope: CallScope } | null;
}

export interface MachineKindParts extends SendOneParts {
  readonly machines: MachineReads;
  readonly machineActions: MachineActionReads;
  readonly acts: MachineActs;
  readonly finders: OutcomeFinders;
  readonly recentStates: RecentStates;
  readonly log: Log;
}
