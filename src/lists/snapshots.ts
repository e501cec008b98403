import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';

/** Whole lists that were read, kept for those who turn their pages; in this process, for a short while. */
export interface Snapshots<V> {
  /** Keeps `value`, of so many rows, for whoever asks `question`; `undefined` when it is too large to be kept. */
  keep(question: string, value: V, rows: number): string | undefined;
  /** `undefined` when it is gone, or was kept for another question. */
  find(id: string, question: string): V | undefined;
}

/** How long and how much. */
export interface SnapshotBounds {
  readonly lifeMs: number;
  readonly count: number;
  /** Of all snapshots together. */
  readonly rows: number;
}

/** Of each kind of list: long enough to turn pages; some tens of megabytes at most. */
const usualBounds: SnapshotBounds = { lifeMs: 180_000, count: 50, rows: 20_000 };

/** The oldest go first when there are too many. `question`: everything that the rows depend on, the caller's eyes included. */
export const createSnapshots = <V>(clock: Clock, bounds: SnapshotBounds = usualBounds): Snapshots<V> => {
  const kept = new Map<string, { question: string; value: V; rows: number; endsAt: number }>();
  let total = 0;

  const drop = (id: string): void => {
    total -= kept.get(id)?.rows ?? 0;
    kept.delete(id);
  };
  const makeRoom = (): void => {
    for (const [id, { endsAt }] of kept) {
      if (endsAt > clock.now() && total <= bounds.rows && kept.size <= bounds.count) return;
      drop(id);
    }
  };

  return {
    keep: (question, value, rows) => {
      if (rows > bounds.rows) return undefined;
      const id = randomUUID();
      kept.set(id, { question, value, rows, endsAt: clock.now() + bounds.lifeMs });
      total += rows;
      makeRoom();
      return id;
    },
    find: (id, question) => {
      const found = kept.get(id);
      if (found === undefined || found.question !== question || found.endsAt <= clock.now()) return undefined;
      return found.value;
    },
  };
};
