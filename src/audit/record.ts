import { actOutcomes } from '../domain/outcome.ts';

/** What became of an act, or that it was about to be done. */
export const auditOutcomes = ['INTENDED', ...actOutcomes] as const;
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

/** One act on one target: written before it (`INTENDED`) and after it, under the same `actId`. */
export interface AuditEntry extends AuditActor {
  readonly actId: string;
  readonly mutation: string;
  /** The tenant's configured name. */
  readonly tenant: string;
  /** The machine, action, incident or alert. */
  readonly target: string;
  /** What was asked besides the target; what looks like a secret is masked. */
  readonly input: unknown;
  /** Guardrails that spoke. */
  readonly guardrails: readonly string[];
  /** Who agreed, where a second person had to. */
  readonly approval?: { readonly approvalId: string; readonly approvedBy: string };
  readonly outcome: AuditOutcome;
  readonly errorCode: string | null;
  /** Defender's id of the action, once it is known. */
  readonly actionId: string | null;
  /** Microsoft's own id of the call, where it was given. */
  readonly upstreamRequestId: string | null;
}

/** An entry in its place in the log. */
export interface AuditRecord extends AuditEntry {
  /** From 1, without gaps. */
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
  /** SHA-256 of the line before, 64 hex digits. */
  readonly prev: string;
}

/** Where the log is kept. */
export interface AuditLog {
  /** Resolves when the entries cannot be lost any more; they stand together. Rejects when they could not be written. */
  append(entries: readonly AuditEntry[]): Promise<void>;
  /** Every record, newest first. */
  newest(): AsyncIterable<AuditRecord>;
  close(): Promise<void>;
}
