import type { Asking } from '../access/access.ts';
import type { Tenant } from '../config/tenants.ts';
import type { GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';
import { type AuditTrail, beginOne } from './audit-trail.ts';

/** An export that a caller is about to get. */
export interface TakenExport {
  /** As its path names it. */
  readonly name: string;
  readonly tenants: readonly Tenant[];
  /** Which rows, and what of them. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a caller got of an export. */
export interface GivenExport {
  readonly rows: number;
  /** Whether it came to its end. */
  readonly whole: boolean;
  /** Why a tenant's rows are not all there, by its name. */
  readonly failures: ReadonlyMap<string, GatewayError>;
}

/** To be called once, at the end. Never rejects. */
export type ExportEnded = (given: GivenExport) => Promise<void>;

/** Writes to the audit log that rows of tenants are given to a caller. */
export interface ExportRecords {
  /** Throws `INTERNAL` when it cannot be written: then nothing may be given. */
  begin(asking: Asking, taken: TakenExport): Promise<ExportEnded>;
  /** Resolves when all that was begun has ended. */
  settled(): Promise<void>;
}

/** As the audit calls it; no mutation of the schema has the name. */
const mutation = 'export';

export const createExportRecords = ({
  auditTrail,
  log,
}: {
  readonly auditTrail: AuditTrail;
  readonly log: Log;
}): ExportRecords => {
  const underWay = new Set<Promise<void>>();
  return {
    begin: async ({ access: { caller }, scope }, { name, tenants, input }) => {
      const acts = await Promise.all(
        tenants.map(async (tenant) => {
          const audited = { caller, approved: null, mutation, tenant: tenant.name, input };
          return { tenant, act: await beginOne(auditTrail, audited, name, scope) };
        }),
      );
      const { promise, resolve } = Promise.withResolvers<void>();
      underWay.add(promise);
      return async ({ rows, whole, failures }) => {
        await Promise.all(
          acts.map(({ tenant, act }) => {
            const error = failures.get(tenant.name) ?? null;
            const missed = rows === 0 ? 'FAILED' : 'PARTLY_DONE';
            return act.end({ outcome: whole && error === null ? 'DONE' : missed, error });
          }),
        );
        log.info(whole ? 'An export was given' : 'An export was not given whole', {
          ...{ requestId: scope.requestId, callerId: caller.id, export: name, rows },
          failures: Object.fromEntries([...failures].map(([tenant, { code }]) => [tenant, code])),
        });
        underWay.delete(promise);
        resolve();
      };
    },
    settled: async () => {
      await Promise.all(underWay);
    },
  };
};
