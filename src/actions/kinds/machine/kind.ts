import type { MachineAction } from '../../../domain/machine-action.ts';
import { actionPatienceMs } from '../../../scope/patience.ts';
import type { CallScope } from '../../../scope.ts';
import { repeatMs } from '../../../store/namespaces.ts';
import { randomTag, tagOf } from '../../once/correlation.ts';
import { tagOwnerOf } from '../../once/key-owner.ts';
import type { MachineActionResult } from '../../payloads.ts';
import { type ActionKind, foundBy, refusedFor } from '../../pipeline/kind.ts';
import { sendEach } from '../../pipeline/send-each.ts';
import type { MachineJob, MachineTarget } from './job.ts';
import { createMachineLooks } from './looks.ts';
import { createSendOne } from './send-one.ts';
import { lookAtMachines, onMachines } from './targets.ts';

/**
 * Actions on machines, found again by the correlation tag in their comment. Calls: 1 a machine, and before them
 * - 1 to read 39; where some are not there 1 more, and 1 for each of ten of these;
 * - unless the action waits in a queue, 2 to list what was done of the kind; of a tenant with more than 1,000 such actions 1 for 13 or
 *   15, and 1 more where anything was;
 * - the same once more with an idempotency key;
 * - 1 to list the library, where the commands of a session name a file.
 *
 * 100 machines: 105 to 119, with a key 111 to 135, and 11 more where ten are not there. An action that is refused with 400 costs up
 * to 3 more, to tell why.
 */
export const machineKind = <Particulars>(
  job: MachineJob<Particulars>,
): ActionKind<MachineTarget, MachineAction, MachineActionResult> => {
  const { facts, particulars, asked, comment } = job;
  const { parts, acting, tenant, input, mutation } = job.mutation;
  const { actions, clock, finders, recentStates, log, queue } = parts;
  const { machineActions } = parts.reads;
  const { type, effect, call } = facts;
  const sendOne = createSendOne(parts);
  const { told, ...machines } = onMachines(job.mutation, facts.permission, asked);

  const isSame = (action: MachineAction): boolean => facts.isSame?.(action, particulars) ?? true;
  const { unmet, lookAtActions, lookAtRest, explained } = createMachineLooks(job, isSame);
  const inQueue = facts.isQueued === true ? { queue, until: job.until, scope: job.mutation.scope } : null;

  /** What waits in the queue waits for a quota no longer than for the rest. */
  const patient = (scope: CallScope): CallScope => {
    if (inQueue === null) return scope;
    const leftMs = Math.max(0, inQueue.until - clock.now());
    const { readMs, actionMs } = scope.patience ?? { readMs: leftMs, actionMs: actionPatienceMs };
    return { ...scope, patience: { readMs, actionMs: Math.min(actionMs, leftMs) } };
  };

  const { idempotencyKey: key } = input;
  const owner = tagOwnerOf(acting);
  const tagFor = (machineId: string) =>
    key == null ? randomTag() : tagOf([...owner, mutation, key, tenant.name, machineId]);

  const subjectOf = ({ id, tag }: MachineTarget) =>
    ({ kind: 'machineAction', machineId: id, type, mark: tag.text }) as const;

  return {
    isUnmistakable: true,
    ...foundBy(tenant, subjectOf, finders.machineAction),
    ...machines,

    plan: async (reading, scope) => {
      const plans = await machines.plan(reading, scope);
      return plans.map(({ target, ...planned }) => ({ ...planned, target: { ...target, tag: tagFor(target.id) } }));
    },

    check: ({ machine }) => refusedFor(unmet(machine)),
    capability: call.capability,
    looks: [lookAtMachines(job.mutation, unmet), lookAtActions, lookAtRest],

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
        async ({ target, scope, renew, isRepeat }) => {
          const { id, tag } = target;
          const ended = await sendOne({
            ...{ place: { tenant, machineId: id, type }, isSame, comment, tag, scope, isRepeat, renew, inQueue },
            send: (text) => actions.send(call, tenant, id, { ...particulars, comment: text }, patient(scope)),
          });
          if (effect !== undefined && (ended.outcome === 'DONE' || ended.outcome === 'UNKNOWN')) {
            await recentStates.note(tenant, id, effect, clock.now());
          }
          return explained(target, ended, scope);
        },
        // Who waits in the queue must not keep others from it.
        inQueue === null ? undefined : sendings.length,
      ),

    result: ({ target: { id, machine } }, ended) => {
      const { outcome, error, shown: action, queued = null } = ended;
      const alreadyUnderWay = outcome === 'UNDER_WAY' || (queued !== null && error !== null && action !== null);
      return { ...told(id, machine, ended), action, alreadyUnderWay, queued, waitedSeconds: 0 };
    },
  };
};
