import type { Clock } from '../clock.ts';
import type { Tenant } from '../config/tenants.ts';
import type { MachineAction } from '../domain/machine-action.ts';
import { asGatewayError, GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { UnansweredActError } from '../routing/send-once.ts';
import type { CallScope } from '../scope.ts';
import { lookScope } from './committed-scope.ts';
import { carries, type Mark, marked } from './correlation.ts';
import type { Refusal } from './guardrails/guardrails.ts';
import type { MachineActionResult } from './payloads.ts';
import { done, failed } from './results.ts';
import type { ActionPlace, ActionSearch } from './search.ts';
import { type Target, unknownMachine } from './targets.ts';

/** Sends an act to one machine; null: it was taken without saying which action it became. */
export type SendAct = (
  tenant: Tenant,
  machineId: string,
  comment: string,
  scope: CallScope,
) => Promise<MachineAction | null>;

/** One act on one machine. */
export interface Errand {
  readonly place: ActionPlace;
  readonly target: Target;
  /** Given: it is not sent, for a guardrail forbids it; what an earlier run sent is still found. */
  readonly refusal: Refusal | null;
  readonly send: SendAct;
  readonly comment: string;
  readonly mark: Mark;
  /** An earlier run may have sent it. */
  readonly resumed: boolean;
}

/** What became of it, and whether anything may have begun at the machine. */
export interface Submitted {
  readonly result: MachineActionResult;
  readonly begun: boolean;
}

/** common-errors.md: `ActiveRequestAlreadyExists`; the pages of scans and restrictions print only a message. */
const isBusy = ({ details, message }: GatewayError): boolean =>
  details.upstreamCode === 'ActiveRequestAlreadyExists' ||
  ((details.upstreamStatus === 400 || details.upstreamStatus === 409) && /already (in progress|exists)/i.test(message));

const begun = (result: MachineActionResult): Submitted => ({ result, begun: true });
const notBegun = (result: MachineActionResult): Submitted => ({ result, begun: false });

/** Sends an act to one machine exactly once, and finds out what became of it. Never rejects. */
export const createSubmitOne = ({
  search,
  clock,
  log,
}: {
  readonly search: ActionSearch;
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

  return async (errand: Errand, scope: CallScope): Promise<Submitted> => {
    const { place, target, send, comment, mark } = errand;
    const { tenant, machineId } = place;
    const at = { tenant: tenant.name, machineId, machine: target.machine };
    const findSent = () => tryTo('sent', (look) => search.markedSoon(place, mark, look), scope);

    try {
      if (errand.resumed) {
        const earlier = await search.marked(place, mark, scope);
        if (earlier !== null) return begun(done(at, earlier));
      }
      if (errand.refusal !== null) return notBegun(failed(at, errand.refusal.error, log));
      const action = await send(tenant, machineId, marked(comment, mark), scope);
      if (action === null) return begun(done(at, await findSent()));
      // Defender may answer with the action under way instead of refusing; its comment is then another's.
      return begun(done(at, action, action.requestorComment !== null && !carries(action, mark)));
    } catch (thrown) {
      const error = asGatewayError(thrown);
      if (error instanceof UnansweredActError) {
        const sent = await findSent();
        return begun(sent === null ? failed(at, unknownOutcome(error, mark), log) : done(at, sent));
      }
      if (isBusy(error)) {
        const running = await tryTo('under way', (look) => search.underWay(place, look), scope);
        if (running === null) return notBegun(failed(at, busy(error), log));
        return begun(done(at, running, !carries(running, mark)));
      }
      return notBegun(failed(at, error.code === 'NOT_FOUND' ? unknownMachine(tenant, machineId) : error, log));
    }
  };
};

const unknownOutcome = (error: GatewayError, { text }: Mark): GatewayError =>
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
