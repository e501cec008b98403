import { isOfTenant } from '../../audit/record.ts';
import { type ActionOutcome, isBegun } from '../../domain/outcome.ts';
import { asGatewayError, type ErrorCode, GatewayError, retold } from '../../errors.ts';
import type { CallScope } from '../../scope.ts';
import { repeatMs } from '../../store/namespaces.ts';
import { anewScope } from '../committed-scope.ts';
import type { Run } from '../once/idempotency.ts';
import { type Journal, type JournalSubject, settledMs } from '../once/journal.ts';
import type { TargetEnd } from '../once/target-ends.ts';
import type { LateEnds, RepeatedAction } from '../recovery/late-ends.ts';
import { type ActionKind, type ActionTarget, type Ended, type Planned, stopped } from './kind.ts';

/** What earlier runs under a key did. */
export interface Earlier<Target extends ActionTarget, Shown> {
  /** Targets that are not to be sent, by id: done, or nobody knows. */
  readonly ends: ReadonlyMap<string, Ended<Shown>>;
  /** Targets of which a part is done, and the rest may be sent. */
  readonly parts: ReadonlyMap<string, TargetEnd>;
  /** What is told of a target where what is left is refused, once what was left behind is cleared up; null: that nothing was done. */
  readonly standing: (target: Target) => Promise<ActionOutcome | null>;
}

/** Where it cannot be told from Microsoft's side when it would be there. */
const lookAgainSeconds = 60;

/** When actions that nobody knows the end of were sent last, by their subject; -Infinity: never. */
const openSendings = async (
  journal: Pick<Journal, 'unsettled'>,
  about: Omit<RepeatedAction, 'subject'>,
): Promise<(subject: JournalSubject) => number> => {
  const entries = (await journal.unsettled()).filter((entry) => isOfTenant({ ...entry.audit, ...entry }, about));
  const sent = entries.map(({ subject, at }) => ({ subject: JSON.stringify(subject), at }));
  return (subject) => {
    const text = JSON.stringify(subject);
    return Math.max(-Infinity, ...sent.flatMap((one) => (one.subject === text ? [one.at] : [])));
  };
};

/**
 * Looks what earlier runs under a key did to targets. What is remembered as done is done. Of the rest Microsoft's side is
 * asked: what is there was done; what is not there and would be by now surely was not begun, and may be sent; what could not
 * be read, or may still be on its way, is not sent.
 */
export const lookForEarlier =
  ({
    journal,
    now,
    lateEnds,
  }: {
    readonly journal: Pick<Journal, 'unsettled'>;
    readonly now: () => Promise<number>;
    readonly lateEnds: Pick<LateEnds, 'correct' | 'isNoted'>;
  }) =>
  async <Target extends ActionTarget, Shown, Result>(
    kind: ActionKind<Target, Shown, Result>,
    targets: readonly Target[],
    run: Run,
    about: Omit<RepeatedAction, 'subject'>,
    scope: CallScope,
  ): Promise<Earlier<Target, Shown>> => {
    const ends = new Map<string, Ended<Shown>>();
    const partly = new Map<string, TargetEnd>();
    const unclear = new Set<string>();
    /** After what was left behind is cleared up: it is noted by then whether it was sent. */
    const standing = async (target: Target): Promise<ActionOutcome | null> => {
      if (partly.has(target.id)) return 'PARTLY_DONE';
      const { resumedSince } = run;
      if (resumedSince === null || !unclear.has(target.id)) return null;
      const isNoted = await lateEnds.isNoted({ ...about, subject: kind.subjectOf(target) }, resumedSince);
      return isNoted ? 'UNKNOWN' : null;
    };
    const kept = await Promise.all(targets.map(async (target) => ({ target, end: await run.ended(target.id) })));
    for (const { target, end } of kept) if (end?.left != null) partly.set(target.id, end);
    const done = kept.flatMap(({ target, end }) =>
      end === undefined || partly.has(target.id) ? [] : [{ target, end }],
    );
    const shown = done.length === 0 ? [] : await kind.recall(done, scope);
    for (const [index, { target, end }] of done.entries()) {
      const { outcome, actionId } = end;
      ends.set(target.id, { outcome, error: null, shown: shown[index] ?? null, actionId });
    }

    const open = kept.flatMap(({ target, end }) =>
      (end === undefined && target.fault == null) || partly.has(target.id) ? [target] : [],
    );
    const mayBeThere = run.resumedSince !== null || kind.isUnmistakable === true;
    if (open.length === 0 || !mayBeThere) return { ends, parts: partly, standing };

    const at = await now();
    const sent = run.resumedSince === null ? () => -Infinity : await openSendings(journal, about);
    const sentAt = (target: Target): number =>
      Math.max(sent(kind.subjectOf(target)), partly.get(target.id)?.left?.maybeSentAt ?? -Infinity);
    const found = await kind.find(
      open.map((target) => ({
        target,
        // What is told by its subject alone needs no time to be told by, which another clock has written.
        since: kind.isUnmistakable ? at - repeatMs : (run.resumedSince ?? at - repeatMs),
        settled: at - sentAt(target) > settledMs,
      })),
      anewScope(scope),
    );
    for (const [index, target] of open.entries()) {
      const one = found[index] ?? null;
      if (one instanceof Error) {
        // Nothing is remembered of an earlier run: the look was for one that was lost, and does not stand in the way.
        if (run.resumedSince !== null) ends.set(target.id, stopped('UNKNOWN', unread(asGatewayError(one))));
      } else if (one === null) {
        const since = sentAt(target);
        const seconds = since === -Infinity ? lookAgainSeconds : Math.ceil((since + settledMs - at) / 1000);
        if (since !== -Infinity || run.resumedSince !== null) {
          ends.set(target.id, stopped('UNKNOWN', onItsWay(Math.max(1, seconds))));
        }
      } else if (one.error !== undefined) {
        // Of a part that is left, what is done stands.
        const error = partly.has(target.id) ? unread(one.error) : one.error;
        ends.set(target.id, stopped(partly.has(target.id) ? 'UNKNOWN' : 'FAILED', error));
      } else if (isBegun(one.outcome)) {
        const end: Ended<Shown> = { outcome: one.outcome, error: null, shown: one.shown, actionId: one.actionId };
        ends.set(target.id, end);
        if (run.resumedSince !== null) {
          await lateEnds.correct({ ...about, subject: kind.subjectOf(target) }, run.resumedSince, one);
        }
        if (one.outcome === 'DONE') await run.keep(target.id, { outcome: 'DONE', actionId: one.actionId, left: null });
      } else if (one.outcome === 'UNKNOWN') unclear.add(target.id);
    }
    return { ends, parts: partly, standing };
  };

/** Errors that tell of a target itself, whoever asks and when. */
const telling: readonly ErrorCode[] = ['NOT_FOUND', 'BAD_USER_INPUT', 'FORBIDDEN', 'CONFLICT'];

/**
 * Where targets of a resumed run stand that cannot be read now, or are there no more, by the id that they were asked for: an
 * earlier run may have done them, so they are not told as failed. Without calls.
 */
export const lookForUnread =
  ({ journal }: { readonly journal: Pick<Journal, 'unsettled'> }) =>
  async <Target extends ActionTarget, Shown>(
    kind: ActionKind<Target, Shown, unknown>,
    plans: readonly Planned<Target>[],
    run: Run,
    about: Omit<RepeatedAction, 'subject'>,
  ): Promise<readonly (readonly [string, Ended<Shown>])[]> => {
    const failed = plans.flatMap(({ target, error }) => (error === null ? [] : [{ target, error }]));
    if (run.resumedSince === null || failed.length === 0) return [];
    const sentAt = await openSendings(journal, about);
    const endOf = async (target: Target, error: GatewayError): Promise<Ended<Shown> | null> => {
      const kept = await run.ended(target.id);
      // A machine that was offboarded may be gone by now: what was done to it stands.
      if (kept?.left === null) return { outcome: kept.outcome, error: null, shown: null, actionId: kept.actionId };
      if (!telling.includes(error.code)) return stopped('UNKNOWN', unread(error));
      if (kept !== undefined) return stopped('PARTLY_DONE', error);
      // What was changed a moment ago may be shown to be none.
      return sentAt(kind.subjectOf(target)) === -Infinity ? null : stopped('UNKNOWN', onItsWay(lookAgainSeconds));
    };
    const ends = await Promise.all(
      failed.map(async ({ target, error }) => [target.id, await endOf(target, error)] as const),
    );
    return ends.flatMap(([id, ended]) => (ended === null ? [] : [[id, ended] as const]));
  };

/** Of a target that an earlier run may have done, and that cannot be looked at. */
const unread = (error: GatewayError): GatewayError =>
  retold(
    error,
    `What an earlier run with this idempotencyKey did could not be read, so nothing was sent: ${error.message}`,
  );

/** Of a target that an earlier run sent, perhaps, and that is not there yet. */
const onItsWay = (retryAfterSeconds: number): GatewayError =>
  new GatewayError(
    'CONFLICT',
    'An earlier run with this idempotencyKey was interrupted, and what it sent may still be on its way: ask again with the same key',
    { retryAfterSeconds },
  );
