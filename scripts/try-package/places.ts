import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { type CommandLine, succeed } from './running.ts';

/** The versions of Node that the package has to run on. */
export const nodeVersions = ['20', '22', '24'] as const;

/** A version of Node that the package has to run on. */
export type NodeVersion = (typeof nodeVersions)[number];

/** Where the package is tried. */
export interface Places {
  /** An empty folder in which the package was installed, as npm does it. */
  readonly installed: string;
  /** The repository after `npm ci --ignore-scripts`. */
  readonly cloned: string;
  /** The environment of a shell whose `node` is this one, and that npm did not start. */
  envOf(version: NodeVersion): NodeJS.ProcessEnv;
}

const repository = new URL('../../', import.meta.url).pathname;
const notCopied = new Set(['.git', 'node_modules', 'build', 'coverage', 'data']);

/** What npm sets for its scripts says nothing to those who type a command; where it keeps packages does. */
const kept = /^npm_config_(cache|registry)$/;
const dropped = /^(npm_|PORT$|HOST$|NODE_ENV$|NODE_OPTIONS$|DEFENDER_)/;

const shellEnv = (nodeFolder?: string): NodeJS.ProcessEnv => {
  const entries = Object.entries(process.env).filter(([name]) => kept.test(name) || !dropped.test(name));
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !/node_modules|node-gyp/.test(folder));
  return {
    ...Object.fromEntries(entries),
    // It would say so between what is compared.
    npm_config_update_notifier: 'false',
    PATH: [...(nodeFolder === undefined ? [] : [nodeFolder]), ...path].join(delimiter),
  };
};

const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];

/** The versions of Node as the registry has them; no install script is needed for these. */
const installNodes = async (folder: string): Promise<void> => {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const system = `node-${process.platform}-${process.arch}`;
  const named = nodeVersions.map((version) => `node${version}@npm:${system}@${version}`);
  await succeed({ command: ['npm', 'install', ...quiet, ...named], cwd: folder, env: shellEnv() });
};

/** Packs the repository and installs it in a folder that has nothing else, without what only develops. */
const installPackage = async (root: string): Promise<string> => {
  const packed: CommandLine = {
    command: ['npm', 'pack', '--pack-destination', root, ...quiet],
    cwd: repository,
    env: shellEnv(),
  };
  await succeed(packed);
  const file = readdirSync(root).find((name) => name.endsWith('.tgz')) ?? '';
  const folder = join(root, 'installed');
  mkdirSync(folder);
  await succeed({ command: ['npm', 'install', '--omit=dev', ...quiet, `../${file}`], cwd: folder, env: shellEnv() });
  return folder;
};

const cloneWithoutScripts = async (root: string): Promise<string> => {
  const folder = join(root, 'cloned');
  cpSync(repository, folder, { recursive: true, filter: (source) => !notCopied.has(relative(repository, source)) });
  const command = ['npm', 'ci', '--ignore-scripts', '--omit=dev', ...quiet];
  await succeed({ command, cwd: folder, env: shellEnv() });
  return folder;
};

/** Makes them in an empty folder. Takes the time of three installs. */
export const preparePlaces = async (root: string): Promise<Places> => {
  // Everybody may look into it.
  chmodSync(root, 0o755);
  const nodes = join(root, 'nodes');
  const [installed, cloned] = await Promise.all([installPackage(root), cloneWithoutScripts(root), installNodes(nodes)]);
  if (existsSync(join(installed, 'node_modules', 'vitest'))) throw new Error('--omit=dev installed what only develops');
  return {
    installed,
    cloned,
    envOf: (version) => shellEnv(join(nodes, 'node_modules', `node${version}`, 'bin')),
  };
};
