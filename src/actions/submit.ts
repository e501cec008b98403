import type { Access } from '../access/authorize.ts';
import type { Caller } from '../access/caller.ts';
import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import { asGatewayError, type GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { actOnEach } from '../routing/act-on-each.ts';
import type { MachineReads } from '../routing/machines.ts';
import type { CallScope } from '../scope.ts';
import type { TypedActionRow } from './catalogue.ts';
import { checkComment, checkIdempotencyKey, checkTargets, checkWaitSeconds } from './check-input.ts';
import { committedScope } from './committed-scope.ts';
import { markOf, randomMark } from './correlation.ts';
import type { Guard, Guardrails, Refusal } from './guardrails/guardrails.ts';
import type { Idempotency } from './idempotency.ts';
import type { MachinesInput } from './inputs.ts';
import type { Journal, JournalEntry } from './journal.ts';
import type { MachineActionResult, Payload } from './payloads.ts';
import { failed, payloadOf } from './results.ts';
import type { ActionSearch } from './search.ts';
import { createSubmitOne, type Errand, type SendAct, type Submitted } from './submit-one.ts';
import { canonical, readTargets, resolveTargets, type Target } from './targets.ts';
import type { ActEnd, AuditedAct, Trail } from './trail.ts';
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
 * Does one act on many machines: authorize, check, dry run or idempotency, guardrails, audit, journal, send each once, watch. Throws what
 * concerns the whole mutation; what concerns one machine is in its result. Calls: 1 a machine, 1 a DNS name, 1 for 50 machines
 * when a guardrail asks about them, and the polls of the wait.
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
  readonly guardrails: Guardrails;
  readonly trail: Trail;
  readonly journal: Journal;
  readonly search: ActionSearch;
  readonly idempotency: Idempotency;
  readonly watcher: Watcher;
  readonly targetsPerMutation: number;
}

export const createSubmit = (parts: SubmitParts): Submit => {
  const { access, clock, log, machines, guardrails, trail, journal, idempotency, watcher } = parts;
  const submitOne = createSubmitOne(parts);

  /** Sends it between an entry of the journal and the end of its record. Never rejects. */
  const submitRecorded = async (errand: Errand, act: AuditedAct | undefined, scope: CallScope): Promise<Submitted> => {
    if (act === undefined || errand.refusal !== null) {
      const found = await submitOne(errand, scope);
      if (found.begun) await act?.end(endOf(found));
      return found;
    }
    const { tenant, machineId, type } = errand.place;
    let entry: JournalEntry;
    try {
      entry = await journal.open({ audit: act.entry, machineId, type, mark: errand.mark.text });
    } catch (thrown) {
      const unsent = { result: resultOf(tenant, errand.target, log, asGatewayError(thrown)), begun: false };
      await act.end(endOf(unsent));
      return unsent;
    }
    const done = await submitOne(errand, act.scope(scope));
    const end = endOf(done);
    await act.end(end);
    await (end.outcome === 'UNKNOWN' ? journal.leave(entry) : journal.close(entry));
    return done;
  };

  return async (caller, submission, scope) => {
    const { row, input, particulars, send } = submission;
    access.require(caller, row.permission);
    const tenant = access.tenant(caller, input.tenant);
    const ids = checkTargets('machineIds', input.machineIds, parts.targetsPerMutation);
    const comment = checkComment(input.comment);
    const waitSeconds = checkWaitSeconds(input.waitSeconds ?? submission.defaultWaitSeconds);
    const key = checkIdempotencyKey(input.idempotencyKey);
    const guardOf = (targets: number): Guard =>
      guardrails({ caller, action: row.name, tenant: tenant.name, targets, comment });

    if (input.dryRun === true) {
      access.require(caller, 'machine:read');
      const wouldBe = await readTargets(machines, tenant, ids, scope);
      const guard = guardOf(distinctOf(wouldBe).length);
      return payloadOf(
        input,
        inOrder(ids, wouldBe, (target) =>
          resultOf(tenant, target, log, target.error ?? guard.refusal(target.machine)?.error ?? null),
        ),
      );
    }

    const results = await idempotency.once<readonly MachineActionResult[]>(
      {
        caller,
        mutation: row.mutation,
        key,
        input: [tenant.name, ids.map(canonical), comment, particulars],
        work: async ({ resumed }) => {
          // At most so many: what no guardrail asks of more targets, none asks of fewer.
          const { needsMachines } = guardOf(new Set(ids.map(canonical)).size);
          const targets = await (needsMachines ? readTargets : resolveTargets)(machines, tenant, ids, scope);
          const guard = guardOf(distinctOf(targets).length);
          // Who may not read machines does not learn of them by acting.
          const shown = (target: Target): Target =>
            target.error !== null || caller.permissions.has('machine:read') ? target : { ...target, machine: null };
          const committed = committedScope(scope, clock);
          const distinct = distinctOf(targets);
          const errands = distinct.flatMap((target): readonly Reached[] =>
            target.error === null ? [{ target, refusal: guard.refusal(target.machine) }] : [],
          );
          const acts = await trail.begin(
            { caller, mutation: row.mutation, tenant: tenant.name, input: { comment, particulars } },
            errands.map(({ target, refusal }) => ({ target: target.machineId, refusal })),
            scope,
          );
          const submitted = await actOnEach([...errands.entries()], async ([index, { target, refusal }]) => {
            const { machineId } = target;
            const mark =
              key === undefined ? randomMark() : markOf([caller.id, row.mutation, key, tenant.name, machineId]);
            const place = { tenant, machineId, type: row.type };
            const errand = { place, target: shown(target), refusal, send, comment, mark, resumed };
            return submitRecorded(errand, acts[index], committed);
          });
          const byMachine = new Map(errands.map(({ target }, index) => [target.machineId, submitted[index]?.result]));
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

/** A target that can be acted on, unless a guardrail objects. */
interface Reached {
  readonly target: Target;
  readonly refusal: Refusal | null;
}

/** What the audit is told. */
const endOf = ({ result: { action, alreadyUnderWay, error }, begun }: Submitted): ActEnd => {
  const actionId = action?.actionId ?? null;
  if (error === null) return { outcome: alreadyUnderWay ? 'UNDER_WAY' : 'DONE', actionId };
  return { outcome: begun ? 'UNKNOWN' : 'FAILED', error, actionId };
};

/** A machine that is named twice, as by id and by name, is one target. */
const distinctOf = (targets: ReadonlyMap<string, Target>): readonly Target[] => [
  ...new Map([...targets.values()].map((target) => [target.machineId, target])).values(),
];

/** What is known of a target to which nothing was done. */
const resultOf = (
  tenant: Tenant,
  target: Target,
  log: Log,
  error: GatewayError | null = target.error,
): MachineActionResult => {
  const place = { tenant: tenant.name, machineId: target.machineId, machine: target.machine };
  return error === null ? { ...place, action: null, alreadyUnderWay: false, error: null } : failed(place, error, log);
};

const inOrder = <T>(ids: readonly string[], targets: ReadonlyMap<string, Target>, result: (target: Target) => T): T[] =>
  ids.flatMap((id) => {
    const target = targets.get(canonical(id));
    return target === undefined ? [] : [result(target)];
  });
