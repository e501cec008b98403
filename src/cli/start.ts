import { withoutBrackets } from '../clouds/host-names.ts';
import { type Gateway, startGateway } from '../gateway.ts';
import { levelFault, logLevelOf } from '../log/level.ts';
import { createLog } from '../log.ts';
import { stopOnSignals } from '../server/signals.ts';
import { portOf } from './command-line.ts';
import { type Run, UsageError } from './io.ts';
import { readSettings } from './settings.ts';

/** An empty one, as of a variable that is not set, would listen on all addresses. */
const hostOf = (text: string): string => {
  const host = withoutBrackets(text.trim());
  if (host !== '') return host;
  throw new UsageError('--host must be an address or a host name, not empty');
};

/** `defender-gateway [start]`: the gateway on the tenants of the settings. */
export const runStart: Run = async ({ io, options }) => {
  const log = createLog({ level: logLevelOf(io.env) });
  const fault = levelFault(io.env);
  if (fault !== null) log.warn(fault);
  const port = options.port === undefined ? undefined : portOf(options.port, '--port');
  const host = options.host === undefined ? undefined : hostOf(options.host);
  const settings = await readSettings(io, options.config);
  const server = {
    ...settings.server,
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host }),
  };
  const config = { ...settings, server };
  let started: Gateway | undefined;
  // Who reloads a service does not want its end; who closes a terminal does.
  if (config.tenantsFolder !== undefined) process.on('SIGHUP', () => void started?.reloadTenants());
  else if (!process.stdin.isTTY) {
    process.on('SIGHUP', () => log.info('SIGHUP: nothing is read again, for the settings have no tenantsFolder'));
  }
  const gateway = await startGateway({ config, log });
  started = gateway;
  // Who presses Ctrl-C has no load balancer in front.
  stopOnSignals(process, (signal) => gateway.stop(undefined, { atOnce: signal === 'SIGINT' }), log);
  return undefined;
};
