import { isUnderWay, type MachineAction } from '../../../domain/machine-action.ts';
import { actionsKeptMs, machineStates } from '../../../domain/machine-state.ts';
import { retold } from '../../../errors.ts';
import { readActionsOfMachines } from '../../../routing/actions-of-machines.ts';
import { canonical, readTargets } from '../../../routing/named-machines.ts';
import type { CallScope } from '../../../scope.ts';
import { begun, type Ended, stopped } from '../../pipeline/kind.ts';
import { isRecent } from '../../pipeline/look.ts';
import { QueuedError } from '../../queue/queue.ts';
import type { MachineJob, MachineTarget } from './job.ts';
import { alreadyIn, firstUnmet, refusing, type Silence, unlessForced } from './preconditions.ts';
import { otherUnderWay } from './send-one.ts';
import type { PlannedMachine } from './targets.ts';

/** Words of a refusal to undo what is not there; no page prints the sentence. */
const saysNothingThere =
  /nothing to undo|not (?:currently |been )?(?:isolated|restricted)|no (?:active )?(?:isolation|restriction)/i;

/** What speaks against an action on machines by what is known of them. `isSame`: whether a machine action did what is asked. */
export const createMachineLooks = <Particulars>(
  { facts, mutation, particulars, isForced, until }: MachineJob<Particulars>,
  isSame: (action: MachineAction) => boolean,
) => {
  const { tenant, parts } = mutation;
  const { reads, recentStates, clock, log } = parts;
  const { type, effect, isQueued = false } = facts;

  const unmetAnyhow = firstUnmet(facts.preconditions, particulars);

  /** The actions of the machines that tell their state, and what is under way: all of them, for no order of theirs is promised. */
  const actionsOf = async (ids: readonly string[], scope: CallScope): Promise<readonly MachineAction[]> => {
    if (ids.length === 0) return [];
    const types = effect === undefined ? [type] : Object.values(machineStates[effect.of]);
    return readActionsOfMachines(reads.machineActions, tenant, { machineId: ids, type: types }, scope);
  };

  const stateOf = async (
    { id, machine }: PlannedMachine,
    actions: readonly MachineAction[],
    isDryRun: boolean,
    silence: Silence,
  ): Promise<Ended<MachineAction> | null> => {
    const own = actions.filter(({ machineId }) => machineId === canonical(id));
    const running = own.find(
      (action) => action.type === type && isUnderWay(action) && (isDryRun || isRecent(action.createdAt, clock)),
    );
    if (running !== undefined) {
      return isSame(running) ? begun(running, 'UNDER_WAY') : stopped('REFUSED', otherUnderWay(running));
    }
    if (effect === undefined) return null;
    const since = clock.now() - actionsKeptMs;
    const already = alreadyIn(effect, { machineId: id, machine, actions: own, since, silence }, isSame);
    if (already === null) return null;
    const { telling, error } = already;
    const isUndone = telling !== null && (await recentStates.isUndone(tenant, id, effect, telling));
    return isUndone ? null : stopped('REFUSED', error);
  };

  /** Where an action stands that has to wait for what is under way, and is given no time to. */
  const waitingOf = (state: Ended<MachineAction> | null): Ended<MachineAction> | null => {
    if (state?.outcome !== 'UNDER_WAY' || !isQueued || until > clock.now()) return state;
    const queued = { reason: 'MACHINE_BUSY', waitedMs: 0, behind: state.shown } as const;
    return { ...stopped('NOT_BEGUN', new QueuedError(tenant, queued, false), state.shown), queued };
  };

  return {
    /** What Microsoft asks of a machine and it does not meet; null where it is forced. */
    unmet: refusing(unmetAnyhow, isForced),

    /** Where machines stand by their actions. */
    lookAtActions: async (targets: readonly MachineTarget[], isDryRun: boolean, scope: CallScope) => {
      // What waits in the queue sees what is under way when it leaves it.
      if (isForced || (!isDryRun && isQueued)) return targets.map(() => null);
      const actions = await actionsOf(
        targets.map(({ id }) => id),
        scope,
      );
      // That none is listed is no reason to keep an action from Microsoft: not all that is done to a machine is.
      const silence = isDryRun ? 'BY_AGE' : 'UNTOLD';
      return Promise.all(
        targets.map(async (target) => {
          const state = await stateOf(target, actions, isDryRun, silence);
          const isSo = state?.error?.code === 'ALREADY_IN_STATE';
          return waitingOf(isSo ? { ...state, error: unlessForced(state.error) } : state);
        }),
      );
    },

    /** What all machines are in want of, as a file that a session needs. */
    lookAtRest: async (targets: readonly MachineTarget[], _isDryRun: boolean, scope: CallScope) => {
      const error = isForced || targets.length === 0 ? null : await facts.missing?.(mutation, particulars, scope);
      return targets.map(() => (error == null ? null : stopped<MachineAction>('REFUSED', unlessForced(error))));
    },

    /** The reason why Microsoft said no, in our words where the machine or its actions show it. */
    explained: async (
      { id, machine: known }: PlannedMachine,
      ended: Ended<MachineAction>,
      scope: CallScope,
    ): Promise<Ended<MachineAction>> => {
      const { error } = ended;
      if (ended.outcome !== 'FAILED' || error?.details.upstreamStatus !== 400) return ended;
      try {
        const machine =
          known ?? (await readTargets(reads.machines, tenant, [id], scope)).get(canonical(id))?.machine ?? null;
        const silence = saysNothingThere.test(error.message) ? 'NOTHING_THERE' : 'UNTOLD';
        const state = async () => stateOf({ id, machine }, await actionsOf([id], scope), false, silence);
        const why = (machine && unmetAnyhow(machine)) ?? (await state())?.error ?? null;
        if (why === null || why.code === error.code) return ended;
        return { ...ended, error: retold(error, `${why.message}. ${error.message}`, why.code) };
      } catch (err) {
        log.debug('Why an action was refused could not be looked up', { tenant: tenant.name, err });
        return ended;
      }
    },
  };
};
