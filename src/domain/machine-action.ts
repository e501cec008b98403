import type { LiveResponseCommandType, MachineActionStatus, MachineActionType } from './enums.ts';

/** One command of a live response session. */
export interface LiveResponseCommand {
  /** The tenant's configured name and the action: a command's result is fetched by both. */
  readonly tenant: string;
  readonly actionId: string;
  readonly index: number;
  readonly type: LiveResponseCommandType;
  readonly typeName: string;
  readonly params: readonly { readonly key: string; readonly value: string }[];
  /** `Created`, `Completed`, `Failed`. */
  readonly status: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly errors: readonly string[];
}

/** Something done to a machine, from submission to its end. */
export interface MachineAction {
  /** The tenant's configured name. */
  readonly tenant: string;
  /** GUID. */
  readonly actionId: string;
  readonly type: MachineActionType;
  readonly typeName: string;
  readonly title: string | null;
  readonly scope: string | null;
  readonly status: MachineActionStatus;
  readonly requestor: string | null;
  readonly requestorComment: string | null;
  readonly requestSource: string | null;
  readonly externalId: string | null;
  readonly machineId: string;
  readonly computerDnsName: string | null;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly cancellationRequestor: string | null;
  readonly cancellationComment: string | null;
  readonly cancelledAt: string | null;
  readonly errorHResult: number | null;
  readonly relatedFile: { readonly fileIdentifier: string | null; readonly fileIdentifierType: string | null } | null;
  readonly commands: readonly LiveResponseCommand[];
}

/** States that do not change any more. */
export const finalStatuses: ReadonlySet<MachineActionStatus> = new Set([
  'SUCCEEDED',
  'FAILED',
  'TIME_OUT',
  'CANCELLED',
]);

/** Whether the state will not change any more. */
export const isFinal = (action: Pick<MachineAction, 'status'>): boolean => finalStatuses.has(action.status);
