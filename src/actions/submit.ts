import type { Access } from '../access/authorize.ts';
import type { Caller } from '../access/caller.ts';
import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import type { Log } from '../log.ts';
import { actOnEach } from '../routing/act-on-each.ts';
import type { MachineReads } from '../routing/machines.ts';
import type { CallScope } from '../scope.ts';
import type { TypedActionRow } from './catalogue.ts';
import { checkComment, checkIdempotencyKey, checkTargets, checkWaitSeconds } from './check-input.ts';
import { committedScope } from './committed-scope.ts';
import { markOf, randomMark } from './correlation.ts';
import type { Idempotency } from './idempotency.ts';
import type { MachinesInput } from './inputs.ts';
import type { MachineActionResult, Payload } from './payloads.ts';
import { failed, payloadOf } from './results.ts';
import type { ActionSearch } from './search.ts';
import { createSubmitOne, type SendAct, type Submitted } from './submit-one.ts';
import { canonical, readTargets, resolveTargets, type Target } from './targets.ts';
import { awaitResults } from './wait.ts';
import type { Watcher } from './watcher.ts';

/** One act on many machines of a tenant. */
export interface Submission {
  readonly row: TypedActionRow;
  readonly input: MachinesInput;
  /** Seconds that are waited when the input does not say. */
  readonly defaultWaitSeconds: number;
  /** What the act takes besides machine and comment; part of what an idempotency key stands for. */
  readonly particulars: unknown;
  readonly send: SendAct;
}

/**
 * Does one act on many machines: authorize, check, dry run or idempotency, send each once, watch. Throws what concerns the
 * whole mutation; what concerns one machine is in its result. Calls: 1 a machine, 1 a DNS name, and the polls of the wait.
 */
export type Submit = (
  caller: Caller,
  submission: Submission,
  scope: CallScope,
) => Promise<Payload<MachineActionResult>>;

export interface SubmitParts {
  readonly access: Access;
  readonly clock: Clock;
  readonly log: Log;
  readonly machines: MachineReads;
  readonly search: ActionSearch;
  readonly idempotency: Idempotency;
  readonly watcher: Watcher;
  readonly targetsPerMutation: number;
}

export const createSubmit = (parts: SubmitParts): Submit => {
  const { access, clock, log, machines, idempotency, watcher } = parts;
  const submitOne = createSubmitOne(parts);

  return async (caller, submission, scope) => {
    const { row, input, particulars, send } = submission;
    access.require(caller, row.permission);
    const tenant = access.tenant(caller, input.tenant);
    const ids = checkTargets('machineIds', input.machineIds, parts.targetsPerMutation);
    const comment = checkComment(input.comment);
    const waitSeconds = checkWaitSeconds(input.waitSeconds ?? submission.defaultWaitSeconds);
    const key = checkIdempotencyKey(input.idempotencyKey);

    if (input.dryRun === true) {
      access.require(caller, 'machine:read');
      const wouldBe = await readTargets(machines, tenant, ids, scope);
      return payloadOf(
        input,
        inOrder(ids, wouldBe, (target) => resultOf(tenant, target, log)),
      );
    }

    const results = await idempotency.once<readonly MachineActionResult[]>(
      {
        caller,
        mutation: row.mutation,
        key,
        input: [tenant.name, ids.map(canonical), comment, particulars],
        work: async ({ resumed }) => {
          const targets = await resolveTargets(machines, tenant, ids, scope);
          // Who may not read machines does not learn of them by acting.
          const shown = (target: Target): Target =>
            target.error !== null || caller.permissions.has('machine:read') ? target : { ...target, machine: null };
          const committed = committedScope(scope, clock);
          // A machine that is named twice, as by id and by name, is one target.
          const distinct = [
            ...new Map([...targets.values()].map((target) => [target.machineId, shown(target)])).values(),
          ];
          const submitted = await actOnEach(distinct, async (target): Promise<Submitted> => {
            if (target.error !== null) return { result: resultOf(tenant, target, log), begun: false };
            const mark =
              key === undefined ? randomMark() : markOf([caller.id, row.mutation, key, tenant.name, target.machineId]);
            const place = { tenant, machineId: target.machineId, type: row.type };
            return submitOne({ place, target, send, comment, mark, resumed }, committed);
          });
          const byMachine = new Map(distinct.map(({ machineId }, index) => [machineId, submitted[index]?.result]));
          return {
            result: inOrder(ids, targets, (target) => byMachine.get(target.machineId) ?? resultOf(tenant, target, log)),
            remember: submitted.some(({ begun }) => begun),
          };
        },
      },
      scope,
    );
    return payloadOf(input, await awaitResults({ watcher, clock }, tenant, results, waitSeconds, scope));
  };
};

/** What is known of a target to which nothing was done. */
const resultOf = (tenant: Tenant, { machineId, machine, error }: Target, log: Log): MachineActionResult => {
  const place = { tenant: tenant.name, machineId, machine };
  return error === null ? { ...place, action: null, alreadyUnderWay: false, error: null } : failed(place, error, log);
};

const inOrder = <T>(ids: readonly string[], targets: ReadonlyMap<string, Target>, result: (target: Target) => T): T[] =>
  ids.flatMap((id) => {
    const target = targets.get(canonical(id));
    return target === undefined ? [] : [result(target)];
  });
