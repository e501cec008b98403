import type { Clock } from '../../clock.ts';
import { asGatewayError, GatewayError } from '../../errors.ts';
import type { CallScope } from '../../scope.ts';
import { anewScope, lookScope } from '../committed-scope.ts';
import type { Run } from '../once/idempotency.ts';
import { type SubjectKind, settledMs } from '../once/journal.ts';
import type { LateEnds, RepeatedAction } from '../recovery/late-ends.ts';
import { type ActionKind, type ActionTarget, done, type Ended, stopped } from './kind.ts';

/** How a sending ended: `own` of the call itself, for the audit; `told` of what was asked for, for the caller and the key. */
export interface SentEnd<Shown> {
  readonly own: Ended<Shown>;
  readonly told: Ended<Shown>;
}

/** Targets that are sent now, and what an earlier run did not do to them as far as anybody knows. */
export interface Repeats<Shown> {
  /** Whether an earlier run may have sent it to the target of that place, though it was not found. */
  isRepeat(place: number): boolean;
  /** The end of the target of each place, with what the refusal of a repeat means. No promise rejects. */
  ends(sent: readonly Promise<Ended<Shown>>[]): (place: number) => Promise<SentEnd<Shown>>;
}

/** What is done when the thing is gone. */
const takesAway: ReadonlySet<SubjectKind> = new Set(['libraryDeletion', 'indicatorDeletion', 'scanDeletion']);

/** Refusals that say nothing about the target. */
const ofTheCaller: readonly number[] = [401, 403, 408, 429];

/** Whether Microsoft itself refused it, for what is there. */
const isRefusal = ({ outcome, error }: Ended<unknown>): boolean => {
  const status = error?.details.upstreamStatus ?? 0;
  return outcome === 'FAILED' && status >= 400 && status < 500 && !ofTheCaller.includes(status);
};

/** Whether a refusal says that it is so already. Few pages print the words. */
const saysAlready = ({ code, message, details }: GatewayError, kind: SubjectKind): boolean =>
  ['CONFLICT', 'ALREADY_IN_STATE'].includes(code) ||
  (code === 'NOT_FOUND' && takesAway.has(kind)) ||
  [details.upstreamCode ?? '', message].some((text) => /already|duplicate|conflict|merged|\bexists\b/i.test(text));

/** The same for both; undefined: a kind gave it no end. */
const bothOf = <Shown>(
  end: Ended<Shown> = stopped('UNKNOWN', asGatewayError(new Error('An action was sent and never ended'))),
): SentEnd<Shown> => ({ own: end, told: end });

const mayBeOurs = (error: GatewayError): GatewayError =>
  new GatewayError(
    'CONFLICT',
    `${error.message}. That may be what an earlier run with this idempotencyKey did, which does not show yet: ask again with the same key`,
    { ...error.details, retryAfterSeconds: settledMs / 1000 },
    error,
  );

/**
 * What an earlier run under a key did may not be shown for longer than anybody waits: then a repeat sends it once more, and Microsoft
 * refuses it for being so already. Of every action such a refusal is looked at once more. What is there by then is what was asked
 * for, and the earlier run's; what is not may be all the same, unless that run surely sent nothing.
 */
export const createRepeats = (parts: { readonly clock: Clock; readonly lateEnds: Pick<LateEnds, 'take' | 'tell'> }) => {
  const { clock, lateEnds } = parts;
  return async <Target extends ActionTarget, Shown>(
    kind: ActionKind<Target, Shown, unknown>,
    targets: readonly Target[],
    { resumedSince: since }: Run,
    about: Omit<RepeatedAction, 'subject'>,
    scope: CallScope,
  ): Promise<Repeats<Shown>> => {
    if (since === null) {
      const asSent = async (own?: Promise<Ended<Shown>>): Promise<SentEnd<Shown>> => bothOf(await own);
      return { isRepeat: () => false, ends: (sent) => (place) => asSent(sent[place]) };
    }
    const subjects = targets.map(kind.subjectOf);
    // What is found after it is sent anew is that: hence taken before.
    const earlier = await Promise.all(subjects.map((subject) => lateEnds.take({ ...about, subject }, since)));

    const find = async (refused: readonly number[]) => {
      const sought = refused.flatMap((place) => {
        const target = targets[place];
        return target === undefined ? [] : [{ target, since, settled: false }];
      });
      const found = await kind
        .find(sought, anewScope(lookScope(scope, clock)))
        .catch((thrown: unknown) => refused.map(() => asGatewayError(thrown)));
      return new Map(refused.map((place, index) => [place, found[index] ?? null]));
    };

    const endOf = async (
      place: number,
      own: Ended<Shown>,
      found: Awaited<ReturnType<ActionKind<Target, Shown, unknown>['find']>>[number],
    ): Promise<SentEnd<Shown>> => {
      const [note, subject] = [earlier[place], subjects[place]];
      if (own.error === null || subject === undefined) return bothOf(own);
      if (found !== null && !(found instanceof Error) && found.outcome === 'DONE') {
        const told = done(found.shown, found.actionId);
        const isTold = note !== undefined && (await lateEnds.tell(note, found));
        return { own: isTold ? own : told, told };
      }
      if (note === undefined || !saysAlready(own.error, subject.kind)) return bothOf(own);
      return bothOf(stopped('UNKNOWN', mayBeOurs(own.error), own.shown, own.actionId));
    };

    return {
      isRepeat: (place) => earlier[place] !== undefined,
      ends: (sent) => {
        const looked = Promise.all(sent).then((ends) => {
          const refused = ends.flatMap((own, place) => (isRefusal(own) ? [place] : []));
          return refused.length === 0 ? new Map<number, null>() : find(refused);
        });
        return async (place) => {
          const own = await sent[place];
          if (own === undefined || !isRefusal(own)) return bothOf(own);
          return endOf(place, own, (await looked).get(place) ?? null);
        };
      },
    };
  };
};
