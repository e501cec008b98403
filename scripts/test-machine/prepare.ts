import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The machine that the tests are to run on. */
export interface TestMachine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  /** Runs a command to its end; throws when it fails. */
  run(command: string, args: readonly string[]): void;
}

type Env = TestMachine['env'];

/** What the tests need: the Debian package, and whether its program is there. */
const needs = [
  { package: 'redis-server', isHere: (env: Env) => onPath('redis-server', env) },
  // As in test/support/browser.ts.
  { package: 'chromium', isHere: ({ CHROMIUM_PATH = '/usr/bin/chromium' }: Env) => isProgram(CHROMIUM_PATH) },
] as const;

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const onPath = (program: string, { PATH = '' }: Env): boolean =>
  PATH.split(delimiter).some((folder) => folder !== '' && isProgram(join(folder, program)));

const missing = (env: Env) => needs.filter(({ isHere }) => !isHere(env));

/** Why the tests cannot run here, in a sentence; `null` when they can, perhaps since what was missing is installed now. */
export const prepareMachine = ({ env, isRoot, run }: TestMachine): string | null => {
  const before = missing(env);
  if (before.length === 0) return null;
  const browser = env.CHROMIUM_PATH;
  if (browser !== undefined && !isProgram(browser)) {
    return `CHROMIUM_PATH is ${browser}, and there is no program: let it name one, or unset it.`;
  }
  const packages = before.map((need) => need.package);
  const advice = `apt-get install ${packages.join(' ')}`;
  if (!isRoot || !onPath('apt-get', env)) {
    return `The tests need ${packages.join(' and ')}: install them (Debian, as root: ${advice}; a browser elsewhere: CHROMIUM_PATH).`;
  }
  try {
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  } catch (error) {
    return `The tests need ${packages.join(' and ')}, and "${advice}" failed: ${error instanceof Error ? error.message : error}`;
  }
  const after = missing(env).map((need) => need.package);
  return after.length === 0 ? null : `"${advice}" brought no program of ${after.join(' and ')}: install it by hand.`;
};
