import type { AuditLog } from '../../src/audit/record.ts';
import type { Clock } from '../../src/clock.ts';
import type { Space } from '../../src/store/space.ts';
import type { Store } from '../../src/store/store.ts';

/** Where a process dies: before the so manieth thing that outlives it, from 1, or after that took effect. */
export interface Death {
  readonly nth: number;
  readonly moment: 'before' | 'after';
}

/** The life of one process: what it says to store, audit and Microsoft passes here, and nothing of it once it is dead. */
export interface Life {
  isDead(): boolean;
  /** Resolves when it is dead. */
  readonly ended: Promise<void>;
  kill(): void;
  /** It dies at that step, counted from now. */
  killAt(death: Death | null): void;
  /** One step of the process. Of a dead one it is not done, and never resolves. */
  through<T>(work: () => Promise<T>): Promise<T>;
}

const never = <T>(): Promise<T> => new Promise<T>(() => {});

export const createLife = (): Life => {
  let dead = false;
  let seen = 0;
  let death: Death | null = null;
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const kill = (): void => {
    dead = true;
    resolve();
  };
  return {
    isDead: () => dead,
    ended,
    kill,
    killAt: (given) => {
      seen = 0;
      death = given;
    },
    through: async <T>(work: () => Promise<T>): Promise<T> => {
      if (dead) return never();
      seen += 1;
      const isLast = death !== null && seen === death.nth;
      if (isLast && death?.moment === 'before') {
        kill();
        return never();
      }
      let result: T;
      try {
        result = await work();
      } catch (thrown) {
        return dead ? never() : Promise.reject(thrown);
      }
      if (isLast) kill();
      return dead ? never() : result;
    },
  };
};

const livingSpace = <T>({ through }: Life, space: Space<T>): Space<T> => ({
  get: (key) => through(() => space.get(key)),
  set: (key, value, ttlMs) => through(() => space.set(key, value, ttlMs)),
  add: (key, value, ttlMs) => through(() => space.add(key, value, ttlMs)),
  replace: (key, expected, value, ttlMs) => through(() => space.replace(key, expected, value, ttlMs)),
  remove: (key, expected) => through(() => space.remove(key, expected)),
  take: (...asked) => through(async () => space.take(...asked)),
  look: (...asked) => through(async () => space.look(...asked)),
  hold: (...asked) => through(() => space.hold(...asked)),
  renew: (...asked) => through(() => space.renew(...asked)),
  has: (key) => through(() => space.has(key)),
  keys: () => through(() => space.keys()),
  delete: (key) => through(() => space.delete(key)),
});

/** The store as this process sees it. */
export const livingStore = (life: Life, store: Store): Store => ({
  ...store,
  space: <T>(name: string, options = {}) => livingSpace(life, store.space<T>(name, options)),
  sorted: (name, options) => {
    const lists = store.sorted(name, options);
    return {
      ...lists,
      add: (list, member, how) => life.through(() => lists.add(list, member, how)),
      remove: (list, member) => life.through(() => lists.remove(list, member)),
      descending: (list, range) => life.through(() => lists.descending(list, range)),
      count: (list, from) => life.through(() => lists.count(list, from)),
    };
  },
  now: () => life.through(() => store.now()),
});

/** The audit log as this process sees it. */
export const livingAudit = (life: Life, audit: AuditLog): AuditLog => ({
  ...audit,
  append: (entries) => life.through(() => audit.append(entries)),
});

/** Time as this process sees it: a dead one does not wake. */
export const livingClock = (life: Life, clock: Clock): Clock => ({
  now: clock.now,
  sleep: (ms, signal) =>
    clock.sleep(ms, signal).then(
      () => (life.isDead() ? never() : undefined),
      (reason: unknown) => (life.isDead() ? never() : Promise.reject(reason)),
    ),
});
