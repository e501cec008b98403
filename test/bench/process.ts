import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forkReporting, stopProcess, usageOf } from './child.ts';
import { imageFlags, stripSources } from './image.ts';
import { percentile } from './load.ts';
import { atMost, type Row } from './rows.ts';

const starts = 5;

/** What the promises allow. */
const most = { rssMb: 130, readyMs: 1000 } as const;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** Settings of a tenant that nothing is asked of before the first question. */
const settingsOn = (port: number): string => `server: { port: ${port} }
access: { anonymous: reader }
tenants:
  - name: contoso
    tenantId: 00000000-0000-4000-8000-000000000001
    auth: { clientId: 00000000-0000-4000-8000-0000000000a1, clientSecret: not-a-secret }
`;

const isReady = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
};

/** The program of the image, from its start until it is ready, and what it takes then. */
export const measureProcess = async (): Promise<readonly Row[]> => {
  const image = stripSources();
  const data = mkdtempSync(join(tmpdir(), 'defender-gateway-data-'));
  const settings = join(data, 'defender-gateway.yaml');
  const [readyMs, rssMb]: [number[], number[]] = [[], []];
  try {
    for (let start = 0; start < starts; start += 1) {
      const port = await freePort();
      writeFileSync(settings, settingsOn(port));
      const started = performance.now();
      const child = forkReporting('../../src/main.ts', ['start', '--config', settings], imageFlags, image.bench);
      child.stdout?.resume();
      while (!(await isReady(`http://127.0.0.1:${port}/readyz`))) {
        if (child.exitCode !== null) throw new Error('The gateway did not start');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      readyMs.push(performance.now() - started);
      rssMb.push((await usageOf(child)).rssMb);
      await stopProcess(child);
    }
  } finally {
    image.remove();
    rmSync(data, { recursive: true, force: true });
  }
  const [ready, rss] = [percentile(readyMs, 0.5), percentile(rssMb, 0.5)];
  return [
    { measure: 'the image: start until ready', unit: 'ms', gateway: ready, promise: atMost(most.readyMs, ready, 'ms') },
    { measure: 'the image: RSS when idle', unit: 'MB', gateway: rss, promise: atMost(most.rssMb, rss, 'MB') },
  ];
};
