import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Config, parseConfig } from '../../../src/config/config.ts';
import { ConfigError, type ConfigFault } from '../../../src/config/faults.ts';

/** A tenant that needs no change to be valid. */
export const contoso = {
  name: 'contoso',
  tenantId: '00000000-0000-4000-8000-000000000001',
  auth: { clientId: '00000000-0000-4000-8000-0000000000a1', clientSecret: 'not-a-real-one' },
};

export const settings = (changes: Record<string, unknown> = {}) => ({
  store: { url: 'memory:' },
  access: { anonymous: 'reader' },
  tenants: [contoso],
  ...changes,
});

export const parse = (
  value: unknown,
  { env = {}, baseDir = '/' }: { env?: NodeJS.ProcessEnv; baseDir?: string } = {},
): Promise<Config> => parseConfig(typeof value === 'string' ? value : stringify(value), { env, baseDir });

/** The faults of settings that are expected to have some. */
export const faultsOf = async (
  value: unknown,
  options: { env?: NodeJS.ProcessEnv; baseDir?: string } = {},
): Promise<readonly ConfigFault[]> => {
  try {
    await parse(value, options);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
};

/** A directory that is removed when the test is done. */
export const temporaryDirectory = async (): Promise<{ path: string; [Symbol.asyncDispose](): Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), 'gateway-test-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
};
