import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { systemCodeOf } from '../system-code.ts';
import { type Config, type ParseOptions, parseConfig } from './config.ts';
import { ConfigError } from './faults.ts';
import { notUtf8, utf8TextOf } from './utf8-text.ts';

export interface LoadOptions {
  /** Value of `--config`, if given. */
  readonly path?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** Directory that a relative path of the settings file starts from. */
  readonly cwd: string;
  readonly openKeyVault?: ParseOptions['openKeyVault'];
}

const defaultName = 'defender-gateway.yaml';
const environmentName = 'DEFENDER_GATEWAY_CONFIG';

const readBytes = async (name: string, file: string): Promise<Buffer> => {
  try {
    return await readFile(file);
  } catch (error) {
    const message =
      systemCodeOf(error) === 'ENOENT'
        ? `there is no settings file ${name}. To try the gateway without an account run "npm run demo" or "npx defender-gateway demo"; for real tenants copy ` +
          `defender-gateway.example.yaml to ${defaultName}, or name another file with --config or ${environmentName}`
        : systemCodeOf(error) === 'EISDIR'
          ? `the settings file ${name} is a folder: name the file in it`
          : `the settings file ${name} cannot be read (${systemCodeOf(error) || 'unreadable'}): let the gateway's user read it and its folder`;
    throw new ConfigError([{ path: '', message }]);
  }
};

const readSettings = async (name: string, file: string): Promise<string> => {
  const text = utf8TextOf(await readBytes(name, file));
  if (text === null) throw new ConfigError([{ path: '', message: notUtf8 }], name);
  return text;
};

/** Reads the settings file: `--config`, else the environment's, else `defender-gateway.yaml`. Throws `ConfigError`. */
export const loadConfig = async ({ path, env, cwd, openKeyVault }: LoadOptions): Promise<Config> => {
  const name = path ?? (env[environmentName] || defaultName);
  const file = resolve(cwd, name);
  return parseConfig(await readSettings(name, file), {
    env,
    baseDir: dirname(file),
    source: name,
    openKeyVault,
  });
};
