/**
 * The pictures of the pages in `docs/images`, from the running demo and from a gateway that asks who calls.
 *   npm run screenshots
 * It needs Chromium, at /usr/bin/chromium or at CHROMIUM_PATH.
 */
import { mkdirSync, statSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Config, parseConfig } from '../src/config/config.ts';
import { examples } from '../src/demo/examples.ts';
import { type Gateway, startGateway } from '../src/gateway.ts';
import { createLog } from '../src/log.ts';
import { startSimulator } from '../src/simulator/index.ts';
import { gatewaySettings } from '../src/simulator/settings.ts';

const folder = 'docs/images';
/** A README is loaded by telephones too. */
const mostBytes = 300_000;

/** What a picture shows. */
interface Picture {
  readonly file: string;
  readonly of: 'demo' | 'secured';
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
  /** Does what is to be seen. */
  readonly prepare: (page: Page) => Promise<void>;
}

const runFirst = async (page: Page): Promise<void> => {
  await page.locator('.graphiql-execute-button').click();
  await page.locator('.result-window').filter({ hasText: '"key"' }).waitFor();
  // The pointer would leave a hint over the picture.
  await page.mouse.move(0, 0);
};

const greets = (page: Page): Promise<void> => page.locator('#greeting').waitFor();

const pictures = [
  { file: 'graphiql.png', of: 'demo', width: 1280, height: 760, scheme: 'light', prepare: runFirst },
  { file: 'graphiql-greeting.png', of: 'secured', width: 1280, height: 760, scheme: 'light', prepare: greets },
  { file: 'graphiql-narrow.png', of: 'demo', width: 400, height: 860, scheme: 'dark', prepare: runFirst },
] as const satisfies readonly Picture[];

const unlimited = { expiresAtMs: null, requestsPerMinute: null, owner: null } as const;

/** The same gateway, which asks who calls: by key or with Entra. */
const secured = (config: Config): Config => ({
  ...config,
  server: {
    ...config.server,
    graphiqlSignIn: { clientId: '', scope: '', authority: 'https://login.example' },
  },
  access: {
    ...config.access,
    anonymous: null,
    apiKeys: [{ name: 'shown', sha256: '00'.repeat(32), roles: ['reader'], tenants: 'all', ...unlimited }],
  },
});

const main = async (): Promise<void> => {
  const simulator = await startSimulator();
  const opened: { readonly gateways: Gateway[]; browser?: Browser } = { gateways: [] };
  try {
    const read = await parseConfig(gatewaySettings(simulator), { env: {}, baseDir: process.cwd(), source: 'the demo' });
    const demo: Config = { ...read, server: { ...read.server, port: 0 } };
    const start = async (config: Config): Promise<string> => {
      const log = createLog({ level: 'warn' });
      const gateway = await startGateway({ config, log, caPem: simulator.caPem, examples });
      opened.gateways.push(gateway);
      return gateway.url;
    };
    const urls = { demo: await start(demo), secured: await start(secured(demo)) };
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu'],
    });
    opened.browser = browser;
    mkdirSync(folder, { recursive: true });
    for (const { file, of, width, height, scheme, prepare } of pictures) {
      const page = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
      await page.goto(urls[of]);
      await prepare(page);
      const path = `${folder}/${file}`;
      await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
      const { size } = statSync(path);
      if (size > mostBytes) throw new Error(`${path} has ${size} bytes, more than ${mostBytes}`);
      process.stdout.write(`${path} written, ${Math.round(size / 1000)} kB\n`);
    }
  } finally {
    await opened.browser?.close();
    for (const gateway of opened.gateways) await gateway.stop(1000);
    await simulator.stop();
  }
};

await main();
