import type { MachineVisibility } from '../../../access/machine-visibility.ts';
import type { Tenant } from '../../../config/tenants.ts';
import type { MachineActionType } from '../../../domain/enums.ts';
import type { Machine } from '../../../domain/machine.ts';
import { isUnderWay, type MachineAction } from '../../../domain/machine-action.ts';
import { actionsKeptMs, machineStates } from '../../../domain/machine-state.ts';
import { type GatewayError, retold, UpstreamError } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import type { Capability, MachineActs } from '../../../routing/acts.ts';
import { firstPages } from '../../../routing/first-pages.ts';
import type { MachineActionReads } from '../../../routing/machine-actions.ts';
import type { MachineReads } from '../../../routing/machines.ts';
import type { CallScope } from '../../../scope.ts';
import { repeatMs } from '../../../store/namespaces.ts';
import type { CorrelationTag } from '../../once/correlation.ts';
import type { MachineActionResult } from '../../payloads.ts';
import { type ActKind, begun, type Ended, stopped } from '../../pipeline/kind.ts';
import { isRecent } from '../../pipeline/look.ts';
import { sendEach } from '../../pipeline/send-each.ts';
import { type LiveResponseQueue, QueuedError } from '../../queue/queue.ts';
import type { OutcomeFinders } from '../../recovery/outcomes.ts';
import { errorRow } from '../../results.ts';
import { alreadyIn, type Precondition, type Silence, type StateEffect } from './preconditions.ts';
import { createSendOne, otherUnderWay, type SendAct, type SendOneParts } from './send-one.ts';
import { canonical, lookAtMachines, type PlannedMachine, planMachines, readTargets } from './targets.ts';

/** A machine that is acted on. */
export interface MachineTarget extends PlannedMachine {
  /** In the comment of what is sent to it. */
  readonly tag: CorrelationTag;
}

/** What is known of an act on machines beside its input. */
export interface MachineActFacts<Particulars> {
  /** As Defender lists it. */
  readonly type: MachineActionType;
  /** Whether an action of the type is the very one that is asked for; without it every one is. */
  readonly isSame?: (action: MachineAction, particulars: Particulars) => boolean;
  readonly preconditions: readonly Precondition<Particulars>[];
  readonly effect?: StateEffect;
}

/** One act on machines, its input checked. */
export interface MachineJob<Particulars> {
  readonly facts: MachineActFacts<Particulars>;
  readonly particulars: Particulars;
  readonly capability: Capability;
  readonly tenant: Tenant;
  readonly asked: readonly string[];
  readonly comment: string;
  readonly send: SendAct;
  /** Null: the caller sees every machine. */
  readonly visibility: MachineVisibility | null;
  /** Who may act on a machine and not read it does not learn of it by acting. Null: the caller reads every machine. */
  readonly readable: MachineVisibility | null;
  readonly tagOf: (machineId: string) => CorrelationTag;
  /** Given: it has to wait for its turn, until then (epoch milliseconds) or until its caller leaves. */
  readonly turn: { readonly queue: LiveResponseQueue; readonly until: number; readonly scope: CallScope } | null;
}

export interface MachineKindParts extends SendOneParts {
  readonly machines: MachineReads;
  readonly machineActions: MachineActionReads;
  readonly acts: MachineActs;
  readonly finders: OutcomeFinders;
  readonly log: Log;
}

/** Actions that are listed at a time, and pages that are looked at: a state is told by all actions or by none. */
const listed = 1000;
const maxPages = 10;

/**
 * Acts on machines, found again by the correlation tag in their comment. Calls: 1 a machine; before them 1 to read 39, 1 to list
 * what was done of the kind to 20 unless the act waits for its turn, and 1 for 20 with an idempotency key. 100 machines: 108.
 */
export const createMachineKind = (parts: MachineKindParts) => {
  const { machines, machineActions, acts, clock, finders, log } = parts;
  const sendOne = createSendOne(parts);

  return <Particulars>(job: MachineJob<Particulars>): ActKind<MachineTarget, MachineAction, MachineActionResult> => {
    const { facts, particulars, tenant, asked, comment, visibility, readable } = job;
    const { type, effect } = facts;

    const tagged = (machine: PlannedMachine): MachineTarget => ({ ...machine, tag: job.tagOf(machine.id) });

    const subjectOf = ({ id, tag }: MachineTarget) =>
      ({ kind: 'machineAction', machineId: id, type, mark: tag.text }) as const;

    const isSame = (action: MachineAction): boolean => facts.isSame?.(action, particulars) ?? true;

    const unmet = (machine: Machine): GatewayError | null => {
      for (const precondition of facts.preconditions) {
        const error = precondition(machine, particulars);
        if (error !== null) return error;
      }
      return null;
    };

    /** The actions of the machines that tell their state, and what is under way: whole, or else the newest. Calls: 1 for 20. */
    const actionsOf = async (
      targets: readonly MachineTarget[],
      isWhole: boolean,
      scope: CallScope,
    ): Promise<readonly MachineAction[]> => {
      const types = effect === undefined ? [type] : Object.values(machineStates[effect.of]);
      const filter = { machineId: targets.map(({ id }) => id), type: types };
      const opened = await machineActions.open(tenant, filter, { from: { kind: 'start' }, top: listed }, scope);
      const { items, isAll } = await firstPages(opened, isWhole ? maxPages : 1);
      if (isAll || (!isWhole && opened.remark === undefined)) return items;
      const why = opened.remark ?? `they are more than ${items.length}`;
      throw new UpstreamError('UPSTREAM_REJECTED', `Not all actions of the machines were read: ${why}`, {
        tenant: tenant.name,
        api: 'mde',
      });
    };

    const stateOf = (
      { id, machine }: MachineTarget,
      actions: readonly MachineAction[],
      isDryRun: boolean,
      silence: Silence,
    ): Ended<MachineAction> | null => {
      const own = actions.filter(({ machineId }) => canonical(machineId) === canonical(id));
      const running = own.find(
        (action) => action.type === type && isUnderWay(action) && (isDryRun || isRecent(action.createdAt, clock)),
      );
      if (running !== undefined)
        return isSame(running) ? begun(running, 'UNDER_WAY') : stopped('REFUSED', otherUnderWay(running));
      const since = clock.now() - actionsKeptMs;
      const error =
        effect === undefined
          ? null
          : alreadyIn(effect, { machineId: id, machine, actions: own, since, silence }, isSame);
      return error === null ? null : stopped('REFUSED', error);
    };

    /** Where an act stands that has to wait for what is under way, and is given no time to. */
    const turnOf = (state: Ended<MachineAction> | null): Ended<MachineAction> | null => {
      if (state?.outcome !== 'UNDER_WAY' || job.turn === null || job.turn.until > clock.now()) return state;
      const queued = { reason: 'MACHINE_BUSY', waitedMs: 0, behind: state.shown } as const;
      return { ...stopped('NOT_BEGUN', new QueuedError(tenant, queued, false), state.shown), queued };
    };

    const lookAtActions = async (targets: readonly MachineTarget[], isDryRun: boolean, scope: CallScope) => {
      // What waits for its turn sees what is under way when it comes to it.
      if (!isDryRun && job.turn !== null) return targets.map(() => null);
      const actions = await actionsOf(targets, isDryRun, scope);
      // That actions say nothing is no reason to keep an act from Microsoft: not all that is done to a machine is listed.
      const silence = isDryRun ? 'BY_AGE' : 'UNTOLD';
      return targets.map((target) => turnOf(stateOf(target, actions, isDryRun, silence)));
    };

    /** The reason why Microsoft said no, in our words where the machine or its actions show it. */
    const explained = async (
      { id, machine: known }: MachineTarget,
      ended: Ended<MachineAction>,
      scope: CallScope,
    ): Promise<Ended<MachineAction>> => {
      const { error } = ended;
      if (ended.outcome !== 'FAILED' || error?.details.upstreamStatus !== 400) return ended;
      try {
        const target = tagged({ id, machine: known });
        const machine = known ?? (await readTargets(machines, tenant, [id], scope)).get(canonical(id))?.machine ?? null;
        const why =
          (machine && unmet(machine)) ??
          stateOf(target, await actionsOf([target], true, scope), true, 'NOTHING_THERE')?.error ??
          null;
        if (why === null || why.code === error.code) return ended;
        return { ...ended, error: retold(error, `${why.message}. ${error.message}`, why.code) };
      } catch (err) {
        log.debug('Why an act was refused could not be looked up', { tenant: tenant.name, err });
        return ended;
      }
    };

    return {
      isUnmistakable: true,
      subjectOf,
      machineOf: ({ machine }) => machine,

      plan: async (reading, scope) => {
        const plans = await planMachines({ machines, tenant, asked, visibility, reading }, scope);
        return plans.map(({ target, ...planned }) => ({ ...planned, target: tagged(target) }));
      },

      check: ({ machine }) => {
        const error = machine === null ? null : unmet(machine);
        return error === null ? null : stopped('REFUSED', error);
      },

      before: () => null,
      refusal: (scope) => acts.refusal(tenant, job.capability, scope),

      looks: [lookAtMachines({ machines, log }, tenant, unmet), lookAtActions],

      find: (sought, scope) =>
        finders.machineAction(
          tenant,
          sought.map(({ target, ...one }) => ({ ...one, subject: subjectOf(target) })),
          scope,
        ),

      recall: async (done, scope) => {
        const ids = done.flatMap(({ end }) => end.actionId ?? []);
        // Taken without a word which action it became: by now it may be listed.
        const unnamed = done.filter(({ end }) => end.actionId === null).map(({ target }) => target);
        const since = clock.now() - repeatMs;
        const sought = unnamed.map((target) => ({ subject: subjectOf(target), since, settled: false }));
        try {
          const found = await machineActions.byIds(tenant, ids, scope);
          const looked = sought.length === 0 ? [] : await finders.machineAction(tenant, sought, scope);
          return done.map(({ target, end }) => {
            const one = end.actionId === null ? looked[unnamed.indexOf(target)] : found.get(end.actionId);
            if (one === undefined || one === null || one instanceof Error) return null;
            return 'shown' in one ? one.shown : one;
          });
        } catch (err) {
          log.warn('Actions that were begun earlier could not be read', { tenant: tenant.name, err });
          return done.map(() => null);
        }
      },

      send: (sendings) =>
        sendEach(
          sendings,
          async ({ target, scope, renew }) => {
            const place = { tenant, machineId: target.id, type };
            const ended = await sendOne({
              place,
              send: job.send,
              isSame,
              comment,
              tag: target.tag,
              scope,
              renew,
              turn: job.turn,
            });
            return explained(target, ended, scope);
          },
          // Who waits for a turn must not keep others from theirs.
          job.turn === null ? undefined : sendings.length,
        ),

      result: ({ target: { id, machine } }, { outcome, error, shown, queued = null }) => ({
        tenant: tenant.name,
        machineId: id,
        machine: machine === null || readable === null || readable(machine) ? machine : null,
        action: shown,
        alreadyUnderWay: outcome === 'UNDER_WAY' || (queued !== null && error !== null && shown !== null),
        queued,
        waitedSeconds: 0,
        outcome,
        error: errorRow(error, log),
      }),
    };
  };
};
