import type { JudgedMachine } from '../../access/machine-visibility.ts';
import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import { isBegun } from '../../domain/outcome.ts';
import { GatewayError } from '../../errors.ts';
import type { Guard, Guardrails, Refusal } from '../../guardrails/guardrails.ts';
import type { Log } from '../../log.ts';
import type { MachineActions } from '../../routing/actions.ts';
import type { CallScope } from '../../scope.ts';
import type { AuditTrail } from '../audit-trail.ts';
import { checkKeys } from '../check-input.ts';
import { committedScope } from '../committed-scope.ts';
import type { Idempotency, Run, Worked } from '../once/idempotency.ts';
import type { Journal, JournalSubject } from '../once/journal.ts';
import { keyOwnerOf } from '../once/key-owner.ts';
import type { Presence } from '../once/presence.ts';
import type { RecentStates } from '../once/recent-states.ts';
import type { LateEnds } from '../recovery/late-ends.ts';
import type { ClearUp } from '../recovery/reconcile.ts';
import { believed } from './believed.ts';
import { lookForEarlier, lookForUnread } from './earlier.ts';
import { distinct, type Judged, judgedBy, soAlready } from './judged.ts';
import { createKept } from './kept.ts';
import { type ActionTarget, type Ended, endInAudit, stopped } from './kind.ts';
import { lookBeforeSending, lookForDryRun } from './look.ts';
import type { Order } from './order.ts';
import { createRepeats } from './repeats.ts';
import { createResults } from './told.ts';

export interface PipelineParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly guardrails: Guardrails;
  readonly auditTrail: AuditTrail;
  readonly journal: Pick<Journal, 'unsettled'>;
  readonly now: () => Promise<number>;
  readonly idempotency: Idempotency;
  readonly presence: Pick<Presence, 'isCurrent'>;
  readonly recentStates: Pick<RecentStates, 'isSetOtherwise' | 'noteChange'>;
  readonly clearUp: ClearUp;
  readonly lateEnds: Pick<LateEnds, 'correct' | 'isNoted' | 'take' | 'tell'>;
  /** Why a tenant takes no such action, by its token or cloud; null: nothing is known against it. */
  readonly refusal: MachineActions['refusal'];
}

/**
 * The path of every action: plan the targets, look what an earlier run did, check, journal and audit, send once, tell how it
 * ended. Throws what concerns the whole mutation; what concerns one target is in its result. Results are in the order of
 * `asked`. A dry run is all of it but what is written and sent; what it cannot read it tells, where an action is sent all the same.
 */
export const createPipeline = (parts: PipelineParts) => {
  const { clock, guardrails, auditTrail, idempotency, presence, recentStates } = parts;
  const earlierOf = lookForEarlier(parts);
  const unreadOf = lookForUnread(parts);
  const repeatsOf = createRepeats(parts);
  const keptOf = createKept(parts);

  return async <Target extends ActionTarget, Shown, Result>(
    order: Order<Target, Shown, Result>,
    scope: CallScope,
  ): Promise<readonly Result[]> => {
    const { acting, mutation, tenant, input, asked, comment, kind } = order;
    const { checks, looks } = believed(kind, recentStates, tenant);
    const key = checkKeys(input);
    const about = { tenant: tenant.name, tenantId: tenant.tenantId, mutation, callerId: acting.caller.id };
    const guardOf = (targets: number): Guard =>
      guardrails({
        ...acting,
        action: order.guardrail,
        tenant,
        targets: order.size ?? targets,
        comment,
        commands: order.commands,
      });

    /** Judges targets by the guardrails, and by the machines that roles have to cover where they lift one. */
    const refusalsOf = async (
      guard: Guard,
      targets: readonly Target[],
    ): Promise<(target: Target) => Refusal | null> => {
      const covered: ReadonlyMap<string, readonly JudgedMachine[]> =
        guard.asksCoverage && targets.length > 0 ? ((await kind.coveredOf?.(targets, scope)) ?? new Map()) : new Map();
      return (target) => guard.refusal(kind.machineOf?.(target) ?? null, covered.get(target.id));
    };

    /** What the caller may read of what would be shown. */
    const readableOf = async (ends: Iterable<Ended<Shown> | undefined>): Promise<ReadonlySet<Shown> | null> => {
      if (kind.readable === undefined) return null;
      return kind.readable([...ends].flatMap((ended) => ended?.shown ?? []));
    };

    const resultsOf = createResults(order, parts.log);

    const lookDry = (targets: readonly Target[]) =>
      acting.isProposal === true
        ? lookBeforeSending(parts, order, looks, targets, scope)
        : lookForDryRun(looks, targets, scope);

    const dryRun = async (): Promise<readonly Result[]> => {
      acting.access.requireInPart(order.read, tenant);
      const plans = await kind.plan(true, scope);
      const targets = distinct(plans);
      const guard = guardOf(targets.length);
      const refusalOf = await refusalsOf(guard, targets);
      const impossible = kind.capability === null ? null : await parts.refusal(tenant, kind.capability, scope);
      const checked = await checks(targets);
      const states = impossible === null ? await lookDry(targets) : new Map<string, Ended<Shown>>();
      const ends = new Map(
        targets.map((target) => {
          const shown = kind.before?.(target) ?? null;
          const possible: Ended<Shown> = { outcome: null, error: null, shown, actionId: null };
          const against =
            impossible === null ? (states.get(target.id) ?? possible) : stopped('REFUSED', impossible, shown);
          const ended = checked.get(target.id) ?? against;
          const refusal = refusalOf(target);
          const refused = refusal === null ? undefined : stopped('REFUSED', refusal.error, ended.shown);
          // What nobody can lift is told before what an approval would.
          return [target.id, ended.error === null ? (refused ?? ended) : ended] as const;
        }),
      );
      return resultsOf(plans, ends, await readableOf(ends.values()));
    };

    const work = async (run: Run): Promise<Worked<readonly Result[]>> => {
      // At most so many: what no guardrail asks of more targets, none asks of fewer.
      const plans = await kind.plan(guardOf(new Set(asked).size).needsMachines, scope);
      const targets = distinct(plans);
      const guard = guardOf(targets.length);
      const earlier = key === undefined ? null : await earlierOf(kind, targets, run, about, scope);
      const ends = new Map<string, Ended<Shown>>([
        ...(await unreadOf(kind, plans, run, about)),
        ...(earlier?.ends ?? []),
      ]);
      const refusalOf = await refusalsOf(guard, targets);
      const checked = await checks(targets);
      const judged = targets.flatMap((target): readonly Judged<Target, Shown>[] => {
        const ended = ends.get(target.id) ?? checked.get(target.id);
        if (ended === undefined) return [{ target, refusal: refusalOf(target), shown: null, stands: null }];
        const one = judgedBy(target, ended);
        if (one.refusal !== null) return [one];
        ends.set(target.id, ended);
        return [];
      });
      const possible = judged.flatMap(({ target, refusal }) => (refusal === null ? [target] : []));
      const seen = await lookBeforeSending(parts, order, looks, possible, scope);
      const looked = judged.map((one): Judged<Target, Shown> => {
        const stands = seen.get(one.target.id);
        return stands === undefined ? one : judgedBy(one.target, stands);
      });
      // The search for what an earlier run did may have read what was there before it.
      const so = run.resumedSince === null ? [] : looked.flatMap(soAlready);
      const late = so.length === 0 ? null : await earlierOf(kind, so, run, about, scope);
      for (const [id, ended] of late?.ends ?? []) ends.set(id, ended);
      const open = looked.filter(({ target }) => late?.ends.has(target.id) !== true);
      if (run.resumedSince !== null && open.length > 0) {
        const subjects = new Set(open.map(({ target }) => JSON.stringify(kind.subjectOf(target))));
        const isOurs = (subject: JournalSubject): boolean => subjects.has(JSON.stringify(subject));
        await parts.clearUp(tenant, isOurs, scope);
      }
      const recorded = await auditTrail.begin(
        { ...acting, mutation, tenant: tenant.name, tenantId: tenant.tenantId, input: order.particulars },
        open,
        ({ target, refusal, stands }) => ({
          ...{ target: target.id, refusal },
          subject: stands === null ? kind.subjectOf(target) : null,
          stands: stands === null ? null : endInAudit(stands),
        }),
        scope,
      );
      const keep = async ({ id }: Target, ended: Ended<Shown>): Promise<void> => {
        const end = await keptOf(ended);
        if (end !== null) await run.keep(id, end);
      };
      const committed = committedScope(scope, clock);
      const toSend = recorded.filter(({ item }) => item.refusal === null && item.stands === null);
      for (const { item } of recorded) {
        const { target, refusal, stands } = item;
        // What an earlier run did stands.
        const outcome = (refusal ?? stands) === null ? null : ((await earlier?.standing(target)) ?? null);
        if (refusal !== null) ends.set(target.id, stopped(outcome ?? 'REFUSED', refusal.error, item.shown));
        else if (stands !== null) {
          ends.set(target.id, outcome === null ? stands : { ...stands, outcome });
          await keep(target, stands);
        }
      }
      const sending = toSend.map(({ item: { target } }) => target);
      const repeats = await repeatsOf<Target, Shown>(kind, sending, run, about, scope);
      // Before it is sent, which does not wait for it.
      const noted = sending.map((target) => recentStates.noteChange(tenant, kind.subjectOf(target), clock.now()));
      const sent = kind.send(
        toSend.map(({ item: { target }, action }, place) => ({
          target,
          scope: action.scope(committed),
          renew: async () => {
            await action.renew();
            if (!presence.isCurrent()) throw held(tenant);
          },
          earlier: earlier?.parts.get(target.id) ?? null,
          isRepeat: repeats.isRepeat(place),
        })),
      );
      const sentEnd = repeats.ends(sent);
      await Promise.all(
        toSend.map(async ({ item: { target }, action }, place) => {
          const { own, told } = await sentEnd(place);
          ends.set(target.id, told);
          await action.end(endInAudit(own), () => keep(target, told));
        }),
      );
      await Promise.all(noted);
      const outcomes = targets.map(({ id }) => ends.get(id)?.outcome ?? 'UNKNOWN');
      // What an earlier run left stays: a target that could not be read now may be what it did.
      const isOpen = run.resumedSince !== null || outcomes.some((outcome) => isBegun(outcome) || outcome === 'UNKNOWN');
      // What cannot be judged any more is not shown: it was changed all the same.
      const readable = await readableOf(ends.values()).catch((err: unknown) => {
        parts.log.warn('What was changed could not be judged', { tenant: tenant.name, mutation, err });
        return new Set<Shown>();
      });
      return { result: resultsOf(plans, ends, readable), progress: isOpen ? 'OPEN' : 'NOTHING' };
    };

    if (input.dryRun === true) return dryRun();
    return idempotency.once(
      {
        ...keyOwnerOf(acting),
        ...{ mutation, tenantId: tenant.tenantId, key },
        input: [tenant.name, order.named ?? asked, order.particulars],
        work,
      },
      scope,
    );
  };
};

export type Pipeline = ReturnType<typeof createPipeline>;

/** Of a process that was held up so long that others may have taken over from it. */
const held = ({ name }: Tenant): GatewayError =>
  new GatewayError('CONFLICT', 'The gateway was held up for some seconds, so nothing was sent: ask again', {
    tenant: name,
    sent: 'no',
  });
