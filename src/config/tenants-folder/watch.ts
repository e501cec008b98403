import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** A file is written in steps, and several are put there together: this long nothing has to change. */
const quietMs = 250;

/** Who changes files all the time is not waited for longer. */
const mostQuietMs = 2000;

/** Some file systems tell of no changes, as those of other machines: the folder is looked at so often in any case. */
const usualMs = 60_000;

/** How a folder is watched. */
export interface WatchOptions {
  /** What is done when something may have changed; one at a time. Must not reject. */
  readonly look: () => Promise<void>;
  /** Told once when the system tells of no changes in the folder. */
  readonly onUnwatched: (error: unknown) => void;
}

/** A folder that is watched. */
export interface Watched {
  /** Looks now; resolves when a look that began after the call has ended. */
  lookNow(): Promise<void>;
  /** Resolves when no look is under way any more. */
  stop(): Promise<void>;
}

/**
 * Looks at a folder when something in it changes, also when it is replaced as a whole or a link in it is set to another place, as
 * Kubernetes does with what it mounts; and once a minute.
 */
export const watchFolder = (folder: string, { look, onUnwatched }: WatchOptions): Watched => {
  let timer: NodeJS.Timeout | undefined;
  let firstAt: number | undefined;
  let going: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let isStopped = false;
  let isTold = false;
  let inside: FSWatcher | undefined;

  const lookNow = (): Promise<void> => {
    if (isStopped) return going ?? Promise.resolve();
    if (going === undefined) {
      going = look().finally(() => {
        going = undefined;
      });
      return going;
    }
    next ??= going.then(() => {
      next = undefined;
      return lookNow();
    });
    return next;
  };

  const changed = (): void => {
    if (isStopped) return;
    const now = performance.now();
    firstAt ??= now;
    clearTimeout(timer);
    const waitMs = Math.max(0, Math.min(quietMs, firstAt + mostQuietMs - now));
    timer = setTimeout(() => {
      firstAt = undefined;
      void lookNow();
    }, waitMs);
    timer.unref();
  };

  const open = (path: string, onEvent: (name: string | null) => void): FSWatcher | undefined => {
    try {
      const watcher = watch(path, { persistent: false }, (_kind, name) => onEvent(name));
      watcher.on('error', () => {
        // E.g. it was removed; the next look finds out.
        watcher.close();
        changed();
      });
      return watcher;
    } catch (thrown) {
      if (!isTold) onUnwatched(thrown);
      isTold = true;
      return undefined;
    }
  };
  const openInside = (): void => {
    inside?.close();
    inside = open(folder, changed);
  };

  openInside();
  // It may be renamed, or a link to another folder be put in its place.
  const above = open(dirname(folder), (name) => {
    if (name !== basename(folder) || isStopped) return;
    openInside();
    changed();
  });
  const usual = setInterval(() => void lookNow(), usualMs);
  usual.unref();

  return {
    lookNow,
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      clearInterval(usual);
      inside?.close();
      above?.close();
      await Promise.all([going, next]);
    },
  };
};
