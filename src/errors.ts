/**
 * The error tree. Every fault that a caller may see is one of these; `server/error-format` alone turns them into
 * GraphQL errors, and masks everything else. A message here is written for the caller: it never holds an upstream body
 * in full, a URL, a token or a secret.
 */

import { shownText } from './log/shown-text.ts';

export { shownText } from './log/shown-text.ts';

/** The stable codes of `extensions.code`. */
export const errorCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'GUARDRAIL',
  'NOT_ONBOARDED',
  'ALREADY_IN_STATE',
  'ACTION_FAILED',
  'APPROVAL_NOT_NEEDED',
  'APPROVAL_NOT_POSSIBLE',
  'REQUESTER_NOT_PERMITTED',
  'TENANT_SIGN_IN_REQUIRED',
  'MISSING_PERMISSION',
  'NOT_AVAILABLE_IN_CLOUD',
  'UPSTREAM_THROTTLED',
  'UPSTREAM_TIMEOUT',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_REJECTED',
  'QUERY_TOO_EXPENSIVE',
  'RATE_LIMITED',
  'OVERLOADED',
  'INTERNAL',
] as const;

/** One of the stable codes. */
export type ErrorCode = (typeof errorCodes)[number];

/** What `extensions.code` is besides, of a document that cannot be run: Apollo Server's names, which its clients know. */
export const documentCodes = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
] as const;

/** One of them. */
export type DocumentCode = (typeof documentCodes)[number];

/** Whose approval lifts a guardrail, and within which time. */
export interface ApprovalNeed {
  /** Milliseconds from the request. */
  readonly validMs: number;
  /** Of each of these groups of roles the approver needs one. */
  readonly approverRoles: readonly (readonly string[])[];
}

/** What is known about a fault besides its code and message; absent when unknown. */
export interface ErrorDetails {
  /** Name of the tenant (as configured) that the fault is about. */
  readonly tenant?: string;
  /** `mde`, `m365d` or `graph`. */
  readonly api?: string;
  /** The upstream's own request id, to quote to Microsoft's support. */
  readonly upstreamRequestId?: string;
  /** The upstream's own stable error code, e.g. `ActiveRequestAlreadyExists`. */
  readonly upstreamCode?: string;
  /** HTTP status that the upstream answered with. */
  readonly upstreamStatus?: number;
  /**
   * Whether the call reached Microsoft, so that an action may have been done. `no`: surely not (no connection, no token, kept
   * back), or Microsoft said no to it. Set where it is known; absent: nobody knows, which counts as `maybe`.
   */
  readonly sent?: 'no' | 'maybe';
  /** Seconds to wait before the same call can succeed. */
  readonly retryAfterSeconds?: number;
  /** Permissions of which one is needed and none is granted, e.g. `SecurityIncident.Read.All`. */
  readonly missingPermissions?: readonly string[];
  /** A claims challenge of Entra, to be satisfied by the caller's client (conditional access). */
  readonly claims?: string;
  /** Every guardrail that spoke. */
  readonly guardrails?: readonly string[];
  /** Whose approval would lift the guardrails, where one would. */
  readonly approval?: ApprovalNeed;
  /** The input field at fault, e.g. `filter.createdAfter`. */
  readonly field?: string;
}

/** The root of the tree: a stable code, a message for the caller, and what is known besides. `cause` is for the log alone. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.details = details;
  }
}

/** The caller asked for something that cannot be: a malformed id, an unknown tenant, `first` out of range. */
export class InputError extends GatewayError {
  constructor(message: string, details: ErrorDetails = {}, cause?: unknown) {
    super('BAD_USER_INPUT', message, { sent: 'no', ...details }, cause);
  }
}

/** The caller named a thing that does not exist, or that they may not know to exist. */
export class NotFoundError extends GatewayError {
  constructor(message: string, details: ErrorDetails = {}, cause?: unknown) {
    super('NOT_FOUND', message, details, cause);
  }
}

/** The caller is not known (`UNAUTHENTICATED`) or may not do this (`FORBIDDEN`). */
export class AccessError extends GatewayError {
  constructor(code: 'UNAUTHENTICATED' | 'FORBIDDEN', message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(code, message, { sent: 'no', ...details }, cause);
  }
}

/** The tenant's cloud has no API that can answer. */
export class UnsupportedInCloudError extends GatewayError {
  constructor(message: string, details: ErrorDetails = {}) {
    super('NOT_AVAILABLE_IN_CLOUD', message, { sent: 'no', ...details });
  }
}

/** The gateway's own standing in the tenant does not suffice: no token, no consent, no permission. */
export class TenantAccessError extends GatewayError {
  constructor(
    code: 'TENANT_SIGN_IN_REQUIRED' | 'MISSING_PERMISSION',
    message: string,
    details: ErrorDetails = {},
    cause?: unknown,
  ) {
    super(code, message, { sent: 'no', ...details }, cause);
  }
}

/** The codes of Microsoft's side. */
export type UpstreamErrorCode = Extract<ErrorCode, `UPSTREAM_${string}`>;

/** Microsoft's side failed or refused. An upstream 401 is one of these: it is our credential's fault, not the caller's. */
export class UpstreamError extends GatewayError {
  constructor(code: UpstreamErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(code, message, details, cause);
  }
}

/** Whether an action that ended with this error surely was not done. */
export const isSurelyNotSent = ({ details }: GatewayError): boolean => details.sent === 'no';

/** The same error in other words; what it says beside its message stays, whatever kind it was. */
export const retold = (error: GatewayError, message: string, code: ErrorCode = error.code): GatewayError =>
  new GatewayError(code, message, error.details, error);

/** A failure of what came before an action was sent, such as a read: of the action itself it says that it was not. */
export const beforeSending = (thrown: unknown): GatewayError => {
  const error = asGatewayError(thrown);
  return isSurelyNotSent(error)
    ? error
    : new GatewayError(error.code, error.message, { ...error.details, sent: 'no' }, error);
};

/** A message as callers see it. */
export const shownMessage = (error: GatewayError): string => shownText(error.message);

/** Any thrown value as an `Error`, for logs and `cause`. */
export const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** `thrown` as a `GatewayError`: itself if it is one, else `INTERNAL` with the thrown value as cause. */
export const asGatewayError = (thrown: unknown): GatewayError =>
  thrown instanceof GatewayError ? thrown : new GatewayError('INTERNAL', 'Internal error', {}, thrown);

/** An error as a row of an answer: of one target of a mutation, or of one tenant. Plain, so that it can be stored. */
export interface ResultError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly upstreamCode: string | null;
  /** HTTP status that Microsoft answered with. */
  readonly upstreamStatus: number | null;
  readonly upstreamRequestId: string | null;
  readonly retryAfterSeconds: number | null;
  readonly missingPermissions: readonly string[];
  /** Every guardrail that spoke. */
  readonly guardrails: readonly string[];
  /** Whose approval would lift the guardrails; null: nobody's, or there are none. */
  readonly approval: ApprovalNeed | null;
  /** A claims challenge of Entra, as JSON text. */
  readonly claims: string | null;
}

/** The error that a result was told with, of an action that was tried dry: nothing was sent. */
export const errorOfResult = ({ code, message, ...told }: ResultError): GatewayError =>
  new GatewayError(code, message, {
    sent: 'no',
    missingPermissions: told.missingPermissions,
    guardrails: told.guardrails,
    ...(told.upstreamCode !== null && { upstreamCode: told.upstreamCode }),
    ...(told.upstreamStatus !== null && { upstreamStatus: told.upstreamStatus }),
    ...(told.upstreamRequestId !== null && { upstreamRequestId: told.upstreamRequestId }),
    ...(told.retryAfterSeconds !== null && { retryAfterSeconds: told.retryAfterSeconds }),
    ...(told.claims !== null && { claims: told.claims }),
  });

/**
 * What is not written for callers is masked here as everywhere; the caller of this function logs it. That of an action that was not sent
 * is written for them: they ask again.
 */
export const resultErrorOf = (error: GatewayError): ResultError => {
  const { code, details } = error;
  return {
    code,
    message: code === 'INTERNAL' && !isSurelyNotSent(error) ? 'Internal error' : shownMessage(error),
    upstreamCode: shownText(details.upstreamCode ?? null),
    upstreamStatus: details.upstreamStatus ?? null,
    upstreamRequestId: shownText(details.upstreamRequestId ?? null),
    retryAfterSeconds: details.retryAfterSeconds ?? null,
    missingPermissions: details.missingPermissions ?? [],
    guardrails: details.guardrails ?? [],
    approval: details.approval ?? null,
    claims: details.claims ?? null,
  };
};
