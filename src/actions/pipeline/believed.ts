import type { Tenant } from '../../config/tenants.ts';
import type { RecentStates } from '../once/recent-states.ts';
import type { ActionKind, ActionTarget, Ended, Look } from './kind.ts';

/**
 * The check and the looks of a kind, as far as they are believed: of a target that the gateway set otherwise a moment ago, a read that
 * shows it so already may be older than that. Then it is sent.
 */
export const believed = <Target extends ActionTarget, Shown>(
  { subjectOf, check, looks = [] }: Pick<ActionKind<Target, Shown, unknown>, 'subjectOf' | 'check' | 'looks'>,
  recentStates: Pick<RecentStates, 'isSetOtherwise'>,
  tenant: Tenant,
) => {
  const orNone = async (target: Target, ended: Ended<Shown> | null): Promise<Ended<Shown> | null> => {
    const subject = subjectOf(target);
    const { code } = ended?.error ?? {};
    const isSo = code === 'ALREADY_IN_STATE' || (code === 'NOT_FOUND' && subject.kind === 'libraryDeletion');
    return isSo && (await recentStates.isSetOtherwise(tenant, subject)) ? null : ended;
  };
  return {
    checks: async (targets: readonly Target[]): Promise<ReadonlyMap<string, Ended<Shown>>> => {
      const checked = await Promise.all(targets.map((target) => orNone(target, check?.(target) ?? null)));
      return new Map(
        targets.flatMap(({ id }, place) => {
          const ended = checked[place] ?? null;
          return ended === null ? [] : [[id, ended] as const];
        }),
      );
    },
    looks: looks.map(
      (look): Look<Target, Shown> =>
        async (targets, ...how) => {
          const told = await look(targets, ...how);
          return Promise.all(targets.map((target, place) => orNone(target, told[place] ?? null)));
        },
    ),
  };
};
