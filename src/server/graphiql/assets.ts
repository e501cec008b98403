import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One static file of the GraphiQL page. */
export interface Asset {
  /** URL path below `/graphiql/`, with the version in it, so that browsers may keep it for ever. */
  readonly path: string;
  readonly folder: string;
  readonly file: string;
}

/** The files of the GraphiQL page in the order in which they load. */
export interface GraphiqlAssets {
  readonly scripts: readonly Asset[];
  readonly styles: readonly Asset[];
  /** The module that starts the page, after the scripts. */
  readonly start: Asset;
  /** What it imports. */
  readonly modules: readonly Asset[];
}

/** Finds the files in the installed packages: nothing comes from a CDN, and nothing is bundled. */
export const findGraphiqlAssets = (): GraphiqlAssets => {
  const own = ownFiles();
  const ownFile = (name: string): Asset => {
    const found = own.find(({ file }) => file === name);
    if (found === undefined) throw new TypeError(`No ${name} in ${ownFolder}`);
    return found;
  };
  return {
    scripts: [
      packageFile('react', 'umd/react.production.min.js'),
      packageFile('react-dom', 'umd/react-dom.production.min.js'),
      packageFile('graphiql', 'graphiql.min.js'),
    ],
    styles: [packageFile('graphiql', 'graphiql.min.css'), ownFile('page.css')],
    start: ownFile('start.js'),
    modules: own.filter(({ file }) => file.endsWith('.js') && file !== 'start.js'),
  };
};

const require = createRequire(import.meta.url);

const packageFile = (name: string, file: string): Asset => {
  const manifest = require.resolve(`${name}/package.json`);
  const { version } = readManifest(manifest);
  const path = `${name}-${version}/${file.replace(/^.*\//, '')}`;
  return { path, folder: dirname(manifest), file };
};

const readManifest = (path: string): { readonly version: string } => {
  const manifest: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    return { version: String(manifest.version) };
  }
  throw new TypeError(`No version in ${path}`);
};

const ownFolder = fileURLToPath(new URL('./browser/', import.meta.url));

/** Our own files have no version: a hash of what is in all of them stands for it, as modules name each other without it. */
const ownFiles = (): readonly Asset[] => {
  const files = readdirSync(ownFolder).toSorted();
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(ownFolder, file)));
  const version = hash.digest('hex').slice(0, 12);
  return files.map((file) => ({ path: `gateway-${version}/${file}`, folder: ownFolder, file }));
};
