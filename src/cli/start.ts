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
  stopOnSignals(process, () => gateway.stop(), log);
  return undefined;
};
