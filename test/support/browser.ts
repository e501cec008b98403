import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** No sandbox in containers, and no traffic of the browser's own. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** Headless Chromium; the caller closes it. A missing browser is a failure that says what to install. */
export const launchBrowser = async (): Promise<Browser> => {
  if (!existsSync(executablePath)) {
    throw new Error(
      `No Chromium at ${executablePath}: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH to its binary`,
    );
  }
  return chromium.launch({ executablePath, args: flags });
};

export interface WatchedPage {
  readonly page: Page;
  /** What a developer would see in red: console errors, uncaught exceptions, refused or failed requests. */
  readonly faults: readonly string[];
  /** Hosts that the page asked anything of. */
  readonly hosts: ReadonlySet<string>;
}

/** How a page is looked at. */
export interface View {
  /** Pixels; 1400 by default. */
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
}

/** Opens `url` in a fresh profile and records everything that goes wrong on it. Certificates of the simulator are taken. */
export const openIn = async (browser: Browser, url: string, { width = 1400, scheme = 'light' }: View = {}) => {
  const context = await browser.newContext({
    viewport: { width, height: 850 },
    colorScheme: scheme,
    ignoreHTTPSErrors: true,
  });
  const page = await context.newPage();
  const faults: string[] = [];
  const hosts = new Set<string>();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => faults.push(`failed: ${request.url()}`));
  page.on('request', (request) => {
    if (request.url().startsWith('http')) hosts.add(new URL(request.url()).host);
  });
  await page.goto(url);
  return { page, faults, hosts } satisfies WatchedPage;
};

/** As `openIn`, in a browser of its own that is closed when the test ends. */
export const openPage = async (url: string): Promise<WatchedPage> => {
  const browser = await launchBrowser();
  onTestFinished(() => browser.close());
  return openIn(browser, url);
};

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Resolves when the page has not changed for a quarter of a second: an editor draws its lines bit by bit. */
const atRest = `new Promise((resolve) => {
  let timer = setTimeout(resolve, 250);
  new MutationObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(resolve, 250);
  }).observe(document.body, { subtree: true, childList: true });
})`;

/** What keeps people with a screen reader or a keyboard out, by axe-core: each serious or critical finding with its places. */
export const accessFaults = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe);
  await page.evaluate(atRest);
  // As text, for the tests are compiled without the types of a browser.
  return page.evaluate(`axe.run({ selectors: false, resultTypes: ['violations'] }).then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html, any }) => html.slice(0, 120) + ' ' + (any[0]?.message ?? '')).join(' | ')))`);
};

/** Pixels that the page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
