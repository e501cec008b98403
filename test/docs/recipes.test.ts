import { beforeAll, describe, expect, test } from 'vitest';
import { madeOf, readMade } from '../../scripts/recipes/made.ts';
import { recipesOf } from '../../scripts/recipes/page.ts';
import { type RecipeRun, runRecipes } from '../../scripts/recipes/run.ts';
import { pages, read } from './pages.ts';

const recipes = recipesOf(read('docs/recipes.md'));
const runs: RecipeRun[] = [];
beforeAll(async () => {
  runs.push(...(await runRecipes(recipes)));
}, 180_000);

test('P4: there are enough recipes for a day, and each query of the page is one', () => {
  const queries = pages.find(({ file }) => file === 'docs/recipes.md')?.blocks ?? [];
  const headings = read('docs/recipes.md').match(/^## \d+\./gm) ?? [];
  expect(recipes.length).toBeGreaterThanOrEqual(25);
  for (const page of ['README.md', 'docs/README.md']) expect(read(page)).toContain(`[${headings.length} recipes]`);
  expect(recipes).toHaveLength(queries.filter(({ language }) => language === 'graphql').length);
});

// Written anew by `npm run readme`.
describe.each(recipes)('P4: recipe $number, $title', ({ number, made }) => {
  test('the demo makes the calls, and gives an answer of the shape, that the page prints', () => {
    const [run] = runs.filter(({ recipe }) => recipe.number === number);
    expect(run).toBeDefined();
    if (run !== undefined) expect(readMade(madeOf(run))).toEqual(readMade(made));
  });

  test('what is printed is no failure', () => {
    expect(made).not.toMatch(/"errors": \[|"outcome": "(?:FAILED|UNKNOWN|REFUSED)"/);
  });
});
