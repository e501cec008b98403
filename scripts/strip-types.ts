/**
 * `node scripts/strip-types.ts FOLDER`: the program without types, for where Node does not strip them (below `node_modules`) or
 * need not do so at each start. Lines and columns stay as they are, so that stacks name the places of the source.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';

/** What runs, and what it reads beside itself. */
const folders = ['src', 'resolvers', 'schema'];

/** An import of a file of ours, `'./x.ts'`, static or not. */
const ownImport = /((?:\bfrom|\bimport)\s*\(?\s*'\.{1,2}\/[^'\n]*)\.ts'/g;

/** The code as JavaScript that imports JavaScript. The name is as long as before but for one character. */
const stripped = (code: string): string => stripTypeScriptTypes(code).replace(ownImport, "$1.js'");

const target = process.argv[2];
if (target === undefined) throw new Error('Name the folder: node scripts/strip-types.ts build');
rmSync(target, { recursive: true, force: true });
for (const folder of folders) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const from = join(entry.parentPath, entry.name);
    // Types alone: nothing of it is left.
    if (!entry.isFile() || from.startsWith(join('src', 'generated'))) continue;
    const to = join(target, from);
    mkdirSync(dirname(to), { recursive: true });
    if (from.endsWith('.ts')) writeFileSync(to.replace(/\.ts$/, '.js'), stripped(readFileSync(from, 'utf8')));
    else cpSync(from, to);
  }
}
