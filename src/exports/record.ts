import type { Access, Asking } from '../access/access.ts';
import type { OwnRecords } from '../actions/own-records.ts';
import type { Tenant } from '../config/tenants.ts';
import type { ActionOutcome } from '../domain/outcome.ts';
import type { GatewayError } from '../errors.ts';
import type { Log } from '../log.ts';

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
  /** Rows that were given, by the name of their tenant. */
  readonly rows: ReadonlyMap<string, number>;
  /** Whether the caller has them, and was told what is missing. */
  readonly whole: boolean;
  /** What ended it before the rows did: their number, which the caller had asked for, or a limit of the gateway; null: nothing. */
  readonly cut: 'first' | 'limit' | null;
  /** Why a tenant's rows are not all there, by its name. */
  readonly failures: ReadonlyMap<string, GatewayError>;
  /** Tenants of whose rows something is to be told, though they did not fail. */
  readonly remarked: ReadonlySet<string>;
}

/** To be called once, at the end. Never rejects. */
export type ExportRecorded = (given: GivenExport) => Promise<void>;

/** Who takes it, in which request. */
interface WhoTakes extends Pick<Asking, 'scope'> {
  readonly access: Pick<Access, 'caller'>;
}

/** What a tenant's record says at the end. */
const outcomeOf = (tenant: string, { rows, whole, cut, failures, remarked }: GivenExport): ActionOutcome => {
  const isGiven = (rows.get(tenant) ?? 0) > 0;
  if (failures.has(tenant) || !whole) return isGiven ? 'PARTLY_DONE' : 'FAILED';
  // It may have been the turn of others only.
  if (cut !== null && !isGiven) return 'NOT_BEGUN';
  return cut === 'limit' || remarked.has(tenant) ? 'PARTLY_DONE' : 'DONE';
};

/** As the audit calls it; no mutation of the schema has the name. */
const mutation = 'export';

/** Writes to the audit log that rows of tenants are given to a caller. Throws what `begin` throws: then nothing may be given. */
export const createRecordExport =
  ({ records, log }: { readonly records: Pick<OwnRecords, 'begin'>; readonly log: Log }) =>
  async ({ access: { caller }, scope }: WhoTakes, { name, tenants, input }: TakenExport): Promise<ExportRecorded> => {
    const places = tenants.map((tenant) => ({ target: name, tenant: tenant.name, tenantId: tenant.tenantId }));
    const ended = await records.begin({ caller, mutation, tenant: '', input }, places, scope);
    return async (given) => {
      const { whole, failures } = given;
      const rows = [...given.rows.values()].reduce((sum, count) => sum + count, 0);
      await ended(({ tenant }) => ({ outcome: outcomeOf(tenant, given), error: failures.get(tenant) ?? null }));
      log.info(whole ? 'An export was given' : 'An export was not given whole', {
        ...{ requestId: scope.requestId, callerId: caller.id, export: name, rows },
        failures: Object.fromEntries([...failures].map(([tenant, { code }]) => [tenant, code])),
      });
    };
  };

export type RecordExport = ReturnType<typeof createRecordExport>;
