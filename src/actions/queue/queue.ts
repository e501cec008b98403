import type { Clock } from '../../clock.ts';
import { directoryKey } from '../../config/tenant-keys.ts';
import type { Tenant } from '../../config/tenants.ts';
import { isFinal, type MachineAction } from '../../domain/machine-action.ts';
import { asGatewayError, beforeSending, GatewayError } from '../../errors.ts';
import type { MachineActionReads } from '../../routing/machine-actions.ts';
import type { CallScope } from '../../scope.ts';
import { backInSeconds, neverStops } from '../../stopping.ts';
import type { ActionPlace, ActionSearch } from '../once/search.ts';
import type { Queued, QueueReason } from '../payloads.ts';
import type { Watcher } from '../watcher.ts';
import { createSessions, type Seat } from './sessions.ts';
import { createKeyedQueue, isBusy } from './waiting.ts';

/** The time was up, or the gateway stopped, before a session left the queue: nothing was sent. */
export class QueuedError extends GatewayError {
  readonly queued: Queued;

  /** `againMs`: when it would be tried next, milliseconds; null: nobody knows. */
  constructor(tenant: Tenant, queued: Queued, isStopping: boolean, againMs: number | null = null) {
    const { reason, waitedMs, behind } = queued;
    const after = waitedMs === 0 ? '' : ` after ${Math.round(waitedMs / 1000)} s`;
    const what = {
      MACHINE_BUSY: `another session runs on the machine${behind === null ? '' : ` (${behind.actionId})`}`,
      SESSION_LIMIT: 'the tenant has as many sessions open as Defender allows',
      CALL_RATE: 'the tenant has begun as many sessions in this minute as Defender allows',
    }[reason];
    const then = isStopping
      ? 'The gateway is stopping, so it waits no longer: ask again'
      : 'Ask again, or with a longer waitSeconds';
    super('CONFLICT', `The session was not begun${after}: ${what}. ${then}`, {
      tenant: tenant.name,
      sent: 'no',
      ...(isStopping && { retryAfterSeconds: backInSeconds }),
      ...(!isStopping && againMs !== null && { retryAfterSeconds: Math.ceil(againMs / 1000) }),
    });
    this.queued = queued;
  }
}

/** A session that was begun, and what it waited for. */
export interface Begun {
  readonly action: MachineAction | null;
  readonly queued: Queued | null;
}

/** Between two looks whether a session of a tenant that has all it may have has ended. */
const fullPauseMs = 15_000;
/** Before the next tries when the session in the way is not listed: it may just have ended; and each try counts as a call. */
const blindPausesMs = [1000, 5000, 15_000] as const;

/** What Defender allows a tenant. */
export interface SessionLimits {
  /** Sessions that are open at once. */
  readonly sessions: number;
  /** Milliseconds until its quota of calls lets one more be begun; 0: now. */
  readonly paceMs: (tenant: Tenant) => Promise<number>;
}

/** Lets live response sessions wait for each other: on one machine in the order of their coming. */
export const createLiveResponseQueue = (parts: {
  readonly search: Pick<ActionSearch, 'underWay'>;
  readonly watcher: Watcher;
  readonly machineActions: Pick<MachineActionReads, 'open'>;
  readonly clock: Clock;
  readonly limits: SessionLimits;
  /** Fires when the gateway stops; by default never. */
  readonly stopping?: AbortSignal;
}) => {
  const { search, watcher, machineActions, clock, limits, stopping = neverStops } = parts;
  const machines = createKeyedQueue(clock, stopping);
  const sessions = createSessions(machineActions, limits.sessions);

  return {
    /**
     * Calls: 1 a session; 2 more for one that finds another in its way, and the shared polls until that one ends.
     *
     * Begins a session when nothing is in its way, by `begin`, which is called once more only after it surely began nothing. Throws
     * `QueuedError` when it waits still at `until` (epoch milliseconds) or when the gateway stops, else what `begin` throws: also the
     * refusal for a session that is not another's (`isOthers`; null: it is not listed), which is not waited for.
     */
    take: (
      place: ActionPlace,
      begin: () => Promise<MachineAction | null>,
      until: number,
      scope: CallScope,
      isOthers: (running: MachineAction | null) => boolean = () => true,
    ): Promise<Begun> => {
      const { tenant, machineId } = place;
      const key = `${directoryKey(tenant)}\n${machineId}`;
      const since = clock.now();
      let queued: Queued | null = null;
      const waitedFor = (reason: QueueReason, behind: MachineAction | null): Queued => {
        queued = { reason, waitedMs: clock.now() - since, behind };
        return queued;
      };
      const late = (seen: Queued, againMs: number | null = null): QueuedError =>
        new QueuedError(tenant, seen, stopping.aborted, againMs);
      /** The session in the way. */
      let running: MachineAction | null = null;
      /** Why a session was not begun, if it was tried last. */
      let refused: GatewayError | null = null;
      /** Refusals one after another for a session that is not listed. */
      let blindly = 0;
      /** Waits so long, or throws when that would be too late. */
      const pause = async (reason: QueueReason, behind: MachineAction | null, ms: number): Promise<void> => {
        if (clock.now() + ms > until || stopping.aborted) throw late(waitedFor(reason, behind), ms);
        try {
          await clock.sleep(ms, AbortSignal.any([scope.signal, stopping]));
        } catch (left) {
          if (!stopping.aborted) throw left;
        }
        const seen = waitedFor(reason, behind);
        if (stopping.aborted) throw late(seen);
      };
      const outlast = async (session: MachineAction): Promise<void> => {
        const latest = (await watcher.watch(tenant, [session], until, scope)).get(session.actionId) ?? session;
        const seen = waitedFor('MACHINE_BUSY', latest);
        if (!isFinal(latest)) throw late(seen);
        running = null;
      };
      /** Makes a refusal the reason of a wait; rethrows what is none. */
      const waitOut = async (error: GatewayError): Promise<void> => {
        if (isBusy(error)) {
          running = await search.underWay(place, scope);
          if (!isOthers(running)) throw error;
          blindly = running === null ? blindly + 1 : 0;
          const pauseMs = blindPausesMs[Math.min(blindly, blindPausesMs.length) - 1];
          if (pauseMs !== undefined) await pause('MACHINE_BUSY', null, pauseMs);
          return;
        }
        if (error.code !== 'UPSTREAM_THROTTLED') throw error;
        const reason = (await sessions.isFull(tenant, scope)) ? 'SESSION_LIMIT' : 'CALL_RATE';
        await pause(reason, null, (error.details.retryAfterSeconds ?? 1) * 1000);
      };

      const beginIn = async (seat: Seat): Promise<Begun> => {
        let action: MachineAction | null = null;
        try {
          action = await begin();
          return { action, queued };
        } finally {
          seat.release(action);
        }
      };

      const beginWhenFree = async (): Promise<Begun> => {
        for (;;) {
          if (running !== null) await outlast(running);
          const ms = await limits.paceMs(tenant);
          if (ms > 0) await pause('CALL_RATE', null, ms);
          const seat = await sessions.reserve(tenant, scope);
          if (seat === null) await pause('SESSION_LIMIT', null, fullPauseMs);
          else {
            try {
              return await beginIn(seat);
            } catch (thrown) {
              refused = asGatewayError(thrown);
              await waitOut(refused);
            }
          }
        }
      };
      const notInTime = () => late(waitedFor('MACHINE_BUSY', null));
      return machines.inOrder(key, beginWhenFree, until, notInTime).catch((thrown: unknown) => {
        if (thrown === refused || thrown instanceof QueuedError) throw thrown;
        // It failed while it waited: what was tried before surely began nothing.
        throw beforeSending(thrown);
      });
    },
  };
};

export type LiveResponseQueue = ReturnType<typeof createLiveResponseQueue>;
