import { type Clock, systemClock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { createSignIns, type SignIns } from '../identity/sign-ins.ts';
import { createTokens, type Tokens } from '../identity/tokens.ts';
import { logLevelOf } from '../log/level.ts';
import { createLog } from '../log.ts';
import { openStore, type Store } from '../store/store.ts';
import { createHttpClient } from '../upstream/http/agent.ts';
import type { Http } from '../upstream/http/http.ts';
import type { CliIo } from './io.ts';
import { settingsOf } from './settings.ts';

/** What the commands that call Microsoft work with: the same parts as the gateway, its store among them. */
export interface Services {
  readonly config: Config;
  readonly clock: Clock;
  readonly store: Store;
  readonly signIns: SignIns;
  readonly http: Http;
  readonly tokens: Tokens;
}

/** Opens the services for `work`, and closes them whatever comes of it. */
export const withServices = async <T>(
  io: CliIo,
  configFile: string | undefined,
  work: (services: Services) => Promise<T>,
): Promise<T> => {
  const config = await settingsOf(io, configFile);
  const clock = systemClock;
  // Standard output is for the answer; faults are part of it.
  const log = createLog({ level: logLevelOf(io.env, 'silent') });
  const store = await openStore({ ...config.store, clock, log });
  const signIns = createSignIns(store);
  const { caPem, proxy } = config.upstream;
  const http = createHttpClient({ ca: caPem === null ? [] : [caPem], proxy });
  try {
    const tokens = createTokens({ store, signIns, clock, http: http.request, log });
    return await work({ config, clock, store, signIns, http: http.request, tokens });
  } finally {
    await http.close();
    await store.close();
  }
};
