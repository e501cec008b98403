import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { apiNames } from '../clouds/endpoints.ts';
import { type AccessConfig, accessWarnings, readAccess } from './access.ts';
import { actionsSchema } from './actions.ts';
import { approvalWarnings } from './approval-warnings.ts';
import { type ApprovalLimits, approvalsSchema } from './approvals.ts';
import { type AuditConfig, readAudit } from './audit.ts';
import { authWarnings } from './auth/warnings.ts';
import { type CacheConfig, cacheSchema } from './cache.ts';
import { ConfigError, createFaults, type Faults } from './faults.ts';
import { section } from './fields.ts';
import { graphiqlWarning, hidesGraphiql } from './free-documents.ts';
import { type GraphiqlSignIn, resolveGraphiqlSignIn } from './graphiql-sign-in.ts';
import { readGuardrails } from './guardrail-list.ts';
import type { ActionSwitches, Guardrail } from './guardrails.ts';
import { type Limits, limitsSchema } from './limits.ts';
import { type ReferenceContext, resolveReferences } from './references.ts';
import { readServer, type ServerConfig } from './server.ts';
import { readStore, type StoreConfig } from './store.ts';
import { readTenants } from './tenant-list.ts';
import type { Tenant } from './tenants.ts';
import { readUpstream, type UpstreamConfig } from './upstream.ts';

/** All settings, checked, joined with the cloud table, and frozen. */
export interface Config {
  readonly server: Readonly<Omit<ServerConfig, 'graphiqlSignIn'>> & {
    /** `null`: nobody signs in on the page of GraphiQL. */
    readonly graphiqlSignIn: GraphiqlSignIn | null;
  };
  readonly access: AccessConfig;
  readonly store: StoreConfig;
  readonly tenants: readonly Tenant[];
  readonly limits: Readonly<Limits>;
  readonly upstream: UpstreamConfig;
  readonly cache: CacheConfig;
  readonly audit: AuditConfig;
  readonly actions: ActionSwitches;
  readonly guardrails: readonly Guardrail[];
  readonly approvals: ApprovalLimits;
  /** What works but should not be overlooked; to be logged at the start. */
  readonly warnings: readonly string[];
}

export interface ParseOptions extends ReferenceContext {
  /** What the error calls the text, e.g. its file name. */
  readonly source?: string;
  /** Epoch milliseconds, for warnings of what ends soon; the system's by default. */
  readonly now?: () => number;
}

const rootSchema = section({
  server: z.unknown().optional(),
  access: z.unknown().optional(),
  store: z.unknown().optional(),
  tenants: z.unknown().optional(),
  limits: z.unknown().optional(),
  upstream: z.unknown().optional(),
  cache: z.unknown().optional(),
  audit: z.unknown().optional(),
  actions: z.unknown().optional(),
  guardrails: z.unknown().optional(),
  approvals: z.unknown().optional(),
});

/** The YAML as plain data; its syntax faults carry line and column. */
const parseYaml = (text: string, faults: Faults): unknown => {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  for (const error of document.errors) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    faults.add([`line ${line}, column ${col}`], error.message);
  }
  return document.errors.length === 0 ? (document.toJS() ?? {}) : undefined;
};

const warningsOf = (access: AccessConfig, tenants: readonly Tenant[], nowMs: number): string[] => [
  ...accessWarnings(access, nowMs),
  ...authWarnings(tenants, access.entra.length),
  ...tenants
    .filter(({ apis }) => apiNames.every((api) => apis[api] === null))
    .map(({ name, cloud }) => `tenants: "${name}" is in cloud "${cloud}", which has none of the Defender APIs`),
];

/** The sections by name, whatever else is wrong with the root: each is then checked on its own. */
const sectionsOf = (root: unknown): Readonly<Record<string, unknown>> =>
  typeof root === 'object' && root !== null ? Object.fromEntries(Object.entries(root)) : {};

/** Freezes plain data all through; secrets and functions are left as they are. */
const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) freeze(item);
  }
  return value;
};

/** Reads settings from YAML text. Throws a `ConfigError` with every fault in it. */
export const parseConfig = async (text: string, options: ParseOptions): Promise<Config> => {
  const faults = createFaults();
  const fail = () => new ConfigError(faults.list(), options.source);
  const raw = parseYaml(text, faults);
  if (raw === undefined) throw fail();
  const resolved = await resolveReferences(raw, [], options, faults);
  faults.read(rootSchema, resolved, []);
  const root = sectionsOf(resolved);
  const server = await readServer(root.server, ['server'], options, faults);
  const limits = faults.read(limitsSchema, root.limits ?? {}, ['limits']);
  const store = await readStore(root.store, ['store'], options, faults);
  const upstream = await readUpstream(root.upstream ?? {}, ['upstream'], options, faults);
  const cache = faults.read(cacheSchema, root.cache ?? {}, ['cache']);
  const list = await readTenants(root.tenants, ['tenants'], options, faults);
  const access = readAccess(root.access, ['access'], list, faults);
  const audit = await readAudit(root.audit, ['audit'], { context: options, store }, faults);
  const actions = faults.read(actionsSchema, root.actions ?? {}, ['actions']);
  const approvals = faults.read(approvalsSchema, root.approvals ?? {}, ['approvals']);
  const guardrails = readGuardrails(root.guardrails, ['guardrails'], { list, roles: access?.roles ?? null }, faults);
  const signInAt = ['server', 'graphiqlSignIn'];
  const graphiqlSignIn = access ? resolveGraphiqlSignIn(server?.graphiqlSignIn, signInAt, access.entra, faults) : null;
  const isWhole = faults.list().length === 0;
  if (!isWhole || !server || !limits || !store || !access || !audit || !actions || !approvals || !cache) throw fail();
  const hidden = hidesGraphiql(server, access);
  return freeze({
    server: { ...server, graphiql: server.graphiql && !hidden, graphiqlSignIn },
    access,
    store,
    tenants: list.tenants,
    limits,
    upstream,
    cache,
    audit,
    actions,
    guardrails,
    approvals,
    warnings: [
      ...warningsOf(access, list.tenants, (options.now ?? Date.now)()),
      ...approvalWarnings(guardrails, access, list.tenants),
      ...(hidden ? [graphiqlWarning] : []),
    ],
  });
};
