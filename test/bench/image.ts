import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Sources as the image has them. */
export interface ImageSources {
  /** Address of the folder of the benchmark among them, which ends in a slash. */
  readonly bench: string;
  readonly root: string;
  remove(): void;
}

const repository = fileURLToPath(new URL('../../', import.meta.url));
const [sources, stripped] = [
  ['src', 'resolvers', 'schema', 'test/bench', 'package.json'],
  ['src', 'resolvers', 'test/bench'],
];

/** A node without what strips types, in the memory that the container has. */
export const imageFlags = ['--max-semi-space-size=4'] as const;

/** Copies the sources into a folder of their own, without types. */
export const stripSources = (): ImageSources => {
  const root = mkdtempSync(join(tmpdir(), 'defender-gateway-image-'));
  for (const name of sources) cpSync(join(repository, name), join(root, name), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  const strip = ['--disable-warning=ExperimentalWarning', join(repository, 'scripts/strip-types.ts'), ...stripped];
  execFileSync(process.execPath, strip, { cwd: root, stdio: 'ignore' });
  return {
    root,
    bench: `${pathToFileURL(join(root, 'test/bench')).href}/`,
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
};
