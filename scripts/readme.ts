/**
 * What the pages say that the code and the demo know better: permissions, error codes, calls and answers of the recipes.
 *   npm run readme
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { permissionTable, withPermissionTable } from './readme/permissions.ts';
import { writtenRecipes } from './recipes/write.ts';

const write = (file: string, text: string): void => {
  if (text === readFileSync(file, 'utf8')) return;
  writeFileSync(file, text);
  process.stdout.write(`${file} written\n`);
};

const permissions = 'README.md';
write(permissions, withPermissionTable(readFileSync(permissions, 'utf8'), permissionTable()));
const recipes = 'docs/recipes.md';
write(recipes, await writtenRecipes(readFileSync(recipes, 'utf8')));
