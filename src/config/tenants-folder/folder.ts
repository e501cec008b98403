import { basename, resolve } from 'node:path';
import { asGatewayError } from '../../errors.ts';
import { systemCodeOf } from '../../system-code.ts';
import type { AccessConfig } from '../access.ts';
import type { ConfigPath, Faults } from '../faults.ts';
import { text } from '../fields.ts';
import type { Guardrail } from '../guardrails.ts';
import type { ReferenceContext } from '../references.ts';
import type { TenantList } from '../tenant-list.ts';
import type { Tenant, TenantFault } from '../tenants.ts';
import { readTenantFiles, type TenantFile } from './files.ts';
import { mergeTenants, type PlacedTenant } from './merge.ts';

/** What of the settings goes by the tenants that there are. */
export interface TenantSettings {
  readonly access: AccessConfig;
  readonly guardrails: readonly Guardrail[];
  readonly warnings: readonly string[];
}

/** What is read of the tenants in force; throws a `ConfigError` when it cannot be. `known`: also those that were taken out. */
export type SettleTenants = (list: TenantList, known: TenantList) => TenantSettings;

/** The folder at one moment. */
export interface LoadedTenants extends TenantSettings {
  readonly tenants: readonly Tenant[];
  readonly faults: readonly TenantFault[];
  /** Those that were in force since the start and are no more, by their last settings. */
  readonly retired: readonly Tenant[];
  readonly files: readonly TenantFile[];
  readonly placed: readonly PlacedTenant[];
}

/** A folder of files of tenants. */
export interface TenantsFolder {
  /** Absolute. */
  readonly path: string;
  /** As it was when the settings were read. */
  readonly first: LoadedTenants;
  /** As it is now; what is wrong with it leaves in force what was. Never rejects. */
  read(before: LoadedTenants): Promise<LoadedTenants>;
}

/** The files and tenants of the folder, before anything goes by them. */
export type FolderTenants = Pick<LoadedTenants, 'tenants' | 'faults' | 'retired' | 'files' | 'placed'>;

/** The folder of the settings, and what is in it; `undefined` with a fault when it cannot be listed. */
export const openTenantsFolder = async (
  value: unknown,
  path: ConfigPath,
  own: readonly Tenant[],
  context: ReferenceContext,
  faults: Faults,
): Promise<{ readonly path: string; readonly found: FolderTenants } | undefined> => {
  const name = faults.read(text(), value, path);
  if (name === undefined) return undefined;
  const folder = resolve(context.baseDir, name);
  try {
    const files = await readTenantFiles({ ...context, baseDir: folder }, []);
    const { placed, faults: found } = mergeTenants(own, files, []);
    const tenants = placed.map(({ tenant }) => tenant);
    return { path: folder, found: { tenants, faults: found, retired: [], files, placed } };
  } catch (thrown) {
    const code = systemCodeOf(thrown);
    faults.add(
      path,
      `cannot read the folder "${name}" (${code || 'unreadable'})${code === 'ENOENT' ? ': make it, it may be empty' : ''}`,
    );
    return undefined;
  }
};

/** The same tenants as a list; names and tags that nobody has are told to `note`, as long as no file has faults. */
export const listOf = (
  { tenants, faults }: Pick<LoadedTenants, 'tenants' | 'faults'>,
  note: NonNullable<TenantList['note']>,
): TenantList => ({ tenants, complete: faults.length === 0, note });

/** By name, those of before that are not in force any more; one whose id changed is two tenants. */
const retiredOf = (before: LoadedTenants, tenants: readonly Tenant[]): readonly Tenant[] => {
  const isIn = (one: Tenant): boolean =>
    tenants.some(({ name, tenantId }) => name === one.name && tenantId === one.tenantId);
  const all = new Map([...before.retired, ...before.tenants].map((one) => [`${one.name}\n${one.tenantId}`, one]));
  return [...all.values()].filter((one) => !isIn(one));
};

/** Reads the folder again; `settle` says what goes by its tenants. */
export const createTenantsFolder = (
  path: string,
  own: readonly Tenant[],
  context: ReferenceContext,
  settle: (found: FolderTenants) => TenantSettings,
  found: FolderTenants,
): TenantsFolder => ({
  path,
  first: { ...found, ...settle(found) },
  read: async (before) => {
    try {
      const files = await readTenantFiles({ ...context, baseDir: path }, before.files);
      const { placed, faults } = mergeTenants(own, files, before.placed);
      const tenants = placed.map(({ tenant }) => tenant);
      const now: FolderTenants = { tenants, faults, files, placed, retired: retiredOf(before, tenants) };
      return { ...now, ...settle(now) };
    } catch (thrown) {
      const code = systemCodeOf(thrown);
      const why = code === '' ? asGatewayError(thrown).message : `the folder cannot be read (${code})`;
      return { ...before, faults: [{ file: '', path: '', message: `${basename(path)}: ${why}` }] };
    }
  },
});
