import type { Clock } from '../../../clock.ts';
import type { MachineAction } from '../../../domain/machine-action.ts';
import { asGatewayError, type GatewayError, isSurelyNotSent, retold } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import type { CallScope } from '../../../scope.ts';
import { lookAgain } from '../../committed-scope.ts';
import { type CorrelationTag, carries, carriesAny, tagged } from '../../once/correlation.ts';
import type { ActionPlace, ActionSearch } from '../../once/search.ts';
import { begun, type Ended, stopped, unanswered } from '../../pipeline/kind.ts';
import { type LiveResponseQueue, QueuedError } from '../../queue/queue.ts';
import { isBusy } from '../../queue/waiting.ts';
import { failureOf, refusedIn } from '../../results.ts';
import { failedOn } from './targets.ts';

/** One action on one machine, and how it is sent. */
export interface Job {
  readonly place: ActionPlace;
  /** Sends it with that comment; null: it was taken without saying which action it became. */
  readonly send: (comment: string) => Promise<MachineAction | null>;
  /** Whether an action of the type is the one that is asked for, and not e.g. one about another file. */
  readonly isSame: (action: MachineAction) => boolean;
  readonly comment: string;
  readonly tag: CorrelationTag;
  readonly scope: CallScope;
  /** As of a `Sending`. */
  readonly isRepeat: boolean;
  /** Writes to the journal that it is sent now; called each time before it is. */
  readonly renew: () => Promise<void>;
  /** Given: it waits in the queue, until then (epoch milliseconds) or until its caller leaves. */
  readonly inQueue: { readonly queue: LiveResponseQueue; readonly until: number; readonly scope: CallScope } | null;
}

export interface SendOneParts {
  readonly search: ActionSearch;
  readonly clock: Clock;
  readonly log: Log;
}

/** Sends an action to one machine exactly once, and finds out what became of it. Never rejects. */
export const createSendOne = ({ search, clock, log }: SendOneParts) => {
  const tryTo = (what: string, find: (look: CallScope) => Promise<MachineAction | null>, scope: CallScope) =>
    lookAgain({ clock, log }, 'An action could not be looked for', { what }, scope, find);

  const begin = async ({ send, comment, tag, renew }: Job): Promise<MachineAction | null> => {
    await renew();
    return send(tagged(comment, tag));
  };

  return async (job: Job): Promise<Ended<MachineAction>> => {
    const { place, tag, scope, inQueue } = job;
    const { tenant, machineId } = place;
    /** Whether what is under way surely is not what an earlier run sent. */
    const isOthers = (running: MachineAction | null): boolean =>
      !job.isRepeat || (running !== null && carriesAny(running) && !carries(running, tag));
    const findSent = () => tryTo('sent', (look) => search.taggedSoon(place, tag, look), scope);

    try {
      const { action, queued } =
        inQueue === null
          ? { action: await begin(job), queued: null }
          : await inQueue.queue.take(place, () => begin(job), inQueue.until, inQueue.scope, isOthers);
      if (action === null) return { ...sentAs(await findSent()), queued };
      // Defender may answer with the action under way instead of refusing; its comment is then another's.
      const isOurs = action.requestorComment === null || carries(action, tag);
      if (!isOurs && !job.isSame(action)) return stopped('FAILED', otherUnderWay(action));
      return { ...(isOurs ? sentAs(action) : begun(action, 'UNDER_WAY')), queued };
    } catch (thrown) {
      const error = asGatewayError(thrown);
      if (error instanceof QueuedError)
        return { ...stopped('NOT_BEGUN', error, error.queued.behind), queued: error.queued };
      if (!isSurelyNotSent(error)) {
        const sent = await findSent();
        return sent === null ? stopped('UNKNOWN', unknownOutcome(error, tag)) : sentAs(sent);
      }
      if (isBusy(error)) {
        const running = await tryTo('under way', (look) => search.underWay(place, look), scope);
        if (running !== null && carries(running, tag)) return sentAs(running);
        if (running === null || !isOthers(running)) return stopped('FAILED', busy(error));
        return job.isSame(running) ? begun(running, 'UNDER_WAY') : stopped('FAILED', otherUnderWay(running));
      }
      return failedOn(tenant, machineId, error);
    }
  };
};

/** An action that is ours, and may have ended by now. */
const sentAs = (action: MachineAction | null): Ended<MachineAction> => ({
  ...begun(action),
  failure: action === null ? null : failureOf(action),
});

const unknownOutcome = (error: GatewayError, { text }: CorrelationTag): GatewayError =>
  unanswered(error, 'done', `look for an action on the machine whose requestorComment has ${text} (machineActions)`);

/** Of an action of the same kind that is about something else: one at a time runs on a machine. */
export const otherUnderWay = ({ actionId, tenant }: MachineAction): GatewayError =>
  refusedIn(
    tenant,
    'CONFLICT',
    `Another action of this kind is under way on the machine (${actionId}): ask again when it has ended`,
  );

const busy = (error: GatewayError): GatewayError =>
  retold(
    error,
    'The machine is busy with an action of this kind that is not listed, as one begun in the portal, or that has just ended',
    'CONFLICT',
  );
