import { existsSync } from 'node:fs';
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

/** Headless Chromium, closed when the test ends. A missing browser is a failure that says what to install. */
const launchBrowser = async (): Promise<Browser> => {
  if (!existsSync(executablePath)) {
    throw new Error(
      `No Chromium at ${executablePath}: install it (Debian: apt-get install chromium) or set CHROMIUM_PATH to its binary`,
    );
  }
  const browser = await chromium.launch({ executablePath, args: flags });
  onTestFinished(() => browser.close());
  return browser;
};

export interface WatchedPage {
  readonly page: Page;
  /** What a developer would see in red: console errors, uncaught exceptions, refused or failed requests. */
  readonly faults: readonly string[];
  /** Hosts that the page asked anything of. */
  readonly hosts: ReadonlySet<string>;
}

/** Opens `url` in a fresh profile and records everything that goes wrong on it. */
export const openPage = async (url: string): Promise<WatchedPage> => {
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1400, height: 850 } });
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
  return { page, faults, hosts };
};
