import type { ActionName } from '../../src/actions/table.ts';
import type { TenantWorld, WorldMachine } from '../../src/simulator/world/types.ts';

/** One target of a request, which no other request has. */
export interface ActionTarget {
  /** As the calls to Microsoft have it, in their address or body; and the audit, unless said. */
  readonly id: string;
  /** Whether a record of the audit is of it, where the audit names it otherwise. */
  readonly isAudited?: (target: string) => boolean;
  /** What Microsoft's side shows of it, one text for each time that it was done: ids of what came of it, or comments. */
  readonly found: () => readonly string[];
  /** Whether Microsoft's side shows a part of it. */
  readonly begun: () => boolean;
  /** Whether `found` gives ids of what came of it, as the audit and the answer have them. */
  readonly hasActionId: boolean;
}

/** One request of a caller. */
export interface ActionRequest {
  /** As the audit has it. */
  readonly action: ActionName;
  readonly document: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it takes an `idempotencyKey`; of others the gateway has a key of its own. */
  readonly takesKey: boolean;
  /** `url`: of a gateway that does what has to come first; only asked for when it is `prepared`. */
  readonly input: (url: string) => Promise<Readonly<Record<string, unknown>>>;
  /** Whether something has to come first. */
  readonly isPrepared: boolean;
  /** In the order of the results. */
  readonly targets: readonly ActionTarget[];
}

/** `fields`: what is asked of each result beside its error. */
export const documentOf = (mutation: string, fields: string): string =>
  `mutation ($input: ${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!) {
    payload: ${mutation}(input: $input) { results { ${fields} error { code message retryAfterSeconds } } }
  }`;

/** A request of which nothing has to come first. */
export const requestOf = (
  action: ActionName,
  fields: string,
  input: Readonly<Record<string, unknown>>,
  targets: readonly ActionTarget[],
): ActionRequest => ({
  action,
  document: documentOf(action, `outcome ${fields}`),
  takesKey: true,
  input: async () => input,
  isPrepared: false,
  targets,
});

/** A target that is done whole or not at all. */
export const wholeTarget = (
  id: string,
  found: () => readonly string[],
  more: { readonly hasActionId: boolean },
): ActionTarget => ({ id, found, begun: () => found().length > 0, ...more });

/** Actions of a type that the machine has. */
export const onMachine = ({ actions }: TenantWorld, type: string, machine: WorldMachine): ActionTarget =>
  wholeTarget(
    machine.id,
    () => actions.filter((action) => action.machine === machine && action.type === type).map(({ id }) => id),
    { hasActionId: true },
  );
