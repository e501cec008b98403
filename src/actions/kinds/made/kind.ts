import type { Machine } from '../../../domain/machine.ts';
import { asGatewayError, type GatewayError } from '../../../errors.ts';
import type { Capability } from '../../../routing/actions.ts';
import type { CallScope } from '../../../scope.ts';
import { lookAgain } from '../../committed-scope.ts';
import type { JournalSubject } from '../../once/journal.ts';
import { openSoFar } from '../../once/open-at-first.ts';
import {
  type ActionKind,
  type ActionTarget,
  done,
  type Ended,
  endedBy,
  foundBy,
  type Planned,
  type Sending,
  stopped,
  unanswered,
} from '../../pipeline/kind.ts';
import { sendEach } from '../../pipeline/send-each.ts';
import type { FindOutcomes } from '../../recovery/sought.ts';
import type { TenantMutation } from '../../tenant-action.ts';

/** Where a thing is made or taken away. */
export interface MadeTarget<Thing> extends ActionTarget {
  /** What is there before the action; null: nothing, or it was not looked for. */
  readonly before: Thing | null;
  /** Null: it has none, or it was not read. */
  readonly machine: Machine | null;
}

/** One action that makes things or takes them away, its input checked. */
export interface MadeJob<Thing, Subject extends JournalSubject, Target extends MadeTarget<Thing> = MadeTarget<Thing>> {
  readonly mutation: TenantMutation;
  readonly capability: Capability;
  readonly plan: (scope: CallScope) => Promise<readonly Planned<Target>[]>;
  /** Why it is not done, by what is there; null: nothing speaks against it, as without it. */
  readonly check?: (target: Target) => GatewayError | null;
  readonly subjectOf: (target: Target) => Subject;
  readonly find: FindOutcomes<Subject, Thing>;
  /** Sends it, once. The thing, where the answer brings it. */
  readonly send: (target: Target, scope: CallScope) => Promise<Thing | null>;
  /** The thing after the action, by its own id or its target's; null: there is none. */
  readonly read: (id: string, scope: CallScope) => Promise<Thing | null>;
  readonly idOf: (thing: Thing) => string | null;
  /** Which of them the caller reads. */
  readonly readable: (things: readonly Thing[]) => Promise<ReadonlySet<Thing>>;
}

/** Actions that make things or take them away: each is looked at, sent once, and found again by what is there. */
export const madeKind = <
  Thing,
  Subject extends JournalSubject,
  Result,
  Target extends MadeTarget<Thing> = MadeTarget<Thing>,
>(
  job: MadeJob<Thing, Subject, Target>,
  result: ActionKind<Target, Thing, Result>['result'],
): ActionKind<Target, Thing, Result> => {
  const { mutation, readable, subjectOf, check } = job;
  const { parts, tenant, scope: ofRequest } = mutation;

  /** As it is now, where that can be read: what was done stands. */
  const readAgain = (id: string): Promise<Thing | null> =>
    lookAgain(parts, 'What was made could not be read again', { tenant: tenant.name }, ofRequest, (look) =>
      job.read(id, look),
    );

  /** What an answer does not bring, as a resumed run would find it. */
  const lookFor = (target: Target, since: number): Promise<Thing | null> =>
    lookAgain(parts, 'What was made could not be looked for', { tenant: tenant.name }, ofRequest, async (look) => {
      const [found = null] = await job.find(tenant, [{ subject: subjectOf(target), since, settled: false }], look);
      return found instanceof Error ? null : (found?.shown ?? null);
    });

  const sendOne = async ({ target, renew, scope }: Sending<Target>): Promise<Ended<Thing>> => {
    try {
      await renew();
      const since = parts.clock.now();
      const thing = (await job.send(target, scope)) ?? (await lookFor(target, since));
      return done(thing, thing === null ? null : job.idOf(thing));
    } catch (thrown) {
      return endedBy(asGatewayError(thrown), lookFirst);
    }
  };

  return {
    ...foundBy(tenant, subjectOf, job.find),
    result,
    readable,
    machineOf: ({ machine }) => machine,
    plan: async (_, scope) => {
      const plans = await job.plan(scope);
      if (check === undefined) return plans;
      const open = plans.flatMap(({ target, error }) => (error === null && check(target) === null ? [target.id] : []));
      const first = await openSoFar(mutation, open);
      return plans.map((planned) =>
        first.has(planned.target.id)
          ? planned
          : { ...planned, target: { ...planned.target, fault: check(planned.target) } },
      );
    },

    check: (target) => {
      const error = check?.(target) ?? null;
      return error === null ? null : stopped(error.code === 'NOT_FOUND' ? 'FAILED' : 'REFUSED', error, target.before);
    },

    before: ({ before }) => before,
    capability: job.capability,

    recall: (ended) => Promise.all(ended.map(({ target, end }) => readAgain(end.actionId ?? target.id))),

    send: (sendings) => sendEach(sendings, sendOne),
  };
};

/** Of what was sent and not answered, and may be done a second time by who asks anew. */
export const lookFirst = (error: GatewayError): GatewayError => unanswered(error, 'done', 'look before asking anew');
