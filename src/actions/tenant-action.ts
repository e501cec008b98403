import type { Acting } from '../access/acting.ts';
import type { Permission } from '../access/roles.ts';
import type { Tenant } from '../config/tenants.ts';
import type { CallScope } from '../scope.ts';
import type { Action, ActionParts } from './action.ts';
import type { MutationInput, TenantMutationInput } from './inputs.ts';
import type { TargetResult } from './payloads.ts';
import type { ActionTarget } from './pipeline/kind.ts';
import type { Order } from './pipeline/order.ts';
import { payloadOf } from './results.ts';

/** One mutation of one caller, in a tenant where they have the action's permission. */
export interface TenantMutation<Input extends MutationInput = MutationInput> {
  readonly parts: ActionParts;
  readonly mutation: string;
  readonly acting: Acting;
  readonly tenant: Tenant;
  readonly input: Input;
  readonly isDryRun: boolean;
  /** Of the request. */
  readonly scope: CallScope;
}

/** What the pipeline is to do for a mutation, and what is done around it. */
export interface TenantOrder<Target extends ActionTarget, Shown, Result>
  extends Omit<Order<Target, Shown, Result>, 'acting' | 'mutation' | 'guardrail' | 'tenant' | 'input' | 'read'> {
  /** Things of which one mutation at a time may read what is there and send: what is sent hangs on it. A dry run keeps nobody waiting. */
  readonly alone?: readonly string[];
  /** Runs the pipeline, where something is to be done before it or after it. */
  readonly around?: (run: () => Promise<readonly Result[]>) => Promise<readonly Result[]>;
  /** As the payload has it. */
  readonly waitCutTo?: number | null;
}

/** One action of the table, in one tenant. */
export interface TenantActionRow<
  Input extends TenantMutationInput,
  Target extends ActionTarget,
  Shown,
  Result extends TargetResult,
> extends Omit<Action<Input, Result>, 'perform'> {
  /** What the caller needs to be shown what the action is done to. */
  readonly read: Permission;
  /** Checks the input. Throws what concerns the whole mutation. */
  readonly order: (
    mutation: TenantMutation<Input>,
  ) => TenantOrder<Target, Shown, Result> | Promise<TenantOrder<Target, Shown, Result>>;
}

/** An action of the table: the tenant, the input, the path of every action, the answer. */
export const tenantAction = <
  Input extends TenantMutationInput,
  Target extends ActionTarget,
  Shown,
  Result extends TargetResult,
>({
  read,
  order: orderOf,
  ...row
}: TenantActionRow<Input, Target, Shown, Result>): Action<Input, Result> => ({
  ...row,
  perform: async (parts, mutation, acting, input, scope) => {
    const tenant = acting.access.tenantFor(input.tenant, row.permission);
    const about = { acting, mutation, tenant, input };
    const isDryRun = input.dryRun === true;
    const { around, waitCutTo, alone = [], ...order } = await orderOf({ ...about, parts, isDryRun, scope });
    const perform = () => parts.pipeline({ ...order, ...about, guardrail: row.guardrail, read }, scope);
    const run = () => (isDryRun || alone.length === 0 ? perform() : parts.exclusive(alone, scope, perform));
    return payloadOf(input, around === undefined ? await run() : await around(run), waitCutTo);
  },
});
