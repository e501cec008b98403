import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load.ts';
import type { ReadKeyVault } from '../config/references.ts';
import type { CliIo } from './io.ts';

/** Key Vault, loaded and connected to only when the settings refer to it. */
const keyVaultOf =
  ({ env }: CliIo): ReadKeyVault =>
  async (vault, secret) => {
    const { createHttpClient } = await import('../upstream/http/agent.ts');
    const { createKeyVault } = await import('../identity/key-vault.ts');
    const client = createHttpClient({});
    try {
      return await createKeyVault({ http: client.request, env, now: Date.now })(vault, secret);
    } finally {
      await client.close();
    }
  };

/** The settings of a command line: `--config`, else the environment's, else the default file. Throws `ConfigError`. */
export const settingsOf = (io: CliIo, path: string | undefined): Promise<Config> =>
  loadConfig({ path, env: io.env, cwd: io.cwd, readKeyVault: keyVaultOf(io) });
