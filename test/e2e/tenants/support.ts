import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { parseConfig } from '../../../src/config/config.ts';
import { type Gateway, startGateway } from '../../../src/gateway.ts';
import { createLog } from '../../../src/log.ts';
import { type Simulator, startSimulator } from '../../../src/simulator/index.ts';
import { gatewaySettings } from '../../../src/simulator/settings.ts';
import { type Answer, askGateway } from '../../support/gateway.ts';

/** A line of the gateway's log. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly file?: string;
  readonly path?: string;
  readonly message?: string;
}

type TenantSettings = Readonly<Record<string, unknown>> & { readonly name: string };

/** A gateway whose tenants are files of a folder. */
export interface FolderGateway {
  readonly simulator: Simulator;
  readonly gateway: Gateway;
  /** Of settings and folder. */
  readonly path: string;
  /** A tenant of the simulator as settings. */
  tenant(name: string, changes?: Readonly<Record<string, unknown>>): TenantSettings;
  /** Puts a file into the folder in one step; an object becomes YAML. */
  put(file: string, content: unknown): Promise<void>;
  remove(file: string): Promise<void>;
  ask<Data>(query: string, headers?: Readonly<Record<string, string>>): Promise<Answer<Data>>;
  log(): readonly LogLine[];
  [Symbol.asyncDispose](): Promise<void>;
}

export interface FolderOptions {
  /** Files of the folder at the start, by name. */
  readonly files: (tenant: FolderGateway['tenant']) => Readonly<Record<string, unknown>>;
  readonly settings?: Readonly<Record<string, unknown>>;
}

const textOf = (content: unknown): string => (typeof content === 'string' ? content : stringify(content));

/** Starts simulator and gateway; the settings name no tenant but those of the folder. */
export const startOnFolder = async ({ files, settings = {} }: FolderOptions): Promise<FolderGateway> => {
  const simulator = await startSimulator({ actionTimes: { pendingMs: 100, runningMs: 1500 } });
  const path = await mkdtemp(join(tmpdir(), 'tenants-'));
  const { tenants, ...offered } = parse(gatewaySettings(simulator));
  const tenant: FolderGateway['tenant'] = (name, changes = {}) => ({
    ...tenants.find((one: TenantSettings) => one.name === name),
    ...changes,
  });
  const folder = join(path, 'tenants.d');
  await mkdir(folder);
  const put: FolderGateway['put'] = async (file, content) => {
    await writeFile(join(path, 'next'), textOf(content));
    await rename(join(path, 'next'), join(folder, file));
  };
  for (const [file, content] of Object.entries(files(tenant))) await put(file, content);
  const lines: LogLine[] = [];
  const text = stringify({ ...offered, server: { port: 0, drainSeconds: 0 }, tenantsFolder: 'tenants.d', ...settings });
  await writeFile(join(path, 'defender-gateway.yaml'), text);
  const config = await parseConfig(text, { env: process.env, baseDir: path });
  const log = createLog({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  const gateway = await startGateway({ config, log, caPem: simulator.caPem, watchIntervalMs: 50 });
  return {
    ...{ simulator, gateway, path, tenant, put },
    remove: (file) => rm(join(folder, file)),
    ask: (query, headers) => askGateway(gateway.url, query, {}, headers),
    log: () => lines,
    [Symbol.asyncDispose]: async () => {
      await gateway.stop(2000);
      await simulator.stop();
      await rm(path, { recursive: true, force: true });
    },
  };
};
