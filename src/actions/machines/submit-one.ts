import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { MachineAction } from '../../domain/machine-action.ts';
import { asGatewayError, GatewayError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { UnansweredActError } from '../../routing/send-once.ts';
import type { CallScope } from '../../scope.ts';
import { lookScope } from '../committed-scope.ts';
import { type CorrelationTag, carries, tagged } from '../once/correlation.ts';
import type { Presence } from '../once/presence.ts';
import type { ActionPlace, ActionSearch } from '../once/search.ts';
import { held, type Outcome, type WithOutcome } from '../outcome.ts';
import type { MachineActionResult } from '../payloads.ts';
import { type LiveResponseQueue, QueuedError } from '../queue/queue.ts';
import { isBusy } from '../queue/waiting.ts';
import { done, failed } from '../results.ts';
import { type Target, unknownMachine } from './targets.ts';

/** Sends an act to one machine; null: it was taken without saying which action it became. */
export type SendAct = (
  tenant: Tenant,
  machineId: string,
  comment: string,
  scope: CallScope,
) => Promise<MachineAction | null>;

/** One act on one machine. */
export interface Job {
  readonly place: ActionPlace;
  readonly target: Target;
  readonly send: SendAct;
  readonly comment: string;
  readonly tag: CorrelationTag;
}

/** How one job is done. */
export interface Manner {
  readonly scope: CallScope;
  /** Writes to the journal that it is sent now; called each time before it is. */
  readonly renew: () => Promise<void>;
  /** Given: it has to wait for its turn, until then (epoch milliseconds) or until its caller leaves. */
  readonly turn: { readonly queue: LiveResponseQueue; readonly until: number; readonly scope: CallScope } | null;
}

/** What became of it. */
export type Submitted = WithOutcome<MachineActionResult>;

const as =
  (outcome: Outcome) =>
  (result: MachineActionResult): Submitted => ({ result, outcome });
const begun = as('BEGUN');
const notBegun = as('NOT_BEGUN');
const unknown = as('UNKNOWN');

/** Sends an act to one machine exactly once, and finds out what became of it. Never rejects. */
export const createSubmitOne = ({
  search,
  presence,
  clock,
  log,
}: {
  readonly search: ActionSearch;
  readonly presence: Pick<Presence, 'isCurrent'>;
  readonly clock: Clock;
  readonly log: Log;
}) => {
  /** Searching is a read: its own failure must not hide what it was for. */
  const tryTo = async (
    what: string,
    find: (scope: CallScope) => Promise<MachineAction | null>,
    scope: CallScope,
  ): Promise<MachineAction | null> => {
    try {
      return await find(lookScope(scope, clock));
    } catch (err) {
      log.warn('An action could not be looked for', { what, err });
      return null;
    }
  };

  /** Sends it; throws `CONFLICT` when this process was held up. */
  const begin = async ({ place, send, comment, tag }: Job, { renew, scope }: Manner): Promise<MachineAction | null> => {
    await renew();
    if (!presence.isCurrent()) throw held(place.tenant);
    return send(place.tenant, place.machineId, tagged(comment, tag), scope);
  };

  return async (job: Job, manner: Manner): Promise<Submitted> => {
    const { place, target, tag } = job;
    const { scope, turn } = manner;
    const { tenant, machineId } = place;
    const at = { tenant: tenant.name, machineId, machine: target.machine };
    const findSent = () => tryTo('sent', (look) => search.taggedSoon(place, tag, look), scope);

    try {
      const { action, queued } =
        turn === null
          ? { action: await begin(job, manner), queued: null }
          : await turn.queue.take(place, () => begin(job, manner), turn.until, turn.scope);
      if (action === null) return begun({ ...done(at, await findSent()), queued });
      // Defender may answer with the action under way instead of refusing; its comment is then another's.
      return begun({ ...done(at, action, action.requestorComment !== null && !carries(action, tag)), queued });
    } catch (thrown) {
      const error = asGatewayError(thrown);
      if (error instanceof QueuedError) {
        const { behind } = error.queued;
        return notBegun({ ...failed(at, error, log, behind), alreadyUnderWay: behind !== null, queued: error.queued });
      }
      if (error instanceof UnansweredActError) {
        const sent = await findSent();
        return sent === null ? unknown(failed(at, unknownOutcome(error, tag), log)) : begun(done(at, sent));
      }
      if (isBusy(error)) {
        const running = await tryTo('under way', (look) => search.underWay(place, look), scope);
        if (running === null) return notBegun(failed(at, busy(error), log));
        return begun(done(at, running, !carries(running, tag)));
      }
      return notBegun(failed(at, error.code === 'NOT_FOUND' ? unknownMachine(tenant, machineId) : error, log));
    }
  };
};

const unknownOutcome = (error: GatewayError, { text }: CorrelationTag): GatewayError =>
  new GatewayError(
    error.code,
    `${error.message}. It may or may not have been done, and was not sent again: look for an action on the machine whose requestorComment has ${text} (machineActions)`,
    error.details,
    error,
  );

const busy = (error: GatewayError): GatewayError =>
  new GatewayError(
    'CONFLICT',
    'The machine is busy with an action of this kind that is not listed, as one begun in the portal, or that has just ended',
    error.details,
    error,
  );
