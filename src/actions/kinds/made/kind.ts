import type { Clock } from '../../../clock.ts';
import type { Tenant } from '../../../config/tenants.ts';
import type { Machine } from '../../../domain/machine.ts';
import { asGatewayError, type GatewayError, isSurelyNotSent, retold } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import type { Capability, MachineActs } from '../../../routing/acts.ts';
import type { CallScope } from '../../../scope.ts';
import type { Acting } from '../../acting.ts';
import { lookScope } from '../../committed-scope.ts';
import type { TenantMutationInput } from '../../inputs.ts';
import type { Idempotency } from '../../once/idempotency.ts';
import type { JournalSubject } from '../../once/journal.ts';
import { openAtFirst } from '../../once/open-at-first.ts';
import { type ActKind, type ActTarget, type Ended, type Planned, type Sending, stopped } from '../../pipeline/kind.ts';
import { sendEach } from '../../pipeline/send-each.ts';
import type { FindOutcomes } from '../../recovery/sought.ts';

/** Where a thing is made or taken away. */
export interface MadeTarget<Thing> extends ActTarget {
  /** What is there before the act; null: nothing, or it was not looked for. */
  readonly before: Thing | null;
  /** Null: it has none, or it was not read. */
  readonly machine: Machine | null;
}

/** One act that makes things or takes them away, its input checked. */
export interface MadeJob<Thing, Subject extends JournalSubject, Target extends MadeTarget<Thing> = MadeTarget<Thing>> {
  readonly tenant: Tenant;
  readonly capability: Capability;
  readonly plan: (scope: CallScope) => Promise<readonly Planned<Target>[]>;
  /** Why it is not done, by what is there; null: nothing speaks against it. */
  readonly check: (target: Target) => GatewayError | null;
  readonly subjectOf: (target: Target) => Subject;
  readonly find: FindOutcomes<Subject, Thing>;
  /** Sends it, once. The thing, where the answer brings it. */
  readonly send: (target: Target, scope: CallScope) => Promise<Thing | null>;
  /** The thing after the act, by its own id or its target's; null: there is none. */
  readonly read: (id: string, scope: CallScope) => Promise<Thing | null>;
  readonly idOf: (thing: Thing) => string | null;
  /** Which of them the caller reads. */
  readonly readable: (things: readonly Thing[]) => Promise<ReadonlySet<Thing>>;
  readonly parts: {
    readonly acts: Pick<MachineActs, 'refusal'>;
    readonly settled: Idempotency['settled'];
    readonly clock: Clock;
    readonly log: Log;
  };
  readonly acting: Acting;
  readonly mutation: string;
  readonly input: TenantMutationInput;
  /** Of the request. */
  readonly scope: CallScope;
}

/** Acts that make things or take them away: each is looked at, sent once, and found again by what is there. */
export const madeKind = <
  Thing,
  Subject extends JournalSubject,
  Result,
  Target extends MadeTarget<Thing> = MadeTarget<Thing>,
>(
  job: MadeJob<Thing, Subject, Target>,
  result: ActKind<Target, Thing, Result>['result'],
): ActKind<Target, Thing, Result> => {
  const { tenant, parts, readable } = job;

  /** As it is now, where that can be read: what was done stands. */
  const readAgain = async (id: string): Promise<Thing | null> => {
    try {
      return await job.read(id, lookScope(job.scope, parts.clock));
    } catch (err) {
      parts.log.warn('What was made could not be read again', { tenant: tenant.name, err });
      return null;
    }
  };

  /** What an answer does not bring, as a resumed run would find it. */
  const lookFor = async (target: Target, since: number): Promise<Thing | null> => {
    try {
      const sought = [{ subject: job.subjectOf(target), since, settled: false }];
      const [found = null] = await job.find(tenant, sought, lookScope(job.scope, parts.clock));
      return found instanceof Error ? null : (found?.shown ?? null);
    } catch (err) {
      parts.log.warn('What was made could not be looked for', { tenant: tenant.name, err });
      return null;
    }
  };

  const sendOne = async ({ target, renew, scope }: Sending<Target>): Promise<Ended<Thing>> => {
    try {
      await renew();
      const since = parts.clock.now();
      const thing = (await job.send(target, scope)) ?? (await lookFor(target, since));
      return { outcome: 'DONE', error: null, shown: thing, actionId: thing === null ? null : job.idOf(thing) };
    } catch (thrown) {
      const error = asGatewayError(thrown);
      return isSurelyNotSent(error) ? stopped('FAILED', error) : stopped('UNKNOWN', unknownOutcome(error));
    }
  };

  return {
    isUnmistakable: false,
    result,
    readable,
    subjectOf: job.subjectOf,
    machineOf: ({ machine }) => machine,
    plan: async (_, scope) => {
      const plans = await job.plan(scope);
      const open = plans.flatMap(({ target, error }) =>
        error === null && job.check(target) === null ? [target.id] : [],
      );
      const first = await openAtFirst(parts, job.acting, job.mutation, job.input, open);
      return plans.map((planned) =>
        first.has(planned.target.id)
          ? planned
          : { ...planned, target: { ...planned.target, fault: job.check(planned.target) } },
      );
    },

    check: (target) => {
      const error = job.check(target);
      return error === null ? null : stopped(error.code === 'NOT_FOUND' ? 'FAILED' : 'REFUSED', error, target.before);
    },

    before: ({ before }) => before,
    refusal: (scope) => parts.acts.refusal(tenant, job.capability, scope),
    looks: [],

    find: (sought, scope) =>
      job.find(
        tenant,
        sought.map(({ target, ...one }) => ({ ...one, subject: job.subjectOf(target) })),
        scope,
      ),

    recall: (done) => Promise.all(done.map(({ target, end }) => readAgain(end.actionId ?? target.id))),

    send: (sendings) => sendEach(sendings, sendOne),
  };
};

/** Of what was sent and not answered. */
export const unknownOutcome = (error: GatewayError): GatewayError =>
  retold(error, `${error.message}. It may or may not have been done, and was not sent again: look before asking anew`);
