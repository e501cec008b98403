import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { ReadKeyVault } from '../config/references.ts';
import type { TenantFault } from '../config/tenants.ts';
import type { UpstreamConfig } from '../config/upstream.ts';
import type { CliIo } from './io.ts';

/** Key Vault, loaded and connected to only when the settings refer to it; then once for all that they refer to. */
const openKeyVaultOf =
  ({ env }: CliIo) =>
  ({ proxy, caPem }: UpstreamConfig): ReadKeyVault => {
    let opened: Promise<ReadKeyVault> | undefined;
    const open = async (): Promise<ReadKeyVault> => {
      const { createHttpClient } = await import('../upstream/http/agent.ts');
      const { createKeyVault } = await import('../identity/key-vault.ts');
      // Never closed: secrets are read anew as long as the gateway runs, and idle connections keep no process alive.
      const http = createHttpClient({ proxy, ca: caPem === null ? [] : [caPem] });
      return createKeyVault({ http: http.request, env, now: Date.now });
    };
    return async (vault, secret) => {
      opened ??= open();
      return (await opened)(vault, secret);
    };
  };

/** A fault of a file of tenants in one line. */
export const tenantFaultText = ({ file, path, message }: TenantFault): string =>
  [file, path, message].filter((part) => part !== '').join(': ');

/** The settings of a command line: `--config`, else the environment's, else the default file. Throws `ConfigError`. */
export const readSettings = (io: CliIo, path: string | undefined): Promise<Config> =>
  loadConfig({ path, env: io.env, cwd: io.cwd, openKeyVault: openKeyVaultOf(io) });

/** The same, with a warning of each file of tenants that cannot be used. */
export const settingsOf = async (io: CliIo, path: string | undefined): Promise<Config> => {
  const config = await readSettings(io, path);
  for (const fault of config.tenantsFolder?.first.faults ?? [])
    io.err(`Warning: tenantsFolder: ${tenantFaultText(fault)}\n`);
  return config;
};
