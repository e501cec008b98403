import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessFaults, launchBrowser, openIn, overflow } from '../support/browser.ts';
import { type Program, runProgram } from '../support/process.ts';

let demo: Program;
let browser: Browser;
let url: string;

beforeAll(async () => {
  demo = runProgram(['src/demo.ts', '--port', '0']);
  [browser, [url]] = await Promise.all([launchBrowser(), demo.printed(/http:\/\/localhost:\d+/)]);
});

afterAll(async () => {
  await browser.close();
  await demo.stop();
});

/** A browser starts slowly on a busy machine. */
const timeoutMs = 90_000;

test(
  'P1: the page that the demo prints runs its first example and shows the open incidents of three tenants',
  async () => {
    const { page, faults, hosts } = await openIn(browser, `${url}/`);
    await page.locator('.graphiql-execute-button').click();

    const result = page.locator('.result-window');
    await result.filter({ hasText: '"open"' }).waitFor();
    await result.filter({ hasText: '"key": "HIGH"' }).waitFor();
    expect(await page.locator('#caller').textContent()).toBe('not signed in · admin · 3 tenants');
    expect(await page.locator('#links a').allTextContents()).toEqual(['Schema', 'Docs', 'Health', 'Metrics']);
    expect(await page.locator('.graphiql-query-editor').textContent(), 'no stock text').not.toContain('Welcome');

    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.locator('.graphiql-doc-explorer a', { hasText: /^Query$/ }).click();
    const fields = page.locator('.graphiql-doc-explorer-item .graphiql-doc-explorer-field-name');
    await fields.first().waitFor();
    expect((await fields.allTextContents()).slice(0, 4)).toEqual(['viewer', 'tenants', 'tenant', 'incidents']);
    expect(await accessFaults(page), 'with the docs beside it').toEqual([]);

    expect(faults).toEqual([]);
    expect([...hosts]).toEqual([new URL(url).host]);
  },
  timeoutMs,
);

test(
  'P1: on a telephone, in the dark and by keyboard alone it is asked and answers',
  async () => {
    const { page, faults } = await openIn(browser, `${url}/`, { width: 400, scheme: 'dark' });
    await page.locator('.graphiql-query-editor textarea').focus();
    await page.keyboard.press('Control+Enter');
    const result = page.locator('.result-window');
    await result.filter({ hasText: '"open"' }).waitFor();
    expect(await overflow(page)).toBe(0);
    for (const part of [
      '.graphiql-query-editor .CodeMirror',
      '.graphiql-execute-button',
      '.result-window .CodeMirror',
    ]) {
      const { width = 0, height = 0, x = -1 } = (await page.locator(part).boundingBox()) ?? {};
      expect([part, width > 30, height > 30, x >= 0, x + width <= 400]).toEqual([part, true, true, true, true]);
    }
    const texts = await page.locator('.graphiql-query-editor .cm-comment').allTextContents();
    expect(texts.join(' '), 'the comment is there to its end').toContain('how the machines are');
    expect(await accessFaults(page)).toEqual([]);

    // Tab leaves the editor, and comes to the run button and the answer.
    const reached = new Set<string>();
    for (let step = 0; step < 30; step += 1) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate('document.activeElement.getAttribute("aria-label") ?? ""'));
    }
    expect([...reached]).toEqual(expect.arrayContaining(['Execute query (Ctrl-Enter)', 'Result Window, text']));
    expect(faults).toEqual([]);
  },
  timeoutMs,
);
