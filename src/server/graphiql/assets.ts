import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
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
}

/** Finds the files in the installed packages: nothing comes from a CDN, and nothing is bundled. */
export const findGraphiqlAssets = (): GraphiqlAssets => ({
  scripts: [
    packageFile('react', 'umd/react.production.min.js'),
    packageFile('react-dom', 'umd/react-dom.production.min.js'),
    packageFile('graphiql', 'graphiql.min.js'),
    ownFile('start.js'),
  ],
  styles: [packageFile('graphiql', 'graphiql.min.css'), ownFile('page.css')],
});

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

/** Our own files have no version: a hash of what is in them stands for it. */
const ownFile = (file: string): Asset => {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  const hash = createHash('sha256')
    .update(readFileSync(join(folder, file)))
    .digest('hex')
    .slice(0, 12);
  return { path: `gateway-${hash}/${file}`, folder, file };
};
