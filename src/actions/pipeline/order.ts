import type { Acting } from '../../access/acting.ts';
import type { Permission } from '../../access/roles.ts';
import type { GuardedAction } from '../../config/guardrails.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { CommandOrder } from '../../routing/actions.ts';
import type { MutationInput } from '../inputs.ts';
import type { ActionKind, ActionTarget } from './kind.ts';

/** One mutation of one caller, its input checked, with what is particular to its targets. */
export interface Order<Target extends ActionTarget, Shown, Result> {
  readonly acting: Acting;
  readonly mutation: string;
  readonly guardrail: GuardedAction;
  readonly tenant: Tenant;
  readonly input: MutationInput;
  /** What the caller needs to be shown what the action is done to. */
  readonly read: Permission;
  /** Names of targets in the form in which equal names are equal, in the order of the results. */
  readonly asked: readonly string[];
  /** What a key stands for instead of `asked`, where the targets were found and not named. */
  readonly named?: unknown;
  /** What guardrails see of it. */
  readonly comment: string | null;
  /** How many things its targets are together, where each of them is several; absent: each is one. */
  readonly size?: number;
  /** The commands of a live response session, for guardrails. */
  readonly commands?: readonly CommandOrder[] | undefined;
  /** What is asked besides the targets: part of what a key stands for, and of the audit. */
  readonly particulars: unknown;
  readonly kind: ActionKind<Target, Shown, Result>;
}
