#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { ConfigError } from './config/faults.ts';
import { loadConfig } from './config/load.ts';
import { GatewayError } from './errors.ts';
import { startGateway } from './gateway.ts';
import { logLevelOf } from './log/level.ts';
import { createLog } from './log.ts';
import { stopOnSignals } from './server/signals.ts';

/** `npm start [-- --config FILE]`: the gateway on the tenants of the settings. */
const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { config: { type: 'string' } }, strict: true });
  const log = createLog({ level: logLevelOf(process.env) });
  const config = await loadConfig({ path: values.config, env: process.env, cwd: process.cwd() });
  const gateway = await startGateway({ config, log });
  stopOnSignals(process, () => gateway.stop(), log);
};

/** What an operator reads: the faults of his settings, not a stack. */
const explain = (error: unknown): string => {
  if (error instanceof ConfigError || error instanceof GatewayError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
});
