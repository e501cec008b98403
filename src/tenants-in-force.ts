import type { AccessConfig } from './config/access.ts';
import type { Config } from './config/config.ts';
import { createTenantDirectory, type TenantDirectory } from './config/directory.ts';
import type { Guardrail } from './config/guardrails.ts';
import { type TenantIdentity, tenantKey } from './config/tenant-keys.ts';
import type { Tenant, TenantFault } from './config/tenants.ts';
import type { LoadedTenants } from './config/tenants-folder/folder.ts';
import { type Watched, watchFolder } from './config/tenants-folder/watch.ts';
import type { Log } from './log.ts';

/** The tenants at one moment, and what goes by them. A request keeps to one of them from its beginning to its end. */
export interface TenantSnapshot {
  readonly directory: TenantDirectory;
  readonly access: AccessConfig;
  readonly guardrails: readonly Guardrail[];
}

/** The one place that knows which tenants there are. */
export interface TenantsInForce {
  current(): TenantSnapshot;
  /** What is made of the tenants, made anew when they have changed. */
  made<T>(make: (snapshot: TenantSnapshot) => T): () => T;
  /**
   * The tenant of that name, also one that was taken out since the start: what was begun there goes on. With the id that it had
   * then, another tenant of the same name is not taken for it, and it is known under another name.
   */
  known(name: string, tenantId?: string): Tenant | undefined;
  /** Whether it is one of the moment, as it is set: not one that was taken out, or set otherwise. */
  isInForce(tenant: TenantIdentity): boolean;
  /** What keeps files of the folder from being used; empty without a folder. */
  faults(): readonly TenantFault[];
  /** Reads the folder again now; without one it does nothing. */
  reload(): Promise<void>;
  /** Begins to watch the folder. */
  start(): void;
  stop(): Promise<void>;
}

/** What the tenants in force are made with. */
export interface TenantsInForceParts {
  readonly config: Pick<Config, 'tenants' | 'access' | 'guardrails' | 'tenantsFolder' | 'warnings'>;
  readonly log: Log;
  /** Told of tenants that were taken out or are another one now, as they were: they count no more. */
  readonly onChanged?: (tenants: readonly Tenant[]) => void;
}

const lineOf = ({ file, path, message }: TenantFault): string => [file, path, message].join('\n');

/** Tenants of the settings file and of the folder. */
export const createTenantsInForce = ({ config, log, onChanged = () => {} }: TenantsInForceParts): TenantsInForce => {
  const { tenantsFolder } = config;
  let loaded: LoadedTenants | undefined = tenantsFolder?.first;
  let snapshot: TenantSnapshot = { ...config, directory: createTenantDirectory(config.tenants) };
  let told: readonly TenantFault[] = [];
  let warned: readonly string[] = config.warnings;
  let watched: Watched | undefined;

  /** Each fault once, until it is right again. */
  const tell = (faults: readonly TenantFault[]): void => {
    const before = new Set(told.map(lineOf));
    const now = new Set(faults.map(lineOf));
    for (const fault of faults) {
      if (before.has(lineOf(fault))) continue;
      log.error('A file of tenants cannot be used; what it said before stays in force', { ...fault });
    }
    for (const fault of told) {
      if (now.has(lineOf(fault))) continue;
      log.info('A fault of a file of tenants is gone', { file: fault.file, path: fault.path });
    }
    told = faults;
  };

  const tellChanges = (before: LoadedTenants, now: LoadedTenants): void => {
    const earlier = new Map(before.tenants.map((tenant) => [tenant.name, tenant]));
    const later = new Map(now.tenants.map((tenant) => [tenant.name, tenant]));
    const added = now.tenants.filter(({ name }) => !earlier.has(name));
    const removed = before.tenants.filter(({ name }) => !later.has(name));
    const changed = now.tenants.filter((tenant) => (earlier.get(tenant.name) ?? tenant) !== tenant);
    if (added.length + removed.length + changed.length > 0) {
      const names = (some: readonly Tenant[]): readonly string[] => some.map(({ name }) => name);
      log.info('The tenants have changed', { added: names(added), removed: names(removed), changed: names(changed) });
    }
    const keys = new Set(now.tenants.map(tenantKey));
    onChanged(before.tenants.filter((tenant) => !keys.has(tenantKey(tenant))));
  };

  const look = async (): Promise<void> => {
    if (tenantsFolder === undefined || loaded === undefined) return;
    const before = loaded;
    const now = await tenantsFolder.read(before);
    loaded = now;
    tell(now.faults);
    if (now.placed === before.placed || isSame(before.tenants, now.tenants)) return;
    snapshot = { directory: createTenantDirectory(now.tenants), access: now.access, guardrails: now.guardrails };
    for (const warning of now.warnings) if (!warned.includes(warning)) log.warn(warning);
    warned = now.warnings;
    tellChanges(before, now);
  };

  return {
    current: () => snapshot,
    made: (make) => {
      let last: { readonly of: TenantSnapshot; readonly value: ReturnType<typeof make> } | undefined;
      return () => {
        if (last?.of !== snapshot) last = { of: snapshot, value: make(snapshot) };
        return last.value;
      };
    },
    known: (name, tenantId) => {
      const { directory } = snapshot;
      const fits = (tenant: Tenant): boolean =>
        tenant.name === name && (tenantId === undefined || tenant.tenantId === tenantId);
      return (
        directory.all.find(fits) ??
        directory.all.find((tenant) => tenant.tenantId === tenantId) ??
        loaded?.retired.find(fits)
      );
    },
    isInForce: (tenant) => {
      const now = snapshot.directory.get(tenant.name);
      return now !== undefined && tenantKey(now) === tenantKey(tenant);
    },
    faults: () => loaded?.faults ?? [],
    reload: async () => {
      await (watched?.lookNow() ?? look());
    },
    start: () => {
      if (tenantsFolder === undefined || loaded === undefined) return;
      tell(loaded.faults);
      watched = watchFolder(tenantsFolder.path, {
        look,
        onUnwatched: (error) =>
          log.warn('The system does not tell of changes in the folder of tenants: it is looked at once a minute', {
            err: error,
          }),
      });
      // It may have changed since it was read.
      void watched.lookNow();
    },
    stop: async () => {
      await watched?.stop();
    },
  };
};

const isSame = (one: readonly Tenant[], other: readonly Tenant[]): boolean =>
  one.length === other.length && one.every((tenant, index) => tenant === other[index]);
