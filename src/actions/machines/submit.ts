import type { AccessOf } from '../../access/access.ts';
import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { GatewayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { actOnEach } from '../../routing/act-on-each.ts';
import type { MachineReads } from '../../routing/machines.ts';
import type { CallScope } from '../../scope.ts';
import { type Acting, keyOwnerOf, tagOwnerOf } from '../acting.ts';
import type { ActEnd, AuditTrail } from '../audit-trail.ts';
import type { TypedActionRow } from '../catalogue.ts';
import { checkComment, checkKeys, checkTargets, checkWaitSeconds } from '../check-input.ts';
import { committedScope } from '../committed-scope.ts';
import type { Guard, Guardrails, Refusal } from '../guardrails/guardrails.ts';
import type { MachinesInput } from '../inputs.ts';
import { randomTag, tagOf } from '../once/correlation.ts';
import type { Idempotency, Worked } from '../once/idempotency.ts';
import type { Journal, JournalSubject } from '../once/journal.ts';
import type { Presence } from '../once/presence.ts';
import type { ActionSearch } from '../once/search.ts';
import type { ClearUp } from '../once/unsettled.ts';
import { progressOf } from '../outcome.ts';
import type { MachineActionResult, Payload } from '../payloads.ts';
import type { LiveResponseQueue } from '../queue/queue.ts';
import { failed, payloadOf } from '../results.ts';
import { awaitResults } from '../wait.ts';
import type { Watcher } from '../watcher.ts';
import { createResume } from './resume.ts';
import { createSubmitOne, type Job, type SendAct, type Submitted } from './submit-one.ts';
import { canonical, readTargets, resolveTargets, seenBy, type Target } from './targets.ts';

/** One act on many machines of a tenant. */
export interface Submission {
  readonly row: TypedActionRow;
  readonly input: MachinesInput;
  /** Seconds that are waited when the input does not say. */
  readonly defaultWaitSeconds: number;
  /** Given: acts of this kind wait for their turn. */
  readonly queue?: LiveResponseQueue;
  /** What the act takes besides machine and comment; part of what an idempotency key stands for. */
  readonly particulars: unknown;
  readonly send: SendAct;
}

/**
 * Does one act on many machines: authorize, check, dry run or idempotency, guardrails, audit, journal, send each once, watch. Throws what
 * concerns the whole mutation; what concerns one machine is in its result. Calls: 1 a machine, 1 a DNS name, 1 for 50 machines
 * when a guardrail asks about them or the caller sees only some, and the polls of the wait.
 */
export type Submit = (
  acting: Acting,
  submission: Submission,
  scope: CallScope,
) => Promise<Payload<MachineActionResult>>;

export interface SubmitParts {
  readonly accessOf: AccessOf;
  readonly clock: Clock;
  readonly log: Log;
  readonly machines: MachineReads;
  readonly guardrails: Guardrails;
  readonly auditTrail: AuditTrail;
  readonly journal: Journal;
  readonly presence: Presence;
  readonly search: ActionSearch;
  readonly idempotency: Idempotency;
  readonly clearUp: ClearUp;
  readonly watcher: Watcher;
  readonly targetsPerMutation: number;
}

export const createSubmit = (parts: SubmitParts): Submit => {
  const { accessOf, clock, log, machines, guardrails, auditTrail, idempotency, watcher } = parts;
  const submitOne = createSubmitOne(parts);
  const resume = createResume(parts);

  return async (acting, submission, scope) => {
    const { caller, approved } = acting;
    const { row, input, particulars, send, queue } = submission;
    const access = accessOf(caller);
    const tenant = access.tenantFor(input.tenant, row.permission);
    const ids = checkTargets('machineIds', input.machineIds, parts.targetsPerMutation);
    const comment = checkComment(input.comment);
    const until = clock.now() + checkWaitSeconds(input.waitSeconds ?? submission.defaultWaitSeconds) * 1000;
    const key = checkKeys(input);
    const visibility = access.machineVisibility(row.permission, tenant);
    // Who may act on a machine and not read it does not learn of it by acting.
    const readable = access.machineVisibility('machine:read', tenant);
    const shown = (target: Target): Target =>
      target.machine === null || readable === null || readable(target.machine) ? target : { ...target, machine: null };
    const guardOf = (targets: number): Guard =>
      guardrails({ caller, approved, action: row.name, tenant, targets, comment });
    const read = async () => seenBy(visibility, tenant, await readTargets(machines, tenant, ids, scope));

    if (input.dryRun === true) {
      access.requireInPart('machine:read', tenant);
      const wouldBe = await read();
      const guard = guardOf(distinctOf(wouldBe).length);
      return payloadOf(
        input,
        inOrder(ids, wouldBe, (target) =>
          resultOf(tenant, shown(target), log, target.error ?? guard.refusal(target.machine)?.error ?? null),
        ),
      );
    }

    const work = async (resumed: boolean): Promise<Worked<readonly MachineActionResult[]>> => {
      // At most so many: what no guardrail asks of more targets, none asks of fewer.
      const { needsMachines } = guardOf(new Set(ids.map(canonical)).size);
      const targets =
        needsMachines || visibility !== null ? await read() : await resolveTargets(machines, tenant, ids, scope);
      const guard = guardOf(distinctOf(targets).length);
      const reached = distinctOf(targets).filter((target) => target.error === null);
      const jobs = reached.map((target): Job => {
        const { machineId } = target;
        const tag =
          key === undefined ? randomTag() : tagOf([...tagOwnerOf(acting), row.mutation, key, tenant.name, machineId]);
        const place = { tenant, machineId, type: row.type };
        return { place, target: shown(target), send, comment, tag };
      });
      const earlier = resumed ? await resume(tenant, jobs, scope) : [];
      const open = jobs.flatMap((job, index) =>
        earlier[index] === undefined ? [{ job, refusal: guard.refusal(reached[index]?.machine ?? null) }] : [],
      );
      if (resumed && open.length > 0) {
        const tags = new Set(open.map(({ job }) => job.tag.text));
        const isOurs = (subject: JournalSubject) => subject.kind === 'machineAction' && tags.has(subject.mark);
        await parts.clearUp(tenant.name, isOurs, scope);
      }
      const recorded = await auditTrail.begin(
        { caller, approved, mutation: row.mutation, tenant: tenant.name, input: { comment, particulars } },
        open,
        ({ job: { place, tag }, refusal }) => ({
          target: place.machineId,
          refusal,
          subject: { kind: 'machineAction', machineId: place.machineId, type: row.type, mark: tag.text },
        }),
        scope,
      );
      const committed = committedScope(scope, clock);
      const turn = queue === undefined ? null : { queue, until: Math.min(until, committed.deadline), scope };
      const submitRecorded = async ({ item: { job, refusal }, act }: (typeof recorded)[number]): Promise<Submitted> => {
        if (refusal !== null) return refused(tenant, job.target, log, refusal);
        const done = await submitOne(job, { scope: act.scope(committed), renew: act.renew, turn });
        await act.end(endOf(done));
        return done;
      };
      // Who waits for a turn must not keep others from theirs.
      const submitted = await actOnEach(recorded, submitRecorded, turn === null ? undefined : recorded.length);
      const byMachine = new Map([
        ...jobs.map(({ place }, index) => [place.machineId, earlier[index]] as const),
        ...open.map(({ job: { place } }, index) => [place.machineId, submitted[index]] as const),
      ]);
      return {
        result: inOrder(
          ids,
          targets,
          (target) => byMachine.get(target.machineId)?.result ?? resultOf(tenant, shown(target), log),
        ),
        progress: progressOf([...byMachine.values()].flatMap((each) => (each === undefined ? [] : [each.outcome]))),
      };
    };

    const results = await idempotency.once(
      {
        ...keyOwnerOf(acting),
        mutation: row.mutation,
        key,
        input: [tenant.name, ids.map(canonical), comment, particulars],
        work: ({ resumed }) => work(resumed),
      },
      scope,
    );
    return payloadOf(input, await awaitResults({ watcher, clock }, tenant, results, until, scope));
  };
};

/** What the audit is told. */
const endOf = ({ result: { action, alreadyUnderWay, error }, outcome }: Submitted): ActEnd => {
  const actionId = action?.actionId ?? null;
  if (error === null) return { outcome: alreadyUnderWay ? 'UNDER_WAY' : 'DONE', actionId };
  return { outcome: outcome === 'UNKNOWN' ? 'UNKNOWN' : 'FAILED', error, actionId };
};

const refused = (tenant: Tenant, target: Target, log: Log, { error }: Refusal): Submitted => ({
  result: resultOf(tenant, target, log, error),
  outcome: 'NOT_BEGUN',
});

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
  return error === null
    ? { ...place, action: null, alreadyUnderWay: false, queued: null, error: null }
    : failed(place, error, log);
};

const inOrder = <T>(ids: readonly string[], targets: ReadonlyMap<string, Target>, result: (target: Target) => T): T[] =>
  ids.flatMap((id) => {
    const target = targets.get(canonical(id));
    return target === undefined ? [] : [result(target)];
  });
