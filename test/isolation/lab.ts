import type { Clock } from '../../src/clock.ts';
import type { Tenant } from '../../src/config/tenants.ts';
import type { Tokens } from '../../src/identity/tokens.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { type Freshness, freshnessOf } from '../../src/scope/freshness.ts';
import { type CallScope, createScope, type Explain } from '../../src/scope.ts';
import { createSharedGenerations } from '../../src/store/generations.ts';
import { createCircuits } from '../../src/upstream/http/circuit.ts';
import type { Http } from '../../src/upstream/http/http.ts';
import type { Operation } from '../../src/upstream/http/operation.ts';
import { createSend, type Send } from '../../src/upstream/http/send.ts';
import { createSingleFlight } from '../../src/upstream/http/single-flight.ts';
import { ownQuotas } from '../support/quotas.ts';
import { type Viewer, viewers } from './viewers.ts';

/** What Microsoft's side says of a thing. */
export interface Seen {
  /** The token that it was asked with. */
  readonly token: string;
  readonly path: string;
  /** Actions that had been done in the tenant. */
  readonly actions: number;
}

const numbers = new Map<Tenant, number>();
for (const { tenant } of viewers) numbers.set(tenant, numbers.get(tenant) ?? numbers.size);

/** The token of a viewer, which nobody else has. */
export const tokenOf = ({ tenant, callerToken }: Pick<Viewer, 'tenant' | 'callerToken'>): string =>
  `token-${numbers.get(tenant)}-${callerToken?.key ?? 'own'}`;

const isSeen = (value: unknown): value is Seen => typeof value === 'object' && value !== null && 'token' in value;

/** A read of a path, as whatever the row says. */
export const readOf = (path: string, row: Partial<Operation<Seen>> = {}): Operation<Seen> => ({
  id: 'mde.getMachine',
  api: 'mde',
  method: 'GET',
  path,
  repeatable: true,
  permissions: [],
  parse: (body) => {
    if (!isSeen(body)) throw new Error('not what this side says');
    return body;
  },
  ...row,
});

const isList = (value: unknown): value is readonly Seen[] => Array.isArray(value) && value.every(isSeen);

const listPath = '/api/list';

/** The same, which goes with others that are asked for at the same time. */
export const readWithOthers = (send: Send, tenant: Tenant, path: string): Operation<Seen> => {
  const listed = (paths: readonly string[]): Operation<readonly Seen[]> => ({
    ...{ id: 'mde.listMachines', api: 'mde', method: 'GET', path: listPath, repeatable: true, permissions: [] },
    query: { of: paths.join() },
    parse: (body) => {
      if (!isList(body)) throw new Error('not what this side says');
      return body;
    },
  });
  return readOf(path, {
    together: {
      ...{ many: listed([]), id: path, known: () => 'TAKEN', avoid: () => {} },
      read: async (paths, scope, bring) => {
        for (const row of await send(tenant, listed(paths), scope)) bring(row.path, row);
      },
    },
  });
};

/** An action, which changes what is read afterwards. */
export const action: Operation<null> = {
  id: 'mde.isolateMachine',
  api: 'mde',
  method: 'POST',
  path: '/api/action',
  body: {},
  repeatable: false,
  permissions: [],
  parse: () => null,
};

/** Gateways that share a store, and a side of Microsoft's that answers when it is told to. */
export interface Lab {
  readonly replicas: readonly Send[];
  /** Answers one of the calls under way. */
  answer(which: number): void;
  readonly underWay: () => number;
  readonly exchanges: () => number;
  /** Actions that Microsoft's side has done for a token. */
  readonly actions: (token: string) => number;
  pass(ms: number): void;
  scopeOf(viewer: Viewer, cacheControl?: string): CallScope & Explain & { readonly freshness?: Freshness | undefined };
}

/** `atOnce`: calls are answered as they come. */
export const createLab = ({ replicas = 1, atOnce = false } = {}): Lab => {
  let nowMs = 1_000_000;
  const sleeping = new Set<{ readonly untilMs: number; readonly wake: () => void }>();
  const clock: Clock = {
    now: () => nowMs,
    sleep: (ms) => new Promise((wake) => sleeping.add({ untilMs: nowMs + ms, wake })),
  };
  const log = createLog({ level: 'silent' });
  const kept = new Map<string, string>();
  const space = {
    get: async (key: string) => kept.get(key),
    set: async (key: string, value: string) => {
      kept.set(key, value);
    },
  };
  const actions = new Map<string, number>();
  const waiting: (() => void)[] = [];
  let exchanges = 0;
  const http: Http = (url, { method = 'GET', headers = {} }) => {
    exchanges += 1;
    const token = String(Object.entries(headers).find(([name]) => name === 'authorization')?.[1]).replace(
      'Bearer ',
      '',
    );
    const { pathname: path, searchParams } = new URL(url);
    const isAction = method === 'POST' && path === action.path;
    // A read is of the moment at which it comes, and an action is done at the last one.
    const seenAt = (at: string): Seen => ({ token, path: at, actions: actions.get(token) ?? 0 });
    const seen = path === listPath ? searchParams.get('of')?.split(',').map(seenAt) : seenAt(path);
    const body = JSON.stringify(seen);
    const end = () => {
      if (isAction) actions.set(token, (actions.get(token) ?? 0) + 1);
      return { status: 200, headers: {}, body };
    };
    if (atOnce) return Promise.resolve(end());
    return new Promise((resolve) => waiting.push(() => resolve(end())));
  };
  const tokens: Pick<Tokens, 'get'> = {
    get: async (tenant, _, { callerToken } = {}) => ({
      value: tokenOf({ tenant, ...(callerToken === undefined ? {} : { callerToken }) }),
      expiresAtMs: Number.POSITIVE_INFINITY,
      permissions: null,
    }),
  };
  const never = Number.POSITIVE_INFINITY;
  const metrics = createMetrics();
  return {
    replicas: Array.from({ length: replicas }, () =>
      createSend({
        ...{ http, tokens, clock, log, metrics },
        quotas: ownQuotas(clock, { isKept: false }),
        circuits: createCircuits(),
        flights: createSingleFlight(),
        cache: {
          generations: createSharedGenerations(space, { now: clock.now, log }),
          ...{ now: clock.now, usualSeconds: {}, maxMs: 300_000, maxBytes: 65_536, maxEntries: 50 },
        },
        timeouts: { normal: never, hunting: never },
        maxWaitMs: 60_000,
        random: () => 0,
      }),
    ),
    answer: (which) => waiting.splice(which % waiting.length, 1)[0]?.(),
    underWay: () => waiting.length,
    exchanges: () => exchanges,
    actions: (token) => actions.get(token) ?? 0,
    pass: (ms) => {
      nowMs += ms;
      for (const sleeper of sleeping) {
        if (sleeper.untilMs > nowMs || !sleeping.delete(sleeper)) continue;
        sleeper.wake();
      }
    },
    scopeOf: (viewer, cacheControl) =>
      createScope({
        requestId: '00000000-0000-4000-8000-000000000000',
        caller: tokenOf(viewer),
        signal: new AbortController().signal,
        ...{ deadline: never, maxCalls: never, callerToken: viewer.callerToken, freshness: freshnessOf(cacheControl) },
      }),
  };
};
