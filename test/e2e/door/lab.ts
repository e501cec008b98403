import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Simulator, startSimulator } from '../../../src/simulator/index.ts';
import { gatewaySettings } from '../../../src/simulator/settings.ts';
import { type Answer, askGateway } from '../../support/gateway.ts';
import { keyHeader, keyRow } from '../../support/keys.ts';
import { runProgram } from '../../support/process.ts';
import { changedSettings, type SettingsChange } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';

/** A gateway in a process of its own, so that what it blocks and takes can be seen from outside. */
export interface Lab {
  readonly url: string;
  readonly simulator: Simulator;
  ask<Data>(key: string, query: string, variables?: Readonly<Record<string, unknown>>): Promise<Answer<Data>>;
  /** A body as it is, from the caller with the key. */
  post(key: string | null, body: string | Buffer, headers?: Readonly<Record<string, string>>): Promise<Posted>;
  /** MiB that the process takes now. */
  rssMb(): Promise<number>;
  /** Does the work, and says how long `/healthz` took at most meanwhile, in milliseconds, and how much memory there was. */
  watched(work: () => Promise<unknown>): Promise<Watched>;
  stop(): Promise<void>;
}

export interface Posted {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Watched {
  readonly slowestMs: number;
  /** How many answers of `/healthz` there were. */
  readonly answers: number;
  readonly peakMb: number;
}

const main = new URL('../../../src/main.ts', import.meta.url).pathname;
const mebibyte = 1024 ** 2;
const betweenLooksMs = 100;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Keys are named as the role that they have; `outsider` reads incidents and nothing of a tenant. */
const roles = ['reader', 'hunter', 'responder', 'admin', 'outsider', 'librarian'] as const;

export const startLab = async (changes: readonly SettingsChange[] = []): Promise<Lab> => {
  const simulator = await startSimulator({
    tenants: [simTenant('contoso'), simTenant('fabrikam')],
    enforceQuotas: false,
  });
  const folder = await mkdtemp(join(tmpdir(), 'door-'));
  await writeFile(join(folder, 'ca.pem'), simulator.caPem);
  const settings = changedSettings(gatewaySettings(simulator), [
    [['server'], { port: 0 }],
    [['upstream', 'caFile'], 'ca.pem'],
    [
      ['access'],
      {
        roles: { outsider: ['incident:read'], librarian: ['library:write'] },
        apiKeys: roles.map((role) => keyRow(role, { roles: [role] })),
      },
    ],
    ...changes,
  ]);
  await writeFile(join(folder, 'gateway.yaml'), settings);
  const program = runProgram(['--max-semi-space-size=4', main, 'start', '--config', 'gateway.yaml'], { cwd: folder });
  const [, url = ''] = await program.printed(/"url":"(http:[^"]+)"/);

  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${url}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  };
  const rssMb = async (): Promise<number> => (await metric('process_resident_memory_bytes')) / mebibyte;

  const watched: Lab['watched'] = async (work) => {
    const probe = new Worker(new URL('./probe.ts', import.meta.url), { workerData: url });
    let peakMb = await rssMb();
    let over = false;
    const look = async (): Promise<void> => {
      while (!over) {
        peakMb = Math.max(peakMb, await rssMb());
        await pause(betweenLooksMs);
      }
    };
    const looking = look();
    try {
      await work();
    } finally {
      over = true;
      await looking;
      probe.postMessage('stop');
    }
    const [{ slowestMs, answers }] = await once(probe, 'message');
    return { slowestMs: Number(slowestMs), answers: Number(answers), peakMb };
  };

  return {
    url,
    simulator,
    ask: (key, query, variables) => askGateway(url, query, variables, keyHeader(key)),
    post: async (key, body, headers = {}) => {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key === null ? {} : keyHeader(key)), ...headers },
        body: typeof body === 'string' ? body : new Uint8Array(body),
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
    rssMb,
    watched,
    stop: async () => {
      await program.stop();
      await simulator.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};
