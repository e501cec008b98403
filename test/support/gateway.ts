import { parseConfig } from '../../src/config/config.ts';
import { type Gateway, startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/log.ts';
import {
  isProfile,
  type Profile,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../src/simulator/index.ts';
import { gatewaySettings } from '../../src/simulator/settings.ts';
import { changedSettings } from './settings.ts';
import { shortWay } from './short-way.ts';

/** What came back, as a client sees it. */
export interface Answer<Data> {
  readonly status: number;
  readonly headers: Headers;
  /** The shape is the query's, which the test states. */
  readonly data: Data;
  readonly errors: readonly AnswerError[];
  readonly extensions: Readonly<Record<string, unknown>> | undefined;
  /** The whole answer as it was sent. */
  readonly text: string;
}

export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string } & Readonly<Record<string, unknown>>;
}

export interface Running {
  readonly simulator: Simulator;
  readonly gateway: Gateway;
  /** One GraphQL request over HTTP. */
  ask<Data>(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer<Data>>;
  stop(): Promise<void>;
}

export interface RunningOptions {
  readonly simulator?: SimulatorOptions;
  /** YAML in place of the settings that the simulator offers; given them, to change. */
  readonly settings?: (offered: string, simulator: Simulator) => string;
  readonly watchIntervalMs?: number;
}

/** The simulator's profile for all tests, as `npm run test:hard` sets it. @throws Error for a word that is none */
const profileOf = (text: string | undefined): Profile => {
  if (text === undefined || text === '') return 'mild';
  if (!isProfile(text)) throw new Error(`DEFENDER_SIMULATOR_PROFILE: there is no profile ${text}`);
  return text;
};

/** Simulator and gateway on free ports. */
export const startRunning = async (options: RunningOptions = {}): Promise<Running> => {
  const simulator = await startSimulator({
    actionTimes: { pendingMs: 100, runningMs: 150 },
    profile: profileOf(process.env.DEFENDER_SIMULATOR_PROFILE),
    ...options.simulator,
  });
  const offered = changedSettings(gatewaySettings(simulator), [
    [['server', 'port'], 0],
    // The event loop is the test's and the simulator's too.
    [['limits', 'eventLoopLagMs'], 3_600_000],
  ]);
  const text = options.settings?.(offered, simulator) ?? offered;
  const gateway = await startGatewayOn(simulator, text, options.watchIntervalMs);
  return {
    simulator,
    gateway,
    ask: (query, variables, headers) => askGateway(gateway.url, query, variables, headers),
    stop: async () => {
      await gateway.stop(2000);
      await simulator.stop();
    },
  };
};

/** One more gateway in front of the same simulator. */
export const startGatewayOn = async (
  simulator: Pick<Simulator, 'caPem'>,
  settings: string,
  watchIntervalMs = 50,
): Promise<Gateway> => {
  const config = await parseConfig(settings, { env: process.env, baseDir: process.cwd(), source: 'the test' });
  return startGateway({
    config,
    log: createLog({ level: 'silent' }),
    caPem: simulator.caPem,
    watchIntervalMs,
    shortWay,
  });
};

/** One GraphQL request over HTTP. */
export const askGateway = async <Data>(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer<Data>> => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  const body = JSON.parse(text);
  return {
    status: response.status,
    headers: response.headers,
    data: body.data,
    errors: body.errors ?? [],
    extensions: body.extensions,
    text,
  };
};
