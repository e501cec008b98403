import type { Asking } from '../../access/access.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { FileFacts } from '../../downloads/contents.ts';
import type { Log } from '../../log.ts';
import { type AuditTrail, beginOne } from '../audit-trail.ts';

/** A file that a caller is about to get. */
export interface TakenFile {
  readonly tenant: Tenant;
  readonly actionId: string;
  /** The machine, or the action where the machine is not known. */
  readonly target: string;
  /** What it is. */
  readonly what: Readonly<Record<string, unknown>>;
}

/** To be called once, at the end: with what the caller got; null: not all of it. Never rejects. */
export type Ended = (got: FileFacts | null) => Promise<void>;

/** As the audit calls it; no mutation of the schema has the name. */
const mutation = 'downloadFile';

/** Writes to the audit log that content of a file is given to a caller. */
export const createFileRecords = ({ auditTrail, log }: { readonly auditTrail: AuditTrail; readonly log: Log }) => {
  const underWay = new Set<Promise<void>>();
  return {
    /** Throws `INTERNAL` when it cannot be written: then nothing may be given. */
    begin: async ({ access, scope }: Asking, { tenant, actionId, target, what }: TakenFile): Promise<Ended> => {
      const { caller } = access;
      const input = { actionId, ...what };
      const audited = { caller, approved: null, mutation, tenant: tenant.name, input };
      const recorded = await beginOne(auditTrail, audited, target, scope);
      const { promise, resolve } = Promise.withResolvers<void>();
      underWay.add(promise);
      return async (got) => {
        await recorded.end({ outcome: got === null ? 'FAILED' : 'DONE', actionId });
        log.info(got === null ? 'A file was not given whole' : 'A file was given', {
          requestId: scope.requestId,
          callerId: caller.id,
          tenant: tenant.name,
          actionId,
          ...(got && { size: got.size, sha256: got.sha256 }),
        });
        underWay.delete(promise);
        resolve();
      };
    },
    /** Resolves when all that was begun has ended. */
    settled: async (): Promise<void> => {
      await Promise.all(underWay);
    },
  };
};

export type FileRecords = ReturnType<typeof createFileRecords>;
