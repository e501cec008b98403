import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPage } from '../support/browser.ts';
import { type Program, runProgram } from '../support/process.ts';

let demo: Program;
let url: string;

beforeAll(async () => {
  demo = runProgram(['src/demo.ts', '--port', '0']);
  url = (await demo.printed(/http:\/\/localhost:\d+/))[0];
});

afterAll(() => demo.stop());

test('the page that the demo prints runs its first example in a browser and shows the open incidents of three tenants', async () => {
  const { page, faults, hosts } = await openPage(`${url}/`);
  await page.locator('.graphiql-execute-button').waitFor();
  await page.locator('.graphiql-execute-button').click();

  const result = page.locator('.result-window');
  await result.filter({ hasText: '"open"' }).waitFor();
  await result.filter({ hasText: '"total"' }).waitFor();
  expect(faults).toEqual([]);
  expect([...hosts]).toEqual([new URL(url).host]);
}, 90_000);
