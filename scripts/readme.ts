/**
 * What the pages say that the code and the demo know better: permissions, error codes, calls and answers of the recipes.
 *   npm run readme
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { errorTable, withErrorTable } from './readme/errors.ts';
import { permissionTable, withPermissionTable } from './readme/permissions.ts';
import { roleTable, withRoleTable } from './readme/roles.ts';
import { writtenRecipes } from './recipes/write.ts';

const rewrite = async (file: string, change: (page: string) => string | Promise<string>): Promise<void> => {
  const page = readFileSync(file, 'utf8');
  const text = await change(page);
  if (text === page) return;
  writeFileSync(file, text);
  process.stdout.write(`${file} written\n`);
};

await rewrite('docs/permissions.md', (page) =>
  withRoleTable(withPermissionTable(page, permissionTable()), roleTable()),
);
await rewrite('docs/errors.md', (page) => withErrorTable(page, errorTable()));
await rewrite('docs/recipes.md', writtenRecipes);
