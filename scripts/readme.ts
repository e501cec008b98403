/**
 * The table of the README that tells which permissions to grant for what, from `src/routing/capabilities.ts`.
 *   npm run readme
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { permissionTable, withPermissionTable } from './readme/permissions.ts';

const file = 'README.md';
writeFileSync(file, withPermissionTable(readFileSync(file, 'utf8'), permissionTable()));
process.stdout.write(`${file} written\n`);
