import { startGateway } from '../gateway.ts';
import { logLevelOf } from '../log/level.ts';
import { createLog } from '../log.ts';
import { stopOnSignals } from '../server/signals.ts';
import type { Run } from './io.ts';
import { settingsOf } from './settings.ts';

/** `defender-gateway [start]`: the gateway on the tenants of the settings. */
export const runStart: Run = async ({ io, options }) => {
  const log = createLog({ level: logLevelOf(io.env) });
  const config = await settingsOf(io, options.config);
  const gateway = await startGateway({ config, log });
  // Who presses Ctrl-C has no load balancer in front.
  stopOnSignals(process, (signal) => gateway.stop(undefined, { atOnce: signal === 'SIGINT' }), log);
  return undefined;
};
