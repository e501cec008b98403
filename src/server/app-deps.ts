import type { IncomingHttpHeaders } from 'node:http';
import type { RequestHandler } from 'express';
import type { GraphQLSchema } from 'graphql';
import type { FieldCosts, Price, QueryLimits, RequestRates } from '../access/limits.ts';
import type { ExportQuestion, RunningExport } from '../exports/exports.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Soon } from '../soon.ts';
import type { Executor } from './execution/executor.ts';
import type { FileQuestion, ServedFile } from './files/routes.ts';
import type { Ways } from './graphiql/greeting.ts';
import type { Example } from './graphiql/page.ts';
import type { Readiness } from './health.ts';
import type { Load } from './load.ts';
import type { ContextInput } from './request-context.ts';
import type { ToldFailures } from './told-failures.ts';
import type { TrustedDocument } from './trusted-documents.ts';

/** What the server shows of itself, and to whom. */
export interface ServerSettings {
  /** GraphiQL at `/`. */
  readonly graphiql: boolean;
  /** Whether callers may read the schema. */
  readonly introspection: boolean;
  /** Origins whose pages may call; none by default. */
  readonly cors?: readonly string[];
  /** What may stand for a query's text; `apq` by default: the hash of one that was sent before. */
  readonly persistedQueries?: 'apq' | 'off' | 'trusted';
  /** The documents that `trusted` runs. */
  readonly trustedDocuments?: readonly TrustedDocument[];
  /** Names of the gateway besides addresses and local ones, where callers need no credential. */
  readonly hosts?: readonly string[];
  /** Proxies whose word on a caller's address is believed, by number or by address; none by default. */
  readonly trustProxy?: number | readonly string[];
}

/** How large and how long one request may be. */
export interface RequestLimits extends QueryLimits {
  readonly requestTimeoutMs: number;
  readonly bodyBytes: number;
  /** Bytes of a body with a file; as any other by default. */
  readonly uploadBytes?: number;
  /** Bytes of all bodies that are being read or worked on; as one body by default. */
  readonly bodyBytesUnderWay?: number;
  /** Values of JSON in a body; 20,000 by default. */
  readonly values?: number;
  /** Milliseconds that a file may stand still on its way; as a request by default. */
  readonly fileIdleMs?: number;
  /** Milliseconds that an export may take, or wait for a row; as a request by default. */
  readonly exportTimeoutMs?: number;
  /** Points from which on an operation costs much, which an export does; 5,000 by default. */
  readonly expensiveCost?: number;
  /** Operations that one request may hold; 1 by default, without lists. */
  readonly batchSize?: number;
}

/** What a caller may be allowed to do with the graph itself, whatever is in it. */
export type ServerPermission = 'schema:read' | 'document:any';

/** The parts that a request passes. What is left out is unlimited, allowed or absent, as said at each. */
export interface AppDeps<TCaller, TContext extends object> {
  readonly schema: GraphQLSchema;
  /** Answers operations; by plans of their documents without it. */
  readonly executor?: Executor | undefined;
  /**
   * When a document may be answered past Apollo's pipeline: once Apollo has answered it (`learned`, the default), from its first
   * request (`atOnce`, for tests), or never (`off`). With an `executor` of its own never.
   */
  readonly shortWay?: 'learned' | 'atOnce' | 'off' | undefined;
  /** Failures of parts of an operation that the schema told of; none by default. */
  readonly toldFailures?: Pick<ToldFailures, 'errorsOf' | 'codeOf'>;
  /** Who calls, by the headers; throws `AccessError` when that cannot be told. */
  authenticate(headers: IncomingHttpHeaders): Soon<TCaller>;
  /** What resolvers get, made anew for each request. */
  createContext(input: ContextInput<TCaller>): Soon<TContext>;
  /** Additions to the answer's `extensions`, asked for after execution; with the price, where there is one. */
  responseExtensions?(context: TContext, price: Price | undefined): Readonly<Record<string, unknown>> | undefined;
  /** Whether the caller of a request asks for its price alone; nobody does by default. */
  isPlan?(context: TContext): boolean;
  /** What the answer to them says in `extensions`. */
  planOf?(price: Price): Readonly<Record<string, unknown>>;
  /** Refuses what costs much while there is no room for it, and lets it begin one after the other; by default there is room for all. */
  readonly load?: Pick<Load, 'begin' | 'checkRoom' | 'turn'>;
  /** Who a caller is, for their share of what is limited; all are one by default. */
  callerKey?(caller: TCaller, remoteAddress: string): string;
  /** Counts the points of a query to its caller; throws when they are too many. Mutations are not brought. */
  spend?(context: TContext, points: number): Soon<void>;
  /** Whether a caller may send files, for which a body may be larger when it says so; nobody may by default. */
  mayUpload?(caller: TCaller): boolean;
  /** The connection of a request's answer is done with, however it ended. */
  onClosed?(context: TContext): void;
  /** The id of a request's caller, for the log: never their name, nor anything secret. */
  callerId?(context: TContext): string;
  /** The code of a failure among the data of an answer, for log and metrics. */
  partFailure?(context: TContext): string | undefined;
  /** Ends the work of all requests: shortly before a stop cuts what is left. */
  readonly lastMoment?: AbortSignal;
  readonly limits: RequestLimits;
  /** How often callers may ask; as often as they like without it. */
  readonly rates?: RequestRates<TCaller>;
  /** Whether the caller of a request has the permission; everybody has it by default. */
  permits?(context: TContext, permission: ServerPermission): boolean;
  /** What of the context a mutation beside other operations has of its own; by default nothing. */
  mutationContext?(context: TContext): Partial<TContext>;
  /** Whole seconds of the oldest thing that was shown from a cache; `null`: nothing was. */
  ageOf?(context: TContext): number | null;
  /** Fields that cost other than the default. */
  readonly costs?: FieldCosts;
  /** Tenants that the caller of a request sees, for questions that name none; 1 by default. */
  tenantsOf?(context: TContext): number;
  readonly server: ServerSettings;
  readonly log: Log;
  readonly metrics: Metrics;
  readiness(): Promise<Readiness>;
  /** Tabs of GraphiQL at its first opening. */
  readonly examples?: readonly Example[];
  /** How callers of GraphiQL's page say who they are; nobody is asked by default. */
  readonly ways?: Ways;
  /** Opens a file of `/files`, or throws; without it there are none. Behind the same authentication as `/graphql`. */
  openFile?(context: TContext, question: FileQuestion): Promise<ServedFile>;
  /** Opens an export of `/export`, or throws; without it there are none. Behind the same authentication as `/graphql`. */
  openExport?(context: TContext, question: ExportQuestion): Promise<RunningExport>;
  /** Names of exports, for the metric. */
  readonly exportNames?: ReadonlySet<string>;
  /** Further routes by path prefix, e.g. `/console`: behind request id and security headers, without authentication. */
  readonly routes?: Readonly<Record<string, RequestHandler>>;
}
