import { makeExecutableSchema } from '@graphql-tools/schema';
import { onTestFinished } from 'vitest';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { createApp } from '../../src/server/app.ts';
import type { AppDeps } from '../../src/server/app-deps.ts';
import { type ListenOptions, type RunningServer, startServer } from '../../src/server/lifecycle.ts';
import type { ContextInput } from '../../src/server/request-context.ts';
import { shortWay } from './short-way.ts';

export interface TinyCaller {
  readonly name: string;
}

/** The context is what the server knows of the request, so that resolvers can show it. */
export type TinyContext = ContextInput<TinyCaller>;

export type TinyDeps = AppDeps<TinyCaller, TinyContext>;

type Resolver = (source: unknown, args: Record<string, unknown>, context: TinyContext) => unknown;

/** `fails` throws whatever the test gives, `waits` resolves when the test lets it, `renames` sees each mutation. */
export interface TinyBehaviour {
  readonly fails?: Resolver;
  readonly waits?: Resolver;
  readonly renames?: Resolver;
}

/** A schema of our own with the shapes that the server's parts care about. */
export const tinySchema = ({
  fails = () => null,
  waits = () => 'done',
  renames = () => undefined,
}: TinyBehaviour = {}) =>
  makeExecutableSchema({
    typeDefs: /* GraphQL */ `
      type Query {
        hello(name: String = "world", times: Int! = 1): String!
        fails: String
        waits: String
        caller: String!
        requestId: String!
        explain: String
        machines(first: Int = 50): MachineConnection!
      }
      type Mutation {
        rename(name: String!): String!
      }
      type MachineConnection {
        nodes: [Machine!]!
      }
      type Machine {
        id: ID!
        computerDnsName: String!
        riskScore: String!
      }
    `,
    resolvers: {
      Query: {
        hello: (_source: unknown, { name }: { name: string | null }) => `Hello ${name ?? 'nobody'}`,
        fails,
        waits,
        caller: (_source: unknown, _args: unknown, { caller }: TinyContext) => caller.name,
        requestId: (_source: unknown, _args: unknown, { requestId }: TinyContext) => requestId,
        explain: (_source: unknown, _args: unknown, { headers }: TinyContext) => headers['x-gateway-explain'],
        machines: (_source: unknown, { first }: { first: number }) => ({
          nodes: [
            { id: 'm1', computerDnsName: 'lap-017.contoso.example', riskScore: 'HIGH' },
            { id: 'm2', computerDnsName: 'srv-web-02.contoso.example', riskScore: 'LOW' },
          ].slice(0, first),
        }),
      },
      Mutation: {
        rename: (source: unknown, args: { name: string }, context: TinyContext) => {
          renames(source, args, context);
          return args.name;
        },
      },
    },
  });

export interface TinyServer extends RunningServer {
  /** Lines of the log so far, parsed. */
  readonly logged: readonly Record<string, unknown>[];
  /** POSTs a GraphQL request and reads the answer. */
  query(
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; body: GraphqlBody }>;
}

export interface GraphqlBody {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly unknown[];
    readonly extensions: Record<string, unknown>;
  }[];
  readonly extensions?: Record<string, unknown>;
}

const isGraphqlBody = (value: unknown): value is GraphqlBody =>
  typeof value === 'object' &&
  value !== null &&
  ('data' in value || ('errors' in value && Array.isArray(value.errors)));

const graphqlBody = (value: unknown): GraphqlBody => {
  if (isGraphqlBody(value)) return value;
  throw new TypeError(`Not a GraphQL answer: ${JSON.stringify(value)}`);
};

/** A real server on a free port with a tiny schema, stopped when the test ends. */
export const startTinyServer = async (
  deps: Partial<TinyDeps> = {},
  listen: Partial<ListenOptions> = {},
): Promise<TinyServer> => {
  const logged: Record<string, unknown>[] = [];
  const app = await createApp<TinyCaller, TinyContext>({
    schema: tinySchema(),
    authenticate: async () => ({ name: 'alice' }),
    createContext: (input) => input,
    limits: { depth: 5, cost: 200, aliases: 5, tokens: 1000, requestTimeoutMs: 5000, bodyBytes: 10_000 },
    server: { graphiql: true, introspection: true },
    log: createLog({ level: 'debug', destination: { write: (line) => void logged.push(JSON.parse(line)) } }),
    metrics: createMetrics(),
    readiness: async () => ({ ready: true, checks: { store: 'ok' } }),
    shortWay,
    ...deps,
  });
  const running = await startServer(app, { host: '127.0.0.1', port: 0, ...listen });
  onTestFinished(() => running.stop(100));
  return {
    ...running,
    logged,
    query: async (query, variables, headers = {}) => {
      const response = await fetch(`${running.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, headers: response.headers, body: graphqlBody(await response.json()) };
    },
  };
};
