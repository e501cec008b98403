import type { Asking } from '../access/access.ts';
import type { OwnRecords } from '../actions/own-records.ts';
import type { Tenant } from '../config/tenants.ts';
import type { FileFacts } from '../downloads/contents.ts';
import type { Log } from '../log.ts';

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

/** Writes to the audit log that content of a file is given to a caller. Throws what `begin` throws: then nothing may be given. */
export const createRecordFile =
  ({ records, log }: { readonly records: Pick<OwnRecords, 'begin'>; readonly log: Log }) =>
  async ({ access, scope }: Asking, { tenant, actionId, target, what }: TakenFile): Promise<Ended> => {
    const { caller } = access;
    const { name, tenantId } = tenant;
    const audited = { caller, mutation, tenant: name, tenantId, input: { actionId, ...what } };
    const ended = await records.begin(audited, [{ target }], scope);
    return async (got) => {
      await ended(() => ({ outcome: got === null ? 'FAILED' : 'DONE', actionId }));
      log.info(got === null ? 'A file was not given whole' : 'A file was given', {
        ...{ requestId: scope.requestId, callerId: caller.id, tenant: tenant.name, actionId },
        ...(got && { size: got.size, sha256: got.sha256 }),
      });
    };
  };

export type RecordFile = ReturnType<typeof createRecordFile>;
