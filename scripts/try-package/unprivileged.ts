import { spawnSync } from 'node:child_process';
import type { CommandLine } from './running.ts';

/** Their numbers on Debian and its like. */
const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

/** Mounts a folder over itself, read-only, and goes on as the rest says. */
const readOnly = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"';

const can = (command: readonly string[]): boolean => {
  const [program = '', ...args] = command;
  return spawnSync(program, [...args, 'true']).status === 0;
};

/** How a command can be run here by a user who may write nothing; `null`: it cannot. */
export interface Unprivileged {
  /** What the tree is for that user, in words. */
  readonly tree: string;
  /** The same command, of that user, whose home there is not. */
  as(line: CommandLine): CommandLine;
}

/** Looks what this machine and user allow. */
export const unprivileged = (folder: string): Unprivileged | null => {
  if (process.getuid?.() !== 0 || !can(nobody)) return null;
  const mounted = ['unshare', '--mount', 'sh', '-c', readOnly, folder];
  const isMounted = can(mounted);
  const before = isMounted ? [...mounted, ...nobody] : nobody;
  return {
    tree: isMounted ? 'mounted read-only' : 'of another user',
    as: ({ command, cwd, env: { npm_config_cache, ...env } }) => ({
      command: [...before, ...command],
      cwd,
      env: { ...env, HOME: '/nonexistent' },
    }),
  };
};
