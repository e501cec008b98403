import type { MachinePermission } from '../access/roles.ts';
import type { GuardedAction } from '../config/guardrails.ts';
import type { MachineActionType } from '../domain/enums.ts';

/** What is known of one act on machines. */
export interface ActionRow {
  /** As guardrails call it. */
  readonly name: GuardedAction;
  /** The mutation's name in the schema; part of idempotency keys. */
  readonly mutation: string;
  /** What the caller needs in the gateway. */
  readonly permission: MachinePermission;
  /** As Defender lists it; null for cancelling, which is no action of its own. */
  readonly type: MachineActionType | null;
}

export type ActionName = 'isolate' | 'release' | 'scan' | 'runLiveResponse' | 'cancel';

/** Every act on machines, one row each. */
export const catalogue = {
  isolate: {
    name: 'isolate',
    mutation: 'isolateMachines',
    permission: 'machine:isolate',
    type: 'ISOLATE',
  },
  release: {
    name: 'release',
    mutation: 'releaseMachines',
    permission: 'machine:isolate',
    type: 'UNISOLATE',
  },
  scan: {
    name: 'scan',
    mutation: 'scanMachines',
    permission: 'machine:scan',
    type: 'RUN_ANTI_VIRUS_SCAN',
  },
  runLiveResponse: {
    name: 'runLiveResponse',
    mutation: 'runLiveResponse',
    permission: 'liveresponse:run',
    type: 'LIVE_RESPONSE',
  },
  cancel: {
    name: 'cancel',
    mutation: 'cancelMachineActions',
    permission: 'action:cancel',
    type: null,
  },
} as const satisfies Record<ActionName, ActionRow>;

/** The row of an act that is listed by Defender under a type of its own. */
export type TypedActionRow = ActionRow & { readonly type: MachineActionType };

/** Who may start an action of a type may cancel one; null: `action:cancel` is enough for a type that nobody can start here. */
export const permissionOfType = {
  ISOLATE: 'machine:isolate',
  UNISOLATE: 'machine:isolate',
  RUN_ANTI_VIRUS_SCAN: 'machine:scan',
  RESTRICT_CODE_EXECUTION: 'machine:restrict',
  UNRESTRICT_CODE_EXECUTION: 'machine:restrict',
  COLLECT_INVESTIGATION_PACKAGE: 'machine:collect',
  STOP_AND_QUARANTINE_FILE: 'file:quarantine',
  LIVE_RESPONSE: 'liveresponse:run',
  OFFBOARD: 'machine:offboard',
  OTHER: null,
} as const satisfies Record<MachineActionType, MachinePermission | null>;
