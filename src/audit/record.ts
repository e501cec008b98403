import { actionOutcomes } from '../domain/outcome.ts';

/** What became of an action, or that it was about to be done. */
export const auditOutcomes = ['INTENDED', ...actionOutcomes] as const;
/** One of them. */
export type AuditOutcome = (typeof auditOutcomes)[number];

/** Who caused it, and by which request. */
export interface AuditActor {
  /** The caller's stable id, e.g. `apiKey:nightly-report`. */
  readonly callerId: string;
  readonly callerName: string;
  readonly callerKind: 'user' | 'app' | 'apiKey' | 'anonymous';
  /** Address of the connection's other end. */
  readonly remoteAddress: string | null;
  /** The request's id, which Microsoft got as `client-request-id`. */
  readonly requestId: string;
}

/** One action on one target: written before it (`INTENDED`) and after it, under the same `auditId`. */
export interface AuditEntry extends AuditActor {
  readonly auditId: string;
  readonly mutation: string;
  /** The tenant's configured name. */
  readonly tenant: string;
  /** Microsoft's id of the tenant that had the name then; absent in records of earlier versions. */
  readonly tenantId?: string;
  /** Id of the machine, action, incident, alert or approval, or the name of the library file. */
  readonly target: string;
  /** What was asked besides the target; what looks like a secret is masked. */
  readonly input: unknown;
  /** SHA-256 of the masked input before it was cut, 64 hex digits; absent in records of version 1. */
  readonly inputSha256?: string;
  /** Number of the record that has the input, where it is another one: an input is written once. */
  readonly inputSeq?: number;
  /** The correlation tag that the action's comment bears at Microsoft, e.g. `[dg:4f1c0a9be2d7]`. */
  readonly tag?: string;
  /** Guardrails that spoke. */
  readonly guardrails: readonly string[];
  /** Who agreed, where a second person had to. */
  readonly approval?: { readonly approvalId: string; readonly approvedBy: string };
  readonly outcome: AuditOutcome;
  readonly errorCode: string | null;
  /** Microsoft's id of what it became, once it is known. */
  readonly actionId: string | null;
  /** Microsoft's own id of the call, where it was given. */
  readonly upstreamRequestId: string | null;
}

/** Whether it is of that very tenant, as far as it tells: its name may have been another's. */
export const isOfTenant = (
  entry: Pick<AuditEntry, 'tenant' | 'tenantId'>,
  { tenant, tenantId }: Pick<AuditEntry, 'tenant' | 'tenantId'>,
): boolean => entry.tenant === tenant && (entry.tenantId ?? tenantId) === tenantId;

/** An entry in its place in the log. */
export interface AuditRecord extends AuditEntry {
  /** From 1, without gaps. */
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  /** SHA-256 of the line before, 64 hex digits. */
  readonly prev: string;
}

/** Which records are wanted, as far as the place of a record tells: others may come as well, and are to be left out. */
export interface AuditRange {
  /** Only records with a smaller number. */
  readonly beforeSeq?: number;
  /** Only records up to this moment, epoch milliseconds. */
  readonly untilMs?: number;
  /** Records of other tenants need not come. */
  readonly tenants?: ReadonlySet<string>;
  /** Records of other callers (id or name) need not come. */
  readonly caller?: string;
}

/** Where the log begins and ends. */
export interface AuditEnds {
  /** Of the newest record; 0: there is none. */
  readonly seq: number;
  /** SHA-256 of its line, 64 hex digits. */
  readonly hash: string;
  /** Of the oldest record; 0: there is none. */
  readonly firstSeq: number;
}

/** Where the log is kept. */
export interface AuditLog {
  /**
   * Resolves with the number of each record when they cannot be lost any more; they stand together. Rejects when they could
   * not be written, or with an `AuditLoss` when the log is not what it was: cut, replaced by an older copy, emptied. The audit trail
   * makes `INTERNAL` of both, and nothing is done.
   */
  append(entries: readonly AuditEntry[]): Promise<readonly number[]>;
  /** The records, newest first, read as they are asked for. Throws for a record of a later version. */
  newest(range?: AuditRange): AsyncIterable<AuditRecord>;
  /** The record with this number; null: it is gone, or the log's own. */
  at(seq: number): Promise<AuditRecord | null>;
  /**
   * The newest record of an action, that of its beginning or of an end; null: none is written. To be asked before an end is written after
   * a kill, or after a write of which nobody knows. It reads back to it, or to `sinceMs` (epoch milliseconds), the time of the
   * action's journal entry.
   */
  last(auditId: string, sinceMs?: number): Promise<AuditRecord | null>;
  /** Removes what is older than it has to be kept. Rejects when the log is not what it was, or cannot be reached. */
  inspect(): Promise<AuditEnds>;
  /** Rejects when nothing could be written at present: a disk without room, a server that takes no writes. */
  probe(): Promise<void>;
  close(): Promise<void>;
}
