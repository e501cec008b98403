import { z } from 'zod';
import { apiNames } from '../clouds/endpoints.ts';
import { type AccessConfig, accessWarnings, readAccess } from './access.ts';
import { actionsSchema } from './actions.ts';
import { approvalWarnings } from './approval-warnings.ts';
import { type ApprovalLimits, approvalsSchema } from './approvals.ts';
import { type AuditConfig, readAudit } from './audit.ts';
import { authWarnings } from './auth/warnings.ts';
import { type CacheConfig, cacheSchema } from './cache.ts';
import { ConfigError, type ConfigFault, type ConfigPath, createFaults, type Faults, pathText } from './faults.ts';
import { section } from './fields.ts';
import { graphiqlWarning, hidesGraphiql } from './free-documents.ts';
import { type GraphiqlSignIn, resolveGraphiqlSignIn } from './graphiql-sign-in.ts';
import { readGuardrails } from './guardrail-list.ts';
import type { ActionSwitches, Guardrail } from './guardrails.ts';
import { type Limits, limitsSchema } from './limits.ts';
import { type ReadKeyVault, type ReferenceContext, resolveReferences } from './references.ts';
import { readServer, type ServerConfig } from './server.ts';
import { readStore, type StoreConfig } from './store.ts';
import { readTenants, type TenantList } from './tenant-list.ts';
import type { Tenant, TenantFault } from './tenants.ts';
import {
  createTenantsFolder,
  type FolderTenants,
  listOf,
  openTenantsFolder,
  type TenantSettings,
  type TenantsFolder,
} from './tenants-folder/folder.ts';
import { readUpstream, type UpstreamConfig } from './upstream.ts';
import { parseYaml } from './yaml-text.ts';

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
  /** Where tenants come and go while the gateway runs; absent: `tenants` are all there will be. */
  readonly tenantsFolder?: TenantsFolder;
}

export interface ParseOptions extends ReferenceContext {
  /** What the error calls the text, e.g. its file name. */
  readonly source?: string;
  /** Opens Key Vault by the way to Microsoft's hosts that the settings say; goes before `readKeyVault`. */
  readonly openKeyVault?: ((upstream: UpstreamConfig) => ReadKeyVault) | undefined;
  /** Epoch milliseconds, for warnings of what ends soon; the system's by default. */
  readonly now?: () => number;
}

/** The file as a whole: its sections, each of which is read apart. */
export const rootSchema = section({
  server: z.unknown().optional(),
  access: z.unknown().optional(),
  store: z.unknown().optional(),
  tenants: z.unknown().optional(),
  tenantsFolder: z.unknown().optional(),
  limits: z.unknown().optional(),
  upstream: z.unknown().optional(),
  cache: z.unknown().optional(),
  audit: z.unknown().optional(),
  actions: z.unknown().optional(),
  guardrails: z.unknown().optional(),
  approvals: z.unknown().optional(),
});

const warningsOf = (access: AccessConfig, tenants: readonly Tenant[], nowMs: number): string[] => [
  ...accessWarnings(access, nowMs),
  ...authWarnings(tenants, access.entra.length),
  ...tenants
    .filter(({ apis }) => apiNames.every((api) => apis[api] === null))
    .map(({ name, cloud }) => `tenants: "${name}" is in cloud "${cloud}", which has none of the Defender APIs`),
];

const isGroup = (root: unknown): boolean => typeof root === 'object' && root !== null && !Array.isArray(root);

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

/** What goes by the tenants, and may have to be read again when they change. */
interface ByTenants {
  readonly root: Readonly<Record<string, unknown>>;
  readonly nowMs: number;
}

/** Reads who may call and the operator's rules, for these tenants; `undefined` for what cannot be read, with faults. */
const readByTenants = (
  { root, nowMs }: ByTenants,
  list: TenantList,
  known: TenantList,
  faults: Faults,
): TenantSettings | undefined => {
  const access = readAccess(root.access, ['access'], list, faults);
  // A rule for a tenant that was taken out holds for what is under way there.
  const rules = { list: known, roles: access?.roles ?? null };
  const guardrails = readGuardrails(root.guardrails, ['guardrails'], rules, faults);
  if (access === undefined) return undefined;
  const warnings = [...warningsOf(access, list.tenants, nowMs), ...approvalWarnings(guardrails, access, list.tenants)];
  return { access, guardrails, warnings };
};

/** The same for tenants of a folder, where names that nobody has yet are no faults. */
const settleFolder =
  (asked: Omit<ByTenants, 'nowMs'>, now: () => number) =>
  (found: FolderTenants): TenantSettings => {
    const faults = createFaults();
    const notes: string[] = [];
    const note = (path: ConfigPath, message: string): void => {
      notes.push(`${pathText(path)}: ${message} (one may come in tenantsFolder)`);
    };
    const list = listOf(found, note);
    const known = { ...list, tenants: [...found.tenants, ...found.retired] };
    const settled = readByTenants({ ...asked, nowMs: now() }, list, known, faults);
    if (settled === undefined || faults.list().length > 0) throw new ConfigError(faults.list());
    freeze(found.tenants);
    return freeze({ ...settled, warnings: [...settled.warnings, ...notes] });
  };

/** A fault of a folder's file among those of the settings file. */
const asConfigFault = ({ file, path, message }: TenantFault): ConfigFault => ({
  path: [`tenantsFolder/${file}`, path].filter((part) => part !== '').join(': '),
  message,
});

/** Reads settings from YAML text. Throws a `ConfigError` with every fault in it. */
export const parseConfig = async (text: string, given: ParseOptions): Promise<Config> => {
  const faults = createFaults();
  const raw = parseYaml(text, faults);
  if (raw === undefined) throw new ConfigError(faults.list(), given.source);
  if (raw !== null && !isGroup(raw)) {
    const message = `must hold settings by their names (server:, access:, tenants: ...), not ${Array.isArray(raw) ? 'a list' : 'plain text'}`;
    throw new ConfigError([{ path: '', message }], given.source);
  }
  const now = given.now ?? Date.now;
  // Read before all else: it says whom a vault is reached by that the rest refers to.
  const { upstream: way, ...rest } = sectionsOf(raw);
  const upstreamAt = ['upstream'];
  const upstream = await readUpstream(
    (await resolveReferences(way, upstreamAt, given, faults)) ?? {},
    upstreamAt,
    given,
    faults,
  );
  const options = { ...given, readKeyVault: given.openKeyVault?.(upstream) ?? given.readKeyVault };
  const resolved = await resolveReferences(rest, [], options, faults);
  faults.read(rootSchema, resolved, []);
  const root = sectionsOf(resolved);
  const server = await readServer(root.server, ['server'], options, faults);
  const limits = faults.read(limitsSchema, root.limits ?? {}, ['limits']);
  const store = await readStore(root.store, ['store'], options, faults);
  const cache = faults.read(cacheSchema, root.cache ?? {}, ['cache']);
  const hasFolder = root.tenantsFolder !== undefined;
  const own = await readTenants(root.tenants, ['tenants'], options, faults, { mayBeEmpty: hasFolder });
  const opened = hasFolder
    ? await openTenantsFolder(root.tenantsFolder, ['tenantsFolder'], own.tenants, options, faults)
    : undefined;
  const list = hasFolder
    ? { tenants: opened?.found.tenants ?? own.tenants, complete: own.complete, note: () => {} }
    : own;
  const byTenants = readByTenants({ root, nowMs: now() }, list, list, faults);
  const audit = await readAudit(root.audit, ['audit'], { context: options, store }, faults);
  const actions = faults.read(actionsSchema, root.actions ?? {}, ['actions']);
  const approvals = faults.read(approvalsSchema, root.approvals ?? {}, ['approvals']);
  const signInAt = ['server', 'graphiqlSignIn'];
  const graphiqlSignIn = byTenants
    ? resolveGraphiqlSignIn(server?.graphiqlSignIn, signInAt, byTenants.access.entra, faults)
    : null;
  const isWhole = faults.list().length === 0;
  if (!isWhole || !server || !limits || !store || !byTenants || !audit || !actions || !approvals || !cache) {
    throw new ConfigError([...faults.list(), ...(opened?.found.faults ?? []).map(asConfigFault)], options.source);
  }
  const settle = settleFolder({ root }, now);
  const tenantsFolder = opened && createTenantsFolder(opened.path, own.tenants, options, settle, opened.found);
  const { access, guardrails, warnings } = tenantsFolder?.first ?? byTenants;
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
    warnings: [...warnings, ...(hidden ? [graphiqlWarning] : [])],
    ...(tenantsFolder && { tenantsFolder }),
  });
};
