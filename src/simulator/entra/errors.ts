import { randomUUID } from 'node:crypto';
import type { SimResponse } from '../http/types.ts';

interface EntraErrorRow {
  readonly error: string;
  readonly status: number;
  readonly suberror?: string;
}

const invalidClient = { error: 'invalid_client', status: 401 } as const;
const invalidGrant = { error: 'invalid_grant', status: 400 } as const;
const invalidRequest = { error: 'invalid_request', status: 400 } as const;

/** The AADSTS codes that the simulator answers with (Entra's error code reference). */
export const entraErrors = {
  28002: { error: 'invalid_scope', status: 400 },
  50011: invalidRequest,
  50013: invalidGrant,
  50020: invalidGrant,
  50034: invalidGrant,
  50059: invalidRequest,
  50076: { ...invalidGrant, suberror: 'basic_action' },
  50173: { ...invalidGrant, suberror: 'bad_token' },
  54005: invalidGrant,
  65001: { ...invalidGrant, suberror: 'consent_required' },
  65004: { error: 'authorization_declined', status: 400 },
  70000: invalidGrant,
  70003: { error: 'unsupported_grant_type', status: 400 },
  70008: invalidGrant,
  70011: { error: 'invalid_scope', status: 400 },
  70016: { error: 'authorization_pending', status: 400 },
  70018: { error: 'bad_verification_code', status: 400 },
  70019: { error: 'expired_token', status: 400 },
  70021: invalidClient,
  90002: invalidRequest,
  90033: { error: 'temporarily_unavailable', status: 503 },
  90038: invalidRequest,
  90055: { error: 'temporarily_unavailable', status: 429 },
  500011: { error: 'invalid_resource', status: 400 },
  500112: invalidClient,
  500133: invalidGrant,
  501481: invalidGrant,
  700016: { error: 'unauthorized_client', status: 400 },
  700023: invalidClient,
  700024: invalidClient,
  700025: invalidClient,
  700027: invalidClient,
  700082: { ...invalidGrant, suberror: 'bad_token' },
  700084: { ...invalidGrant, suberror: 'bad_token' },
  900144: invalidRequest,
  7000215: invalidClient,
  7000218: invalidClient,
  7000222: invalidClient,
  9002325: invalidRequest,
  9002326: invalidRequest,
  9002327: invalidRequest,
} as const satisfies Record<number, EntraErrorRow>;

export type EntraErrorCode = keyof typeof entraErrors;

const rowOf = (code: EntraErrorCode): EntraErrorRow => entraErrors[code];

/** A refusal by Entra, thrown by the flows and rendered once, by the site. */
export class EntraError extends Error {
  readonly code: EntraErrorCode;
  /** A claims request that a new sign-in must satisfy, as JSON text. */
  readonly claims: string | undefined;

  constructor(code: EntraErrorCode, message: string, claims?: string) {
    super(message);
    this.name = 'EntraError';
    this.code = code;
    this.claims = claims;
  }

  /** OAuth's `error`, e.g. `invalid_client`. */
  get error(): string {
    return rowOf(this.code).error;
  }

  /** `AADSTS7000215: ...`. */
  get description(): string {
    return `AADSTS${this.code}: ${this.message}`;
  }
}

/** The error body of the token endpoint. `status` overrides the code's own, for faults. */
export const renderEntraError = (
  error: EntraError,
  context: { readonly now: Date; readonly correlationId: string; readonly status?: number },
  headers: Readonly<Record<string, string>> = {},
): SimResponse => {
  const row = rowOf(error.code);
  const traceId = randomUUID();
  const timestamp = `${context.now.toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    status: context.status ?? row.status,
    headers,
    body: {
      error: row.error,
      error_description: `${error.description} Trace ID: ${traceId} Correlation ID: ${context.correlationId} Timestamp: ${timestamp}`,
      error_codes: [error.code],
      timestamp,
      trace_id: traceId,
      correlation_id: context.correlationId,
      ...(row.suberror === undefined ? {} : { suberror: row.suberror }),
      ...(error.claims === undefined ? {} : { claims: error.claims }),
    },
  };
};
