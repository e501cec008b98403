import { type Answer, askGateway } from '../support/gateway.ts';
import type { ActionRequest } from './request.ts';

/** What a caller is told of one target. */
export interface Told {
  readonly actionId: string | null;
  /** Null: the answer has none. */
  readonly outcome: string | null;
  /** e.g. `CONFLICT: ...`; null: it was done. */
  readonly error: string | null;
}

/** What a caller is told of all targets, in their order. */
export interface ToldOfAll {
  readonly targets: readonly Told[];
  /** Null: there is nothing to ask again for. */
  readonly askAgainAfterSeconds: number | null;
}

/** A record of the audit log. */
export interface AuditRow {
  readonly auditId: string;
  readonly mutation: string;
  readonly target: string;
  readonly outcome: string;
  readonly actionId: string | null;
}

interface Result {
  readonly outcome?: string | null;
  readonly action?: { readonly actionId: string } | null;
  /** Of what came of it, where that is no action. */
  readonly actionId?: string | null;
  readonly error: { readonly code: string; readonly message: string; readonly retryAfterSeconds: number | null } | null;
}

interface Payload {
  readonly payload: { readonly results: readonly Result[] } | null;
}

/** After these a caller asks again: a conflict is over some time, and so is that Microsoft cannot be read. */
const askAgainAfter: Readonly<Record<string, number>> = { CONFLICT: 1, UPSTREAM_UNAVAILABLE: 5 };

const waitOf = (code: string | undefined, seconds: number | null | undefined): number => {
  const usual = code === undefined ? undefined : askAgainAfter[code];
  return usual === undefined ? 0 : (seconds ?? usual);
};

/** Sends the request once. */
export const askOnce = (
  url: string,
  { document, headers }: ActionRequest,
  input: unknown,
): Promise<Answer<Payload | null>> => askGateway(url, document, { input }, headers);

/** What an answer says. */
export const toldBy = ({ data, errors }: Answer<Payload | null>, { targets }: ActionRequest): ToldOfAll => {
  const results = data?.payload?.results ?? [];
  const [failure] = errors;
  const told = targets.map((_, index): Told & { readonly waitSeconds: number } => {
    const { action = null, actionId = null, error = null, outcome = null } = results[index] ?? {};
    if (failure !== undefined || results[index] === undefined) {
      const code = failure?.extensions.code;
      const seconds = failure?.extensions.retryAfterSeconds;
      return {
        actionId: null,
        outcome: null,
        error: `${code}: ${failure?.message ?? 'no result'}`,
        waitSeconds: waitOf(code, typeof seconds === 'number' ? seconds : null),
      };
    }
    return {
      actionId: action?.actionId ?? actionId,
      outcome,
      error: error === null ? null : `${error.code}: ${error.message}`,
      waitSeconds: waitOf(error?.code, error?.retryAfterSeconds),
    };
  });
  const waitSeconds = Math.max(...told.map((each) => each.waitSeconds));
  return { targets: told, askAgainAfterSeconds: waitSeconds === 0 ? null : waitSeconds };
};

/** The whole audit log, newest first. */
export const readAudit = async (url: string): Promise<readonly AuditRow[]> => {
  const query = '{ auditLog(first: 100) { nodes { auditId mutation target outcome actionId } } }';
  const { data, text } = await askGateway<{ auditLog: { nodes: readonly AuditRow[] } } | null>(url, query);
  if (data === null) throw new Error(`The audit log is not told: ${text}`);
  return data.auditLog.nodes;
};
