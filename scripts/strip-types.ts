/**
 * `node scripts/strip-types.ts FOLDER...`: takes the types out of the TypeScript of folders, each `.ts` becomes a `.js` in its place,
 * whose lines are where they were. For the image, which need not do it at each start and keep in memory what it does it with, and for
 * the package, since Node strips no types below `node_modules`.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

/** What a file of ours is imported by. */
const specifier = /((?:\bfrom|\bimport|\bimport\()\s*)(['"])(\.{1,2}\/[^'"]+)\.ts\2/g;

const folders = process.argv.slice(2);
let count = 0;
for (const folder of folders) {
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!entry.endsWith('.ts')) continue;
    const path = join(folder, entry);
    const text = stripTypeScriptTypes(readFileSync(path, 'utf8')).replaceAll(/[ \t]+$/gm, '');
    writeFileSync(path.replace(/\.ts$/, '.js'), text.replaceAll(specifier, '$1$2$3.js$2'));
    rmSync(path);
    count += 1;
  }
}
process.stdout.write(`${count} files have no types any more\n`);
