import type { Tenant } from '../../../config/tenants.ts';
import { compareTimes } from '../../../domain/time.ts';
import { asGatewayError, type GatewayError, isSurelyNotSent, retold, UpstreamError } from '../../../errors.ts';
import { type FoundInvestigation, goesOn, investigationsOn } from '../../../routing/investigations-of-machines.ts';
import { canonical } from '../../../routing/named-machines.ts';
import type { CallScope } from '../../../scope.ts';
import { checkComment } from '../../check-input.ts';
import { lookAgain } from '../../committed-scope.ts';
import type { StartInvestigationInput } from '../../inputs.ts';
import type { InvestigationResult } from '../../payloads.ts';
import {
  type ActionKind,
  done,
  type Ended,
  foundBy,
  refusedFor,
  type Sending,
  stopped,
  unanswered,
} from '../../pipeline/kind.ts';
import { isRecent } from '../../pipeline/look.ts';
import { sendEach } from '../../pipeline/send-each.ts';
import { isBusy } from '../../queue/waiting.ts';
import { type TenantMutation, tenantAction } from '../../tenant-action.ts';
import { firstUnmet, onboarded, onWindows, refusing } from '../machine/preconditions.ts';
import {
  failedOn,
  lookAtMachines,
  machinesNamed,
  machinesNow,
  onMachines,
  type PlannedMachine,
} from '../machine/targets.ts';

/** What is told of an investigation: the rest is read when it is asked for. */
interface Named {
  readonly investigationId: string;
}

/**
 * Starts of investigations, found again by machine and time: they keep no comment. Calls: 1 a machine, before them 1 to
 * read 39 machines and 1 to look at what runs on 20 of them.
 */
const investigationKind = (
  mutation: TenantMutation<StartInvestigationInput>,
  {
    asked,
    comment,
    isForced,
  }: { readonly asked: readonly string[]; readonly comment: string; readonly isForced: boolean },
): ActionKind<PlannedMachine, Named, InvestigationResult> => {
  const { parts, tenant } = mutation;
  const { actions, finders, reads, clock } = parts;
  const { told, ...machines } = onMachines(mutation, 'investigation:start', asked);
  const subjectOf = ({ id }: PlannedMachine) => ({ kind: 'investigation', machineId: id }) as const;
  const named = (one: Named): Ended<Named> => done(one, one.investigationId);

  const unmetAnyhow = firstUnmet([onboarded, onWindows], null);
  const unmet = refusing(unmetAnyhow, isForced);

  const lookAtRunning = async (targets: readonly PlannedMachine[], isDryRun: boolean, scope: CallScope) => {
    if (isForced) return targets.map(() => null);
    const ids = targets.map(({ id }) => id);
    const { byMachine, isAll } = await running(ids, scope);
    if (isDryRun && !isAll) throw notAll(tenant);
    return ids.map((id) => {
      const one = byMachine.get(canonical(id));
      return one !== undefined && (isDryRun || isRecent(one.startTime, clock)) ? underWay(one) : null;
    });
  };

  /** What runs on machines, the last that was begun of each, and whether all of it is known. */
  const running = async (ids: readonly string[], scope: CallScope) => {
    const { items, isAll } = await investigationsOn(reads.investigations, tenant, ids, scope);
    const lastFirst = items.filter(goesOn).sort((a, b) => compareTimes(b.startTime, a.startTime));
    const byMachine = new Map<string, FoundInvestigation>();
    for (const one of lastFirst) {
      if (one.machineId !== null && !byMachine.has(one.machineId)) byMachine.set(one.machineId, one);
    }
    return { byMachine, isAll };
  };

  const underWay = (one: Named): Ended<Named> => ({ ...named(one), outcome: 'UNDER_WAY' });

  const look = <T>(find: (within: CallScope) => Promise<T>, scope: CallScope) =>
    lookAgain(parts, 'An investigation could not be looked for', { tenant: tenant.name }, scope, find);

  /** The reason why Microsoft said no, in our words where the machine shows it. */
  const explained = async (target: PlannedMachine, error: GatewayError, scope: CallScope): Promise<GatewayError> => {
    if (error.details.upstreamStatus !== 400) return error;
    const machine = (await machinesNow(mutation, [target.id], scope)).get(canonical(target.id)) ?? target.machine;
    const why = machine === null ? null : unmetAnyhow(machine);
    if (why === null || why.code === error.code) return error;
    return retold(error, `${why.message}. ${error.message}`, why.code);
  };

  const sendOne = async ({ target, renew, scope }: Sending<PlannedMachine>): Promise<Ended<Named>> => {
    const { id } = target;
    const at = clock.now();
    const findSent = () =>
      look(async (within) => {
        const sought = { subject: subjectOf(target), since: at, settled: false };
        const [found = null] = await finders.investigation(tenant, [sought], within);
        if (found instanceof Error) throw found;
        return found?.shown ?? null;
      }, scope);
    try {
      await renew();
      const investigationId = await actions.startInvestigation(tenant, id, comment, scope);
      if (investigationId !== null) return named({ investigationId });
      const sent = await findSent();
      return sent == null ? done<Named>(null) : named(sent);
    } catch (thrown) {
      const error = asGatewayError(thrown);
      if (!isSurelyNotSent(error)) {
        const sent = await findSent();
        return sent == null
          ? stopped('UNKNOWN', unanswered(error, 'started', "look at the machine's investigations"))
          : named(sent);
      }
      if (isBusy(error)) {
        const one = await look(async (s) => (await running([id], s)).byMachine.get(canonical(id)), scope);
        return one == null ? stopped('FAILED', busy(error)) : underWay(one);
      }
      return failedOn(tenant, id, await explained(target, error, scope));
    }
  };

  return {
    ...foundBy(tenant, subjectOf, finders.investigation),
    ...machines,

    check: ({ machine }) => refusedFor(unmet(machine)),
    capability: 'investigations.start',

    looks: [lookAtMachines(mutation, unmet), lookAtRunning],

    recall: async (done) => done.map(({ end }) => (end.actionId === null ? null : { investigationId: end.actionId })),

    send: (sendings) => sendEach(sendings, sendOne),

    result: ({ target: { id, machine } }, ended) => ({
      ...told(id, machine, ended),
      investigationId: ended.shown?.investigationId ?? null,
    }),
  };
};

const notAll = ({ name }: Tenant): GatewayError =>
  new UpstreamError('UPSTREAM_REJECTED', 'Not all investigations of the machines were read', {
    tenant: name,
    api: 'mde',
  });

const busy = (error: GatewayError): GatewayError =>
  retold(error, 'The machine is busy with an investigation that is not listed, or that has just ended', 'CONFLICT');

/** initiate-autoir-investigation.md */
export const startInvestigation = tenantAction({
  guardrail: 'startInvestigation',
  permission: 'investigation:start',
  read: 'machine:read',
  targetsOf: ({ machineIds }: StartInvestigationInput) => machineIds,
  order: (mutation) => {
    const { parts, input } = mutation;
    const asked = machinesNamed(parts, input.machineIds);
    const comment = checkComment(input.comment);
    const isForced = input.force === true;
    const kind = investigationKind(mutation, { asked, comment, isForced });
    return { asked, comment, kind, particulars: { comment, ...(isForced && { force: true }) } };
  },
});
