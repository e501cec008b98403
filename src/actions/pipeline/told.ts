import type { Log } from '../../log.ts';
import { errorRow } from '../results.ts';
import { type ActionTarget, type Ended, type Planned, stopped } from './kind.ts';
import type { Order } from './order.ts';

/** What is told of each name, in the order in which they were asked for. `readable`: what is shown of it; null: all. */
export const createResults =
  <Target extends ActionTarget, Shown, Result>({ asked, kind }: Order<Target, Shown, Result>, log: Log) =>
  (
    plans: readonly Planned<Target>[],
    ends: ReadonlyMap<string, Ended<Shown>>,
    readable: ReadonlySet<Shown> | null,
  ): readonly Result[] => {
    const byName = new Map(plans.map((planned) => [planned.asked, planned]));
    return asked.flatMap((name) => {
      const planned = byName.get(name);
      if (planned === undefined) return [];
      const { target, error } = planned;
      const ended = ends.get(target.id) ?? (error === null ? undefined : stopped<Shown>('FAILED', error));
      if (ended === undefined) return [];
      const isReadable = readable === null || (ended.shown !== null && readable.has(ended.shown));
      const shown = isReadable ? ended.shown : null;
      return [kind.result(planned, { ...ended, shown, error: errorRow(ended.error, log) })];
    });
  };
